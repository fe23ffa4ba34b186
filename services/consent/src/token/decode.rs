//! From the text that was presented to what a token states, when it first arrives: its shape, its
//! signatures, and the authority's own words.

use std::{collections::BTreeSet, sync::Arc, time::SystemTime};

use biscuit_auth::{
    Authorizer, Biscuit, error,
    macros::{authorizer, rule},
};
use time::OffsetDateTime;

use super::{
    GuardError,
    carried::carried_by,
    guard, limits,
    verify::{ConsentToken, TokenError, refused},
};
use crate::{Right, Section, Thumbprint};

/// The longest token as presented, in characters: 8,192 bytes in base64.
const LONGEST: usize = 10_924;

impl super::Tokens {
    /// Reads a token as it first arrives: one that carries another, or a first one.
    pub(super) fn read(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<ConsentToken, TokenError> {
        let raw = raw(token)?;
        guard(&raw)?;
        let biscuit = self.verified(&raw)?;
        let mut world = self.stated(&biscuit, now)?;
        match carried_by(&mut world)? {
            Some(first) => self.read_carried(&biscuit, &mut world, &first, now),
            None => self.read_first(&biscuit, &mut world, now),
        }
    }

    /// A serialised token whose signatures are ours.
    pub(super) fn verified(&self, raw: &[u8]) -> Result<Biscuit, TokenError> {
        Biscuit::from(raw, |generation| self.root_of(generation))
            .map_err(|_signature| TokenError::Invalid)
    }

    /// What a token states.
    pub(super) fn stated(
        &self,
        token: &Biscuit,
        now: OffsetDateTime,
    ) -> Result<Authorizer, TokenError> {
        self.authorizer(authorizer!(""), now)
            .build(token)
            .map_err(refused)
    }

    /// Reads a token that states `world` and carries no other: the authority's own words.
    pub(super) fn read_first(
        &self,
        biscuit: &Biscuit,
        world: &mut Authorizer,
        now: OffsetDateTime,
    ) -> Result<ConsentToken, TokenError> {
        let token = self.facts(world, biscuit)?;
        if let (None, Some((section, right))) = (&token.attenuated, token.rights.first()) {
            // Without appended blocks the checks are the authority's own and the same for every
            // section: audience, key and time. They hold once; the key is compared with the one that
            // is proved, and time is looked at, at each request.
            self.authorize(biscuit, token.key, *section, *right, &[], now)?;
        }
        Ok(token)
    }

    fn facts(&self, world: &mut Authorizer, token: &Biscuit) -> Result<ConsentToken, TokenError> {
        let (subject,): (String,) = one(world, rule!("data($x) <- subject($x)"))?;
        let (client,): (String,) = one(world, rule!("data($x) <- client($x)"))?;
        let (grant, version): (String, i64) = one(world, rule!("data($x, $y) <- grant($x, $y)"))?;
        let (purpose,): (String,) = one(world, rule!("data($x) <- purpose($x)"))?;
        let (issued, expires): (SystemTime, SystemTime) =
            one(world, rule!("data($x, $y) <- issued($x), expires($y)"))?;
        let (key,): (String,) = one(world, rule!("data($x) <- cnf($x)"))?;
        let rights: Vec<(String, String)> = world
            .query(rule!("data($x, $y) <- right($x, $y)"))
            .map_err(refused)?;
        let rights = rights
            .iter()
            .map(|(section, right)| Some((Section::parse(section)?, Right::parse(right)?)))
            .collect::<Option<BTreeSet<_>>>()
            .ok_or(TokenError::Invalid)?;
        let scope = limits::read(world, rights.iter().map(|(section, _)| *section))?;
        let worker = self.keys.worker_behind(&subject, &client);
        Ok(ConsentToken {
            worker: worker.map_err(|_other_client| TokenError::Invalid)?,
            client_id: client.into(),
            grant: grant.parse().map_err(|_not_an_id| TokenError::Invalid)?,
            version: i32::try_from(version).map_err(|_range| TokenError::Invalid)?,
            purpose: purpose.into(),
            generation: generation(token)?,
            rights: Arc::new(rights),
            scope: Arc::new(scope),
            issued_at: issued.into(),
            expires_at: expires.into(),
            key: Thumbprint::parse(&key).ok_or(TokenError::Invalid)?,
            carrier: None,
            attenuated: (token.block_count() > 1).then(|| Arc::new(token.clone())),
        })
    }
}

/// The bytes of a token as presented.
pub(super) fn raw(token: &str) -> Result<Vec<u8>, TokenError> {
    use base64::{Engine, engine::general_purpose};
    if token.len() > LONGEST {
        return Err(GuardError::TooLarge.into());
    }
    // The reference serialisation is padded; HTTP clients tend to drop the padding.
    general_purpose::URL_SAFE_NO_PAD
        .decode(token.trim_end_matches('='))
        .map_err(|_not_base64| TokenError::Invalid)
}

/// The generation of the root key that signed `token`, as it names it.
pub(super) fn generation(token: &Biscuit) -> Result<u16, TokenError> {
    let named = token.root_key_id().and_then(|id| u16::try_from(id).ok());
    named.ok_or(TokenError::Invalid)
}

/// The one answer to a query.
pub(super) fn one<T>(
    world: &mut Authorizer,
    query: biscuit_auth::builder::Rule,
) -> Result<T, TokenError>
where
    T: TryFrom<biscuit_auth::builder::Fact, Error = error::Token>,
{
    world.query_exactly_one(query).map_err(refused)
}
