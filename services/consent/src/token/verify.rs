//! Verifying: once by signature, then from memory; against the revocations, each time.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError},
    time::{Duration, SystemTime},
};

use biscuit_auth::{
    AuthorizerBuilder, AuthorizerLimits, Biscuit, error,
    macros::{authorizer, fact},
};
use journal::Under;
use kernel::{Digest, Fault, GrantId, WorkerId};
use time::OffsetDateTime;

use super::{GuardError, carried::Carrier};
use crate::{Consent, DpopError, Field, Part, ProvenRequest, Right, Scope, Section, Thumbprint};

/// What an app presents with a request: its token, and the proof that it holds the token's key.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// The token.
    pub token: &'a str,
    /// The proof.
    pub proof: &'a str,
    /// The request that it must be for.
    pub request: ProvenRequest<'a>,
}

/// A token that was verified: who may read what of whom, until when. It opens an
/// [`Access`](crate::Access), which checks the rest.
#[derive(Debug, Clone)]
pub struct ConsentToken {
    pub(crate) worker: WorkerId,
    pub(crate) client_id: Arc<str>,
    pub(crate) grant: GrantId,
    pub(crate) version: i32,
    pub(crate) purpose: Arc<str>,
    /// Of the root key that signed it.
    pub(super) generation: u16,
    pub(super) rights: Arc<BTreeSet<(Section, Right)>>,
    pub(super) scope: Arc<Scope>,
    pub(super) issued_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
    /// The key without which it opens nothing.
    pub(super) key: Thumbprint,
    /// What an exchanged token adds to the one that it carries.
    pub(super) carrier: Option<Carrier>,
    /// The token itself when blocks were appended: what they restrict depends on the request.
    pub(super) attenuated: Option<Arc<Biscuit>>,
}

impl ConsentToken {
    /// The app it was minted for.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The permission that it was minted from, as lines of the journal name it.
    pub(crate) fn under(&self) -> Under {
        Under {
            grant: self.grant,
            version: self.version,
            purpose: self.purpose.to_string(),
        }
    }

    /// Whether it carries another (RFC 8693): it is traded for nothing more.
    pub(super) const fn was_exchanged(&self) -> bool {
        self.carrier.is_some()
    }

    /// The key that its checks are about.
    fn checked_key(&self) -> Thumbprint {
        self.carrier.map_or(self.key, |carrier| carrier.first_key)
    }
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not one of ours, altered, for another audience, or signed by a key that was retired.
    #[error("the token is not valid here")]
    Invalid,
    /// A block was appended that is not evaluated.
    #[error("the token was refused before evaluation: {0}")]
    Guarded(#[from] GuardError),
    /// Its time has passed.
    #[error("the token has expired")]
    Expired,
    /// Its grant has ended.
    #[error("the grant behind this token has ended")]
    Revoked,
    /// Its grant has changed: a new token says what it gives now.
    #[error("the grant behind this token has changed: get a new one with the refresh token")]
    Superseded,
    /// The proof is by another key than the token's.
    #[error("the token is bound to another key than the one that was proved")]
    OtherKey,
    /// Nobody proved to hold its key for this request.
    #[error(transparent)]
    Proof(#[from] DpopError),
    /// It does not give this right: never granted, or cut away by an appended block.
    #[error("the token does not give `{right}` on `{section}`")]
    NotGranted {
        /// The section asked for.
        section: Section,
        /// The right asked for.
        right: Right,
    },
    /// It does not give this field.
    #[error("the token does not give the field `{field}` of `{section}`")]
    FieldNotGranted {
        /// The section asked for.
        section: Section,
        /// The field asked for.
        field: Field,
    },
    /// Evaluation was cut short: nobody knows whether the token is good.
    #[error("the token could not be evaluated in time")]
    Undecided,
    /// The platform failed, or does not know what was revoked.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Verifies a token and the proof that came with it, all but the right that the request needs.
    pub async fn verify(&self, presented: &Presented<'_>) -> Result<ConsentToken, TokenError> {
        let digest = Digest::of(presented.token);
        let token = self.recognise(presented.token, digest)?;
        let proof = self.proof(presented.proof, &presented.request, Some(digest))?;
        if proof.key != token.key {
            return Err(TokenError::OtherKey);
        }
        self.use_proof(proof).await?;
        Ok(token)
    }

    /// Verifies a token by itself: whose digest is `digest`, and whose key somebody must prove yet.
    pub(super) fn recognise(
        &self,
        token: &str,
        digest: Digest,
    ) -> Result<ConsentToken, TokenError> {
        if !self.tokens.signing.is_fresh() {
            return Err(Fault::Unavailable("the schedule of signing keys").into());
        }
        let now = self.clock.now();
        let token = if let Some(known) = self.tokens.recall(&digest) {
            known
        } else {
            let token = self.tokens.read(token, now)?;
            self.tokens.remember(digest, token.clone());
            token
        };
        let carrier = token.carrier.map(|carrier| carrier.generation);
        for generation in [token.generation].into_iter().chain(carrier) {
            if !self.tokens.believes(generation)? {
                return Err(TokenError::Invalid);
            }
        }
        if token.expires_at <= now {
            return Err(TokenError::Expired);
        }
        self.revocations.permit(&token)?;
        Ok(token)
    }

    /// What `token` gives of `section` by `right`, now, narrowed to the fields `asked` for.
    pub(crate) fn allows(
        &self,
        token: &ConsentToken,
        section: Section,
        right: Right,
        asked: Option<&BTreeSet<Field>>,
    ) -> Result<Part, TokenError> {
        let request = Request {
            section,
            right,
            asked,
        };
        self.tokens.allows(token, request, self.clock.now())
    }
}

/// What a request needs of its token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) section: Section,
    pub(super) right: Right,
    /// Which fields; all that the token gives when absent.
    pub(super) asked: Option<&'a BTreeSet<Field>>,
}

impl super::Tokens {
    pub(super) fn allows(
        &self,
        token: &ConsentToken,
        request: Request<'_>,
        now: OffsetDateTime,
    ) -> Result<Part, TokenError> {
        let Request {
            section,
            right,
            asked,
        } = request;
        let denied = TokenError::NotGranted { section, right };
        let given = token.scope.part(section);
        let (true, Some(given)) = (token.rights.contains(&(section, right)), given) else {
            return Err(denied);
        };
        let mut part = given.clone();
        if let Some(asked) = asked {
            if let Some(field) = asked.iter().find(|field| !part.gives(**field)) {
                let field = *field;
                return Err(TokenError::FieldNotGranted { section, field });
            }
            part.fields = Some(asked.clone());
        }
        let Some(biscuit) = &token.attenuated else {
            return Ok(part);
        };
        let fields = match &part.fields {
            Some(fields) => fields.iter().copied().collect(),
            None => section.fields().to_vec(),
        };
        match self.authorize(biscuit, token.checked_key(), section, right, &fields, now) {
            Ok(()) => Ok(part),
            Err(TokenError::Invalid) => Err(denied),
            Err(other) => Err(other),
        }
    }

