//! How far a worker may widen a grant again: never beyond what its app had asked for.

use catalogue::App;
use time::{Duration, OffsetDateTime};

use super::store::GrantRow;
use crate::{Days, Frequency, RecordDetails, Scope, Section, Terms};

/// The most that a grant may come to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// What of which sections, beside what it gives already.
    pub scope: Scope,
    /// The latest end it may get.
    pub until: OffsetDateTime,
}

/// What an app had asked for, or what it had asked for at least.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    scope: Scope,
    span: Duration,
}

impl Asked {
    /// What `details` ask for.
    pub(crate) fn of(details: &RecordDetails) -> Self {
        Self {
            scope: details.scope(),
            span: details.duration.span(),
        }
    }

    /// Of a grant from before the question was kept: what its first version gave, which was
    /// within the question, and for how long.
    pub(crate) fn at_least(first: &Terms, given_at: OffsetDateTime) -> Self {
        Self {
            scope: first.scope.clone(),
            span: (first.expires_at - given_at).min(Days::MAX.span()),
        }
    }
}

impl Reach {
    /// How far `row` may be widened at `now`: to what was asked, as far as `app` still declares it.
    /// An app that is gone is given no more than it has. A single reading is not prolonged: it left
    /// no token to come back with.
    pub(crate) fn of(
        row: &GrantRow,
        asked: &Asked,
        app: Option<&App>,
        now: OffsetDateTime,
    ) -> Self {
        let given = &row.terms;
        let declares = |list: &[String], name: &str| list.iter().any(|entry| entry == name);
        let app = app.filter(|app| declares(&app.purposes, given.purpose.as_str()));
        let Some(app) = app else {
            return Self {
                scope: given.scope.clone(),
                until: given.expires_at,
            };
        };
        let still = |section: Section| declares(&app.sections, section.as_str());
        let parts = asked.scope.parts();
        let parts = parts.filter(|(section, _)| still(*section));
        Self {
            scope: parts
                .map(|(section, part)| (section, part.clone()))
                .collect(),
            until: match given.frequency {
                Frequency::Once => given.expires_at,
                Frequency::Ongoing => given.expires_at.max(now + asked.span),
            },
        }
    }

    /// Whether a grant of `given` may come to give `scope` until `expires_at`, now being `now`: of
    /// each section no more than it gives, or no more than was asked.
    pub(crate) fn permits(
        &self,
        given: &Terms,
        scope: &Scope,
        expires_at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> bool {
        let within = |most: &Scope, section, part| {
            most.part(section).is_some_and(|most| most.contains(part))
        };
        scope.check().is_ok()
            && now < expires_at
            && expires_at <= self.until
            && scope.parts().all(|(section, part)| {
                within(&given.scope, section, part) || within(&self.scope, section, part)
            })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;
    use crate::scope::tests::scope;

    const NOW: OffsetDateTime = datetime!(2026-11-24 08:00 UTC);

    fn terms(scope: Scope, days: i64) -> Terms {
        let json = r#"{"actions": ["read"], "scope": {}, "purpose": "career_guidance",
            "frequency": "ongoing", "retention": "P30D", "recipients": [],
            "expires_at": "2026-11-24T08:00:00Z"}"#;
        Terms {
            scope,
            expires_at: NOW + Duration::days(days),
            ..serde_json::from_str(json).unwrap()
        }
    }

    proptest! {
        #[test]
        fn whatever_is_permitted_lies_within_what_was_asked(
            asked in scope(), given in scope(), wanted in scope(), days in -2..400_i64,
        ) {
            let given = terms(given.meet(&asked), 30);
            let reach = Reach { scope: asked.clone(), until: NOW + Duration::days(90) };
            let until = NOW + Duration::days(days);
            if reach.permits(&given, &wanted, until, NOW) {
                prop_assert!(asked.contains(&wanted) && wanted.check().is_ok());
                prop_assert!(until > NOW && days <= 90);
            }
        }

        #[test]
        fn whatever_was_given_may_be_kept_or_narrowed(asked in scope(), given in scope(), less in scope()) {
            let less = less.meet(&given);
            let given = terms(given, 30);
            let reach = Reach { scope: asked, until: given.expires_at };
            for kept in [&given.scope, &less] {
                let permits = reach.permits(&given, kept, given.expires_at, NOW);
                prop_assert_eq!(permits, kept.check().is_ok());
            }
        }
    }

    #[test]
    fn of_a_grant_from_before_its_first_version_stands_for_what_was_asked() {
        let first = terms(Scope::whole([Section::Skills]), 30);
        let asked = Asked::at_least(&first, NOW);
        assert_eq!((asked.scope, asked.span), (first.scope, Duration::days(30)));
        let long = Asked::at_least(&terms(Scope::default(), 4_000), NOW);
        assert_eq!(long.span, Days::MAX.span(), "a year at the most");
    }
}
