//! The versions of a grant, and what tells one from the one before.

use time::OffsetDateTime;

use crate::{Part, Section, Terms};

/// Who made a version of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangedBy {
    /// The worker.
    Worker,
    /// The app, which gave a token back.
    App,
}

/// A version as its worker reads it.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number, from 1.
    pub number: i32,
    /// Since when it stands.
    pub at: OffsetDateTime,
    /// Who made it.
    pub by: ChangedBy,
    /// What of which sections it gives, until when.
    pub terms: Terms,
    /// What it changed; nothing for the first, and for one that only renewed the tokens.
    pub differences: Vec<Difference>,
}

/// One thing that a version changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A section is given that was not.
    Added(Section, Part),
    /// A section is given no more.
    Removed(Section),
    /// Other things of a section are given.
    Other(Section, Part),
    /// It ends later.
    Longer(OffsetDateTime),
    /// It ends sooner.
    Shorter(OffsetDateTime),
    /// Its purpose, its recipients, how long data is kept, or what may be done.
    Conditions,
    /// Nothing is let out from here on.
    Paused,
    /// It lets out again what it gives.
    Resumed,
}

/// A version as stored.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) number: i32,
    pub(crate) terms: Terms,
    pub(crate) at: OffsetDateTime,
    pub(crate) paused: bool,
    pub(crate) by: ChangedBy,
}

impl ChangedBy {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::App => "app",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Worker, Self::App]
            .into_iter()
            .find(|by| by.as_str() == name)
    }
}

impl Kept {
    /// As she reads it, beside the version before; without one for the first.
    pub(crate) fn told(&self, before: Option<&Self>) -> Version {
        Version {
            number: self.number,
            at: self.at,
            by: self.by,
            terms: self.terms.clone(),
            differences: before.map_or_else(Vec::new, |before| self.differences(before)),
        }
    }

    fn differences(&self, before: &Self) -> Vec<Difference> {
        let (was, is) = (&before.terms, &self.terms);
        let mut found = Vec::new();
        match (before.paused, self.paused) {
            (false, true) => found.push(Difference::Paused),
            (true, false) => found.push(Difference::Resumed),
            _ => {}
        }
        for (section, part) in is.scope.parts() {
            match was.scope.part(section) {
                None => found.push(Difference::Added(section, part.clone())),
                Some(known) if known != part => {
                    found.push(Difference::Other(section, part.clone()));
                }
                Some(_same) => {}
            }
        }
        let gone = was.scope.parts();
        let gone = gone.filter(|(section, _)| is.scope.part(*section).is_none());
        found.extend(gone.map(|(section, _)| Difference::Removed(section)));
        if is.expires_at > was.expires_at {
            found.push(Difference::Longer(is.expires_at));
        } else if is.expires_at < was.expires_at {
            found.push(Difference::Shorter(is.expires_at));
        }
        let alike = Terms {
            scope: is.scope.clone(),
            expires_at: is.expires_at,
            ..was.clone()
        };
        if alike != *is {
            found.push(Difference::Conditions);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::{Duration, macros::datetime};

    use super::{ChangedBy, Difference, Kept};
    use crate::{Part, Scope, Section};

    fn version(number: i32, scope: Scope, days: i64) -> Kept {
        let at = datetime!(2026-11-24 08:00 UTC);
        let terms = json!({"actions": ["read"], "scope": {}, "purpose": "career_guidance",
            "frequency": "ongoing", "retention": "P30D", "recipients": [],
            "expires_at": "2026-11-24T08:00:00Z"});
        Kept {
            number,
            terms: crate::Terms {
                scope,
                expires_at: at + Duration::days(days),
                ..serde_json::from_value(terms).unwrap()
            },
            at,
            paused: false,
            by: ChangedBy::Worker,
        }
    }

    #[test]
    fn a_version_tells_each_thing_that_it_changed_and_no_other() {
        let first = version(
            1,
            Scope::whole([Section::Certificates, Section::Skills]),
            30,
        );
        assert_eq!(first.told(None).differences, []);
        let again = version(2, first.terms.scope.clone(), 30);
        assert_eq!(again.told(Some(&first)).differences, []);

        let some = serde_json::from_value(json!({
            "certificates": {"fields": ["score"]}, "badges": {},
        }));
        let mut next = version(3, some.unwrap(), 7);
        next.paused = true;
        let score = next.terms.scope.part(Section::Certificates).unwrap();
        let told = [
            Difference::Paused,
            Difference::Other(Section::Certificates, score.clone()),
            Difference::Added(Section::Badges, Part::WHOLE),
            Difference::Removed(Section::Skills),
            Difference::Shorter(next.terms.expires_at),
        ];
        assert_eq!(next.told(Some(&again)).differences, told);

        let mut last = version(4, next.terms.scope.clone(), 60);
        last.terms.recipients = vec!["Bureau".into()];
        let told = [
            Difference::Resumed,
            Difference::Longer(last.terms.expires_at),
            Difference::Conditions,
        ];
        assert_eq!(last.told(Some(&next)).differences, told);
    }
}
