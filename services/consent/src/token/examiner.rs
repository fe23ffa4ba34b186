//! Examining a token without the platform around it: what it would open, were its key proved and its
//! grant in force. The fuzzer does.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Clock, Keys};
use signing::SigningKeys;
use time::OffsetDateTime;

use super::{
    Tokens,
    verify::{ConsentToken, Request, TokenError},
};
use crate::{Field, Part, Right, Section};

/// What is given to read when one thing is asked for at a time: each section as a whole, and each of
/// its fields.
pub type Opened = BTreeMap<(Section, Option<Field>), Part>;

/// Looks at tokens as a node does that has never seen them.
#[derive(Debug)]
pub struct TokenExaminer {
    tokens: Tokens,
    clock: Clock,
}

impl TokenExaminer {
    /// An examiner of the tokens for `audience` that keys known to `signing` have signed.
    pub fn new(clock: Clock, keys: &Keys, signing: SigningKeys, audience: String) -> Self {
        let tokens = Tokens::new(signing, keys, audience);
        Self { tokens, clock }
    }

    /// What `token` opens now.
    pub fn opened(&self, token: &str) -> Result<Opened, TokenError> {
        let now = self.clock.now();
        let token = self.tokens.read(token, now)?;
        Ok(self.tokens.opened(&token, now))
    }
}

impl Tokens {
    /// What `token` opens at `now`. What cannot be decided is not opened.
    pub(super) fn opened(&self, token: &ConsentToken, now: OffsetDateTime) -> Opened {
        let asked = Section::ALL.iter().flat_map(|section| {
            let fields = section.fields().iter().map(|field| Some(*field));
            fields.chain([None]).map(move |field| (*section, field))
        });
        let parts = asked.filter_map(|(section, field)| {
            let asked = field.map(|field| BTreeSet::from([field]));
            let request = Request {
                section,
                right: Right::Read,
                asked: asked.as_ref(),
            };
            let part = self.allows(token, request, now).ok()?;
            Some(((section, field), part))
        });
        parts.collect()
    }
}
