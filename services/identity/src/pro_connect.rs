//! Agents of organisations, as a ProConnect-shaped provider vouches for them.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};

use crate::{
    ProviderError,
    relying_party::{Asking, Claims, text},
};

/// What an agent's provider is asked. ProConnect offers `email` and `uid` too: what is not needed is
/// not asked for.
pub(crate) const ASKING: Asking = Asking {
    scopes: &["given_name", "usual_name", "siret"],
    // Two factors, and somebody answers for the link between the person and the organisation: her
    // employer (`eidas2`, `eidas3`), or ProConnect's own checks. Self-asserted is not enough: it
    // would let anyone act for anybody's mission locale.
    levels: &[
        "eidas2",
        "eidas3",
        "https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
    ],
    levels_are_essential: true,
    claims_are_signed: true,
};

/// ProConnect's claims that OpenID Connect does not name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AgentClaims {
    usual_name: Option<String>,
    siret: Option<String>,
}
impl AdditionalClaims for AgentClaims {}

/// Who acts for which establishment.
pub(crate) struct Acting {
    pub(crate) given_name: String,
    pub(crate) usual_name: String,
    pub(crate) siret: String,
}

/// Whom `claims` vouch for.
pub(crate) fn acting(claims: &Claims<AgentClaims>) -> Result<Acting, ProviderError> {
    let given_name = claims
        .given_name()
        .and_then(|name| name.get(None))
        .map(|name| name.as_str());
    let told = claims.additional_claims();
    Ok(Acting {
        given_name: text("given_name", given_name)?,
        usual_name: text("usual_name", told.usual_name.as_deref())?,
        siret: text("siret", told.siret.as_deref())?,
    })
}
