//! Workers, as a FranceConnect-shaped provider vouches for them: the *identité pivot*.

use kernel::PartialDate;
use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};

use crate::{
    ProviderError, Sex, Traits,
    relying_party::{Asking, Claims, text},
};

/// What a worker's provider is asked.
pub(crate) const ASKING: Asking = Asking {
    scopes: &[
        "given_name",
        "family_name",
        "preferred_username",
        "birthdate",
        "gender",
        "birthplace",
        "birthcountry",
    ],
    levels: &["eidas1", "eidas2", "eidas3"],
    levels_are_essential: false,
    claims_are_signed: false,
};

/// The claims of the *identité pivot* that OpenID Connect does not name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PivotClaims {
    birthplace: Option<String>,
    birthcountry: Option<String>,
}
impl AdditionalClaims for PivotClaims {}

/// The traits that `claims` vouch for.
pub(crate) fn traits(claims: &Claims<PivotClaims>) -> Result<Traits, ProviderError> {
    let family_name = claims
        .family_name()
        .and_then(|name| name.get(None))
        .map(|name| name.as_str());
    let given_name = claims
        .given_name()
        .and_then(|name| name.get(None))
        .map(|name| name.as_str());
    let birth_date = text("birthdate", claims.birthdate().map(|date| date.as_str()))?;
    let pivot = claims.additional_claims();
    let code = |value: &Option<String>| value.clone().filter(|code| !code.is_empty());
    Ok(Traits {
        birth_name: text("family_name", family_name)?,
        usage_name: claims.preferred_username().map(|name| name.to_string()),
        first_names: text("given_name", given_name)?,
        sex: match claims.gender().map(|gender| gender.as_ref()) {
            Some("female") => Sex::Female,
            Some("male") => Sex::Male,
            _ => Sex::Unknown,
        },
        birth_date: read_birth_date(&birth_date).ok_or(ProviderError::Claim("birthdate"))?,
        birthplace: code(&pivot.birthplace),
        birth_country: code(&pivot.birthcountry),
    })
}

/// A FranceConnect birth date: `YYYY-MM-DD`, where `00` stands for an unknown month or day.
fn read_birth_date(text: &str) -> Option<PartialDate> {
    text.trim_end_matches("-00").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::read_birth_date;

    #[test]
    fn zeros_stand_for_what_civil_status_does_not_know() {
        let read = |text| read_birth_date(text).map(|date| date.to_string());
        assert_eq!(read("1980-03-14").as_deref(), Some("1980-03-14"));
        assert_eq!(read("1980-03-00").as_deref(), Some("1980-03"));
        assert_eq!(read("1980-00-00").as_deref(), Some("1980"));
        assert_eq!(read("1980-00-12"), None);
        assert_eq!(read("1980-02-31"), None);
    }
}
