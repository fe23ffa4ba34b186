//! The commitment to a line: what the public log holds of it, and what it takes to check it.
//!
//! ```text
//! leaf = SHA-256("cpf-journal-line-v1" || 0x0A || salt || content)
//! ```
//! `salt` is 32 random bytes and `content` the line as JSON in the canonical form of RFC 8785. With
//! both, anybody computes the leaf again; without the salt, nobody learns anything of the line from
//! it, however well he can guess.

use std::fmt;

use kernel::Digest;
use serde::{Deserialize, Serialize};
use time::{UtcOffset, format_description::BorrowedFormatItem, macros::format_description};
use uuid::Uuid;

use crate::Line;

/// What no other use of SHA-256 begins with. Its number rises when `Content` changes its meaning.
const DOMAIN: &[u8] = b"cpf-journal-line-v1\n";

/// What keeps a line from being guessed by its leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// The salt made of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// A line as it is committed to. Its members stand in the order of RFC 8785 §3.2.3, which is that
/// of the alphabet; what a line does not have is left out. It holds text, ids and one small number,
/// so that `serde_json` writes its canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    action: String,
    actor: Who,
    /// RFC 3339, in UTC, with six digits of the second.
    at: String,
    entries: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant: Option<Permission>,
    line: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    section: Option<String>,
    worker: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    kind: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Permission {
    id: Uuid,
    purpose: String,
    version: i32,
}

impl Content {
    /// The line's own id.
    pub const fn line(&self) -> Uuid {
        self.line
    }

    /// Whose journal it stands in.
    pub const fn worker(&self) -> Uuid {
        self.worker
    }

    /// When, in RFC 3339.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// The commitment to it under `salt`.
    pub fn commit(&self, salt: &Salt) -> Digest {
        #[expect(clippy::expect_used, reason = "text, ids and a number are always JSON")]
        let content = serde_json::to_vec(self).expect("plain data");
        Digest::of([DOMAIN, salt.as_bytes(), &content].concat())
    }
}

impl From<&Line> for Content {
    fn from(line: &Line) -> Self {
        #[expect(clippy::expect_used, reason = "the format needs only what a time has")]
        let at = line
            .at
            .to_offset(UtcOffset::UTC)
            .format(MOMENT)
            .expect("a time");
        Self {
            action: line.action.as_str().into(),
            actor: Who {
                id: line.actor.id(),
                kind: line.actor.kind().into(),
            },
            at,
            entries: line.entries.iter().map(|entry| entry.uuid()).collect(),
            grant: line.under.as_ref().map(|under| Permission {
                id: under.grant.uuid(),
                purpose: under.purpose.clone(),
                version: under.version,
            }),
            line: line.id.uuid(),
            section: line.section.clone(),
            worker: line.worker.uuid(),
        }
    }
}

const MOMENT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

#[cfg(test)]
mod tests {
    use kernel::Digest;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::{Content, Salt};
    use crate::{Action, Actor, Line, Under};

    fn line() -> Line {
        let id = |number| Uuid::from_u128(number);
        Line {
            worker: id(1).into(),
            id: id(2).into(),
            at: datetime!(2026-11-24 09:00:00.000120 +1),
            actor: Actor::App("cap-\"métier\"\u{1f}".into()),
            action: Action::Read,
            section: Some("certificates".into()),
            under: Some(Under {
                grant: id(3).into(),
                version: 2,
                purpose: "career_guidance".into(),
            }),
            entries: vec![id(5).into(), id(4).into()],
        }
    }

    /// Written by hand from the documentation, not by the code under test.
    const CANONICAL: &str = "{\"action\":\"read\",\
        \"actor\":{\"id\":\"cap-\\\"métier\\\"\\u001f\",\"kind\":\"app\"},\
        \"at\":\"2026-11-24T08:00:00.000120Z\",\
        \"entries\":[\"00000000-0000-0000-0000-000000000005\",\"00000000-0000-0000-0000-000000000004\"],\
        \"grant\":{\"id\":\"00000000-0000-0000-0000-000000000003\",\"purpose\":\"career_guidance\",\"version\":2},\
        \"line\":\"00000000-0000-0000-0000-000000000002\",\
        \"section\":\"certificates\",\
        \"worker\":\"00000000-0000-0000-0000-000000000001\"}";

    #[test]
    fn a_leaf_is_the_digest_of_the_domain_the_salt_and_the_canonical_line() {
        let mut written = b"cpf-journal-line-v1\n".to_vec();
        written.extend([7; 32]);
        written.extend(CANONICAL.as_bytes());
        let leaf = Content::from(&line()).commit(&Salt::from_bytes([7; 32]));
        assert_eq!(leaf, Digest::of(written));
        let other = Content::from(&line()).commit(&Salt::from_bytes([8; 32]));
        assert_ne!(leaf, other);
    }

    #[test]
    fn a_content_is_read_back_as_it_was_and_with_nothing_more() {
        let content = Content::from(&line());
        assert_eq!(serde_json::from_str::<Content>(CANONICAL).unwrap(), content);
        let more = CANONICAL.replacen('{', "{\"also\":1,", 1);
        assert!(serde_json::from_str::<Content>(&more).is_err());
    }

    #[test]
    fn whatever_of_a_line_changes_its_leaf_changes() {
        let salt = Salt::from_bytes([7; 32]);
        let before = Content::from(&line()).commit(&salt);
        let changes: [fn(&mut Line); 10] = [
            |line| line.worker = Uuid::from_u128(9).into(),
            |line| line.id = Uuid::from_u128(9).into(),
            |line| line.at += time::Duration::microseconds(1),
            |line| line.actor = Actor::Worker,
            |line| line.action = Action::Claim,
            |line| line.section = None,
            |line| line.under = None,
            |line| line.under.as_mut().unwrap().version = 3,
            |line| line.entries.reverse(),
            |line| line.entries.clear(),
        ];
        for (number, alter) in changes.into_iter().enumerate() {
            let mut other = line();
            alter(&mut other);
            assert_ne!(
                Content::from(&other).commit(&salt),
                before,
                "change {number}"
            );
        }
    }
}
