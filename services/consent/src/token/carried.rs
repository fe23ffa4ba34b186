//! Tokens that were exchanged (RFC 8693): a short token of ours, sealed, carries the first one whole.
//!
//! An app narrows its consent token offline and trades it for one that a sub-service holds with a key
//! of its own. The new token says only whose key it is and how soon it ends; what it opens is what the
//! first one says, all blocks of which are evaluated at each request as before. So nothing can come
//! out wider, and it needs no trust in how a block is written down again. Nobody narrows the new token
//! further, since it is sealed, nor exchanges it, since what it carries would not be a first one.

use std::time::SystemTime;

use biscuit_auth::{
    Authorizer, Biscuit,
    macros::{authorizer, biscuit, rule},
};
use kernel::Fault;
use time::OffsetDateTime;

use super::{
    decode::{generation, one},
    guard,
    mint::broken,
    verify::{ConsentToken, TokenError, refused},
};
use crate::Thumbprint;

/// How long an exchanged token lives, unless the first one ends sooner.
pub(super) const LIFETIME: time::Duration = time::Duration::minutes(2);

/// What an exchanged token adds to the one that it carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carrier {
    /// Of the root key that signed it.
    pub(super) generation: u16,
    /// The key of the token that it carries, which that one's own checks are about.
    pub(super) first_key: Thumbprint,
}

/// The serialised token that a token carries, if it carries one.
pub(super) fn carried_by(world: &mut Authorizer) -> Result<Option<Vec<u8>>, TokenError> {
    let carried: Vec<(Vec<u8>,)> = world
        .query(rule!("data($x) <- carries($x)"))
        .map_err(refused)?;
    let mut carried = carried.into_iter();
    match (carried.next(), carried.next()) {
        (None, _) => Ok(None),
        (Some((first,)), None) => Ok(Some(first)),
        (Some(_), Some(_)) => Err(TokenError::Invalid),
    }
}

impl super::Tokens {
    /// A sealed token bound to `key` from now until `expires_at`, which carries the serialised token
    /// `first`.
    pub(super) fn carry(
        &self,
        first: &[u8],
        key: Thumbprint,
        now: OffsetDateTime,
        expires_at: OffsetDateTime,
    ) -> Result<String, Fault> {
        let (issued, expires) = (SystemTime::from(now), SystemTime::from(expires_at));
        let builder = biscuit!(
            "carries({first});
             issued({issued});
             expires({expires});
             cnf({key});
             check if time($time), $time < {expires};
             check if audience({audience});
             check if dpop_jkt({key});",
            first = first.to_vec(),
            audience = self.audience.as_str(),
            key = key.to_string(),
        );
        self.signed(builder)?
            .seal()
            .and_then(|sealed| sealed.to_base64())
            .map_err(broken)
    }

    /// Reads `carrier`, which says `world` and carries `first`: the first token as it is, under the
    /// carrier's key and until the carrier's end.
    pub(super) fn read_carried(
        &self,
        carrier: &Biscuit,
        world: &mut Authorizer,
        first: &[u8],
        now: OffsetDateTime,
    ) -> Result<ConsentToken, TokenError> {
        if carrier.block_count() > 1 {
            return Err(TokenError::Invalid);
        }
        let (key,): (String,) = one(world, rule!("data($x) <- cnf($x)"))?;
        let (issued, expires): (SystemTime, SystemTime) =
            one(world, rule!("data($x, $y) <- issued($x), expires($y)"))?;
        // Its own checks: time, audience and key.
        self.authorizer(
            authorizer!("dpop_jkt({key}); allow if true;", key = key.as_str()),
            now,
        )
        .build(carrier)
        .and_then(|mut world| world.authorize())
        .map_err(refused)?;
        guard(first)?;
        let inner = self.verified(first)?;
        let mut stated = self.stated(&inner, now)?;
        let mut token = self.read_first(&inner, &mut stated, now)?;
        token.carrier = Some(Carrier {
            generation: generation(carrier)?,
            first_key: token.key,
        });
        token.key = Thumbprint::parse(&key).ok_or(TokenError::Invalid)?;
        token.issued_at = issued.into();
        token.expires_at = token.expires_at.min(expires.into());
        Ok(token)
    }
}