    pub(super) fn authorize(
        &self,
        token: &Biscuit,
        key: Thumbprint,
        section: Section,
        right: Right,
        fields: &[Field],
        now: OffsetDateTime,
    ) -> Result<(), TokenError> {
        let (section, right, key) = (section.as_str(), right.as_str(), key.to_string());
        let mut asked = authorizer!(
            "section({section}); operation({right}); dpop_jkt({key});
             allow if section($s), operation($o), right($s, $o);"
        );
        for field in fields {
            let field = field.as_str();
            asked = asked.fact(fact!("field({field})")).map_err(refused)?;
        }
        let mut world = self.authorizer(asked, now).build(token).map_err(refused)?;
        world.authorize().map(|_policy| ()).map_err(refused)
    }

    /// What holds for every request to the record's API.
    pub(super) fn authorizer(
        &self,
        asked: AuthorizerBuilder,
        now: OffsetDateTime,
    ) -> AuthorizerBuilder {
        authorizer_of(&self.audience, asked, now)
    }

    fn recall(&self, digest: &Digest) -> Option<ConsentToken> {
        [&self.verified, &self.attenuated]
            .into_iter()
            .find_map(|cache| {
                cache
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get(digest)
                    .cloned()
            })
    }

    fn remember(&self, digest: Digest, token: ConsentToken) {
        let cache = if token.attenuated.is_some() {
            &self.attenuated
        } else {
            &self.verified
        };
        cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .put(digest, token);
    }
}

/// What holds for every request to `audience`, with the limits set before `build`, which alone
/// heeds them.
pub(super) fn authorizer_of(
    audience: &str,
    asked: AuthorizerBuilder,
    now: OffsetDateTime,
) -> AuthorizerBuilder {
    let now = SystemTime::from(now);
    let ours = authorizer!("time({now}); audience({audience});");
    ours.merge(asked).set_limits(AuthorizerLimits {
        max_facts: 200,
        max_iterations: 20,
        // A guarded token takes well under a millisecond; a busy machine may pause us longer.
        max_time: Duration::from_millis(50),
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` takes"
)]
pub(super) fn refused(error: error::Token) -> TokenError {
    match error {
        // `UnexpectedQueryResult` is no limit: a token of ours states each of its facts once.
        error::Token::RunLimit(
            error::RunLimit::TooManyFacts
            | error::RunLimit::TooManyIterations
            | error::RunLimit::Timeout,
        ) => TokenError::Undecided,
        _ => TokenError::Invalid,
    }
}

#[cfg(test)]
mod tests;
