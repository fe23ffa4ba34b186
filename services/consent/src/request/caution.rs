//! What is unusual about a request: facts, for the worker to weigh. Nothing is refused by them.

use std::collections::BTreeSet;

use catalogue::Usage;
use kernel::Fault;
use time::{Duration, OffsetDateTime};

use super::Pending;
use crate::{Consent, Days, Part, RecordDetails, Right, Section};

/// How long an app counts as new.
const NEW: Duration = Duration::days(90);
/// From how many grants on an app counts as known.
const KNOWN: u64 = 10;
/// How many sections are many.
const MANY: usize = 5;
/// Beyond how many days a grant is long.
const LONG: u16 = 180;
/// How many marks of a request for much must come together before it is said.
const TOGETHER: usize = 2;

/// What a worker should know of a request beside what it says itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cautions {
    /// How little the app is known, when it is.
    pub new: Option<Usage>,
    /// Sections that the purpose does not usually need.
    pub unusual: BTreeSet<Section>,
    /// How much it asks, mark by mark, when at least two come together.
    pub much: Vec<Breadth>,
}

/// A mark of a request for much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// So many sections, five or more.
    ManySections(usize),
    /// More than one section, and all of each.
    Whole,
    /// So long, more than 180 days.
    Long(Days),
    /// It would propose entries too.
    Proposes,
}

impl Consent {
    /// What is unusual about `pending`.
    pub async fn cautions(&self, pending: &Pending) -> Result<Cautions, Fault> {
        let usage = self.catalogue.usage(&pending.app.client_id).await?;
        Ok(Cautions::of(pending.details(), usage, self.clock.now()))
    }
}

impl Cautions {
    /// What is unusual about a request for `details`, at `now`, by an app so well known.
    fn of(details: &RecordDetails, usage: Option<Usage>, now: OffsetDateTime) -> Self {
        let is_new = |usage: &Usage| now - usage.registered_at < NEW || usage.grants < KNOWN;
        let usual = details.purpose.usual_sections();
        let unusual = details.sections.iter().copied();
        let much = breadth(details);
        Self {
            new: usage.filter(is_new),
            unusual: unusual.filter(|section| !usual.contains(section)).collect(),
            much: if much.len() < TOGETHER {
                Vec::new()
            } else {
                much
            },
        }
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.new.is_none() && self.unusual.is_empty() && self.much.is_empty()
    }
}

fn breadth(details: &RecordDetails) -> Vec<Breadth> {
    let count = details.sections.len();
    let scope = details.scope();
    let whole = count > 1 && scope.parts().all(|(_, part)| *part == Part::WHOLE);
    let marks = [
        (count >= MANY).then_some(Breadth::ManySections(count)),
        whole.then_some(Breadth::Whole),
        (details.duration.count() > LONG).then_some(Breadth::Long(details.duration)),
        details
            .actions
            .contains(&Right::Propose)
            .then_some(Breadth::Proposes),
    ];
    marks.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use catalogue::Usage;
    use serde_json::{Value, json};
    use time::{Duration, OffsetDateTime, macros::datetime};

    use super::{Breadth, Cautions};
    use crate::{Days, Purpose, RecordDetails, Section};

    const NOW: OffsetDateTime = datetime!(2026-11-24 08:00 UTC);

    fn known() -> Usage {
        Usage {
            registered_at: NOW - Duration::days(90),
            grants: 10,
        }
    }

    fn cautions(change: impl FnOnce(&mut Value), usage: Usage) -> Cautions {
        let mut details = json!([{
            "type": "cpf_record", "actions": ["read"], "sections": ["certificates", "skills"],
            "purpose": "career_guidance", "duration": "P90D", "frequency": "ongoing",
            "retention": "P30D",
        }]);
        change(&mut details[0]);
        let details = RecordDetails::parse(&details.to_string()).unwrap();
        Cautions::of(&details, Some(usage), NOW)
    }

    #[test]
    fn a_usual_request_of_a_known_app_is_not_warned_of() {
        assert!(cautions(|_| {}, known()).is_empty());
    }

    #[test]
    fn an_app_is_new_for_ninety_days_and_until_ten_grants() {
        let young = Usage {
            registered_at: NOW - Duration::days(89),
            ..known()
        };
        let rare = Usage {
            grants: 0,
            ..known()
        };
        for usage in [young, rare] {
            assert_eq!(cautions(|_| {}, usage).new, Some(usage));
        }
    }

    #[test]
    fn a_section_is_unusual_for_one_purpose_and_not_for_another() {
        let identity = |purpose: &str| {
            let asked = |details: &mut Value| {
                details["sections"] = json!(["identity"]);
                details["purpose"] = json!(purpose);
            };
            cautions(asked, known())
                .unusual
                .contains(&Section::Identity)
        };
        assert!(identity("career_guidance"));
        assert!(!identity("training_enrolment"));
        for purpose in Purpose::ALL {
            assert!(!purpose.usual_sections().is_empty(), "{purpose}");
        }
    }

    #[test]
    fn one_mark_of_much_is_not_much_and_two_are() {
        let long = |details: &mut Value| details["duration"] = json!("P181D");
        let whole = [Breadth::Whole, Breadth::Long(Days::new(181).unwrap())];
        assert_eq!(cautions(long, known()).much, whole);
        let half_a_year = |details: &mut Value| details["duration"] = json!("P180D");
        assert!(cautions(half_a_year, known()).much.is_empty());
        let limited = |details: &mut Value| {
            long(details);
            details["fields"] = json!({"certificates": ["score"]});
        };
        assert!(cautions(limited, known()).much.is_empty());
        let five = |details: &mut Value| {
            details["sections"] =
                json!(["certificates", "skills", "trainings", "badges", "projects"]);
            details["actions"] = json!(["read", "propose"]);
        };
        let much = [Breadth::ManySections(5), Breadth::Whole, Breadth::Proposes];
        assert_eq!(cautions(five, known()).much, much);
    }
}
