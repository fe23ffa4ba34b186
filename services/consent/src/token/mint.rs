//! Minting.

use std::time::SystemTime;

use biscuit_auth::{
    Biscuit,
    builder::BiscuitBuilder,
    error,
    macros::{biscuit, fact},
};
use kernel::{Fault, Secret, WorkerId};

use super::{LIFETIME, limits};
use crate::{Consent, Thumbprint, grant::store::GrantRow};

impl Consent {
    /// A token for `row` that is bound to `key`, and for how many seconds it is good.
    pub(super) fn mint(
        &self,
        worker: WorkerId,
        row: &GrantRow,
        key: Thumbprint,
    ) -> Result<(Secret<String>, u64), Fault> {
        let now = self.clock.now();
        let lives = LIFETIME.min(row.terms.expires_at - now);
        let (issued, expires) = (SystemTime::from(now), SystemTime::from(now + lives));
        let subject = self.keys.pairwise_subject(worker, &row.client_id);
        let token_id = self.entropy.token().into_exposed();
        let mut builder = biscuit!(
            "subject({subject});
             client({client});
             grant({grant}, {version});
             token({token_id});
             purpose({purpose});
             issued({issued});
             expires({expires});
             cnf({key});
             check if time($time), $time < {expires};
             check if audience({audience});
             check if dpop_jkt({key});",
            client = row.client_id.as_str(),
            grant = row.grant.to_string(),
            version = i64::from(row.version),
            purpose = row.terms.purpose.as_str(),
            audience = self.tokens.audience.as_str(),
            key = key.to_string(),
        );
        for (section, _part) in row.terms.scope.parts() {
            for right in &row.terms.actions {
                let (section, right) = (section.as_str(), right.as_str());
                builder = builder
                    .fact(fact!("right({section}, {right})"))
                    .map_err(broken)?;
            }
        }
        let builder = limits::state(builder, &row.terms.scope).map_err(broken)?;
        let token = self.tokens.signed(builder)?.to_base64().map_err(broken)?;
        metrics::counter!("cpf_tokens_minted_total").increment(1);
        Ok((Secret::new(token), lives.whole_seconds().unsigned_abs()))
    }
}

impl super::Tokens {
    /// The token that `builder` states, signed by the root key of now and naming its generation.
    pub(super) fn signed(&self, builder: BiscuitBuilder) -> Result<Biscuit, Fault> {
        let (root, generation) = self.root()?;
        let builder = builder.root_key_id(generation.into());
        builder.build(&root).map_err(broken)
    }
}

/// What we build ourselves does not fail to build; if it does, nothing is issued.
pub(super) fn broken(_error: error::Token) -> Fault {
    Fault::Unavailable("minting")
}
