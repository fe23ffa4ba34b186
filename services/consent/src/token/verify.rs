//! Verifying: once by signature, then from memory; against the revocations, each time.

use std::{collections::BTreeSet, sync::Arc, sync::PoisonError, time::Duration};

use biscuit_auth::{
    Authorizer, AuthorizerBuilder, AuthorizerLimits, Biscuit, error,
    macros::{authorizer, rule},
};
use kernel::{Digest, Fault, GrantId, WorkerId};
use time::OffsetDateTime;

use super::{GuardError, guard};
use crate::{Consent, Right, Section};

/// The longest bearer string, in characters: a token of 8,192 bytes in base64.
const BEARER: usize = 10_924;

/// A token that was verified: who may read what of whom, until when. It opens an
/// [`Access`](crate::Access), which checks the rest.
#[derive(Debug, Clone)]
pub struct ConsentToken {
    pub(crate) worker: WorkerId,
    pub(crate) client_id: Arc<str>,
    pub(crate) grant: GrantId,
    pub(crate) version: i32,
    pub(crate) purpose: Arc<str>,
    rights: Arc<BTreeSet<(Section, Right)>>,
    expires_at: OffsetDateTime,
    /// The token itself when blocks were appended: what they restrict depends on the request.
    attenuated: Option<Arc<Biscuit>>,
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not one of ours, altered, or for another audience.
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
    /// It does not give this right: never granted, or cut away by an appended block.
    #[error("the token does not give `{right}` on `{section}`")]
    NotGranted {
        /// The section asked for.
        section: Section,
        /// The right asked for.
        right: Right,
    },
    /// Evaluation was cut short: nobody knows whether the token is good.
    #[error("the token could not be evaluated in time")]
    Undecided,
    /// The platform failed, or does not know what was revoked.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Verifies a bearer token, all but the right that the request needs.
    pub fn verify(&self, bearer: &str) -> Result<ConsentToken, TokenError> {
        if bearer.len() > BEARER {
            return Err(GuardError::TooLarge.into());
        }
        if !self.revocations.is_fresh() {
            return Err(Fault::Unavailable("the revocation log").into());
        }
        let now = self.clock.now();
        let digest = Digest::of(bearer);
        let token = if let Some(token) = self.tokens.recall(&digest) {
            token
        } else {
            let token = self.tokens.read(bearer, now)?;
            self.tokens.remember(digest, token.clone());
            token
        };
        if token.expires_at <= now {
            return Err(TokenError::Expired);
        }
        if self.revocations.covers(token.grant, token.version) {
            return Err(TokenError::Revoked);
        }
        Ok(token)
    }

    /// Whether `token` gives `right` on `section`, now.
    pub(crate) fn allows(
        &self,
        token: &ConsentToken,
        section: Section,
        right: Right,
    ) -> Result<(), TokenError> {
        self.tokens.allows(token, section, right, self.clock.now())
    }
}

impl super::Tokens {
    fn allows(
        &self,
        token: &ConsentToken,
        section: Section,
        right: Right,
        now: OffsetDateTime,
    ) -> Result<(), TokenError> {
        let denied = TokenError::NotGranted { section, right };
        if !token.rights.contains(&(section, right)) {
            return Err(denied);
        }
        match &token.attenuated {
            None => Ok(()),
            Some(biscuit) => match self.authorize(biscuit, section, right, now) {
                Err(TokenError::Invalid) => Err(denied),
                other => other,
            },
        }
    }

    /// Reads a token for the first time: shape, signatures, then the authority's own words.
    fn read(&self, bearer: &str, now: OffsetDateTime) -> Result<ConsentToken, TokenError> {
        use base64::{Engine, engine::general_purpose};
        // The reference serialisation is padded; HTTP clients tend to drop the padding.
        let raw = general_purpose::URL_SAFE_NO_PAD
            .decode(bearer.trim_end_matches('='))
            .map_err(|_not_base64| TokenError::Invalid)?;
        guard(&raw)?;
        let biscuit =
            Biscuit::from(&raw, self.root.public()).map_err(|_signature| TokenError::Invalid)?;
        let mut world = self
            .authorizer(authorizer!(""), now)
            .build(&biscuit)
            .map_err(refused)?;
        let token = self.facts(&mut world, &biscuit)?;
        if let (None, Some((section, right))) = (&token.attenuated, token.rights.first()) {
            // Without appended blocks the checks are the authority's own and the same for every
            // section: audience and time. They hold once, and time is looked at again.
            self.authorize(&biscuit, *section, *right, now)?;
        }
        Ok(token)
    }

    fn facts(&self, world: &mut Authorizer, token: &Biscuit) -> Result<ConsentToken, TokenError> {
        let (subject,): (String,) = one(world, rule!("data($x) <- subject($x)"))?;
        let (client,): (String,) = one(world, rule!("data($x) <- client($x)"))?;
        let (grant, version): (String, i64) = one(world, rule!("data($x, $y) <- grant($x, $y)"))?;
        let (purpose,): (String,) = one(world, rule!("data($x) <- purpose($x)"))?;
        let (expires,): (std::time::SystemTime,) = one(world, rule!("data($x) <- expires($x)"))?;
        let rights: Vec<(String, String)> = world
            .query(rule!("data($x, $y) <- right($x, $y)"))
            .map_err(refused)?;
        let rights = rights
            .iter()
            .map(|(section, right)| Some((Section::parse(section)?, Right::parse(right)?)))
            .collect::<Option<BTreeSet<_>>>();
        let worker = self.keys.worker_behind(&subject, &client);
        Ok(ConsentToken {
            worker: worker.map_err(|_other_client| TokenError::Invalid)?,
            client_id: client.into(),
            grant: grant.parse().map_err(|_not_an_id| TokenError::Invalid)?,
            version: i32::try_from(version).map_err(|_range| TokenError::Invalid)?,
            purpose: purpose.into(),
            rights: Arc::new(rights.ok_or(TokenError::Invalid)?),
            expires_at: expires.into(),
            attenuated: (token.block_count() > 1).then(|| Arc::new(token.clone())),
        })
    }

    fn authorize(
        &self,
        token: &Biscuit,
        section: Section,
        right: Right,
        now: OffsetDateTime,
    ) -> Result<(), TokenError> {
        let (section, right) = (section.as_str(), right.as_str());
        let asked = authorizer!(
            "section({section}); operation({right});
             allow if section($s), operation($o), right($s, $o);"
        );
        let mut world = self.authorizer(asked, now).build(token).map_err(refused)?;
        world.authorize().map(|_policy| ()).map_err(refused)
    }

    /// What holds for every request, with the limits set before `build`, which alone heeds them.
    fn authorizer(&self, asked: AuthorizerBuilder, now: OffsetDateTime) -> AuthorizerBuilder {
        let now = std::time::SystemTime::from(now);
        let ours = authorizer!(
            "time({now}); audience({audience});",
            audience = &*self.audience
        );
        ours.merge(asked).set_limits(AuthorizerLimits {
            max_facts: 200,
            max_iterations: 20,
            // A guarded token takes well under a millisecond; a busy machine may pause us longer.
            max_time: Duration::from_millis(50),
        })
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

fn one<T>(world: &mut Authorizer, query: biscuit_auth::builder::Rule) -> Result<T, TokenError>
where
    T: TryFrom<biscuit_auth::builder::Fact, Error = error::Token>,
{
    world.query_exactly_one(query).map_err(refused)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` takes"
)]
fn refused(error: error::Token) -> TokenError {
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
