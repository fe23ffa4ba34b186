//! What a worker chooses of what an app asks: whole sections, or single fields, entries and days.

use std::collections::{BTreeMap, BTreeSet};

use kernel::EntryId;
use time::Date;

use super::{Change, Pending, Standing};
use crate::{Field, Part, Period, Scope, Section, Unmergeable};

/// What she ticked. Of a section without a finer choice she gives all that was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// These sections; those that are essential belong to it whether or not they are named.
    pub sections: BTreeSet<Section>,
    /// Of these sections only these fields.
    pub fields: BTreeMap<Section, BTreeSet<Field>>,
    /// Of these sections only these entries.
    pub items: BTreeMap<Section, BTreeSet<EntryId>>,
    /// Of all sections only what is about this day or a later one.
    pub since: Option<Date>,
}

/// Why a choice gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// No section is chosen, and none is essential.
    #[error("nothing is chosen")]
    Nothing,
    /// Fields or entries of a section that itself is not chosen: nobody can tell what she meant.
    #[error("fields or entries of `{0}` are chosen, and the section is not")]
    Detached(Section),
    /// Nothing that was asked is about so late a day.
    #[error("what was asked ends before the first day that was chosen")]
    TooLate,
    /// More than what is offered.
    #[error("the choice is not within what is offered")]
    Beyond,
}

/// What may be given: all that is asked, or what of it is new where it is added to a grant in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Section by section; empty where nothing is new.
    pub scope: Scope,
    /// Of these sections something must be given: the service makes no sense without.
    pub required: BTreeSet<Section>,
    /// What of the sections that are asked is granted already, all of it: to choose it again changes
    /// nothing.
    pub granted: BTreeSet<Section>,
    /// Whether it is added to a grant in force. Then nothing need be chosen: an app that lost its
    /// tokens comes back for what stands.
    pub adds: bool,
}

impl Pending {
    /// What the worker may give, of whom the app holds the grant `standing`.
    pub fn offered(&self, standing: Option<&Standing>) -> Offered {
        let (asked, essential) = (self.details().scope(), &self.details().essential);
        let added_to = standing.filter(|standing| standing.change == Change::Merge);
        let held = |section: &Section| {
            added_to.is_some_and(|standing| standing.terms.scope.part(*section).is_some())
        };
        let required = essential.iter().copied();
        let scope = added_to.map_or(asked, |standing| standing.new.clone());
        let asked = self.details().sections.iter().copied();
        Offered {
            required: required.filter(|section| !held(section)).collect(),
            granted: asked
                .filter(|section| scope.part(*section).is_none())
                .collect(),
            adds: added_to.is_some(),
            scope,
        }
    }

    /// What the app may see once the worker has accepted this.
    pub fn given(
        &self,
        standing: Option<&Standing>,
        accepted: &Scope,
    ) -> Result<Scope, Unmergeable> {
        match standing {
            Some(standing) if standing.change == Change::Merge => {
                self.details().merge(&standing.terms, accepted)
            }
            _ => Ok(accepted.clone()),
        }
    }
}

impl Offered {
    /// What `choice` gives: never more than is offered, and something of each section that is
    /// required.
    pub fn choose(&self, choice: &Choice) -> Result<Scope, ChoiceError> {
        let sections = &(&choice.sections - &self.granted) | &self.required;
        let finer = || choice.fields.keys().chain(choice.items.keys()).copied();
        if let Some(section) = finer().find(|section| !sections.contains(section)) {
            let known = self.scope.part(section).is_some();
            return Err(if known {
                ChoiceError::Detached(section)
            } else {
                ChoiceError::Beyond
            });
        }
        let part = |section: &Section| {
            let offered = self.scope.part(*section).ok_or(ChoiceError::Beyond)?;
            Ok((*section, choice.part(*section, offered)?))
        };
        let scope: Scope = sections.iter().map(part).collect::<Result<_, _>>()?;
        if sections.is_empty() {
            return if self.adds || self.scope.parts().next().is_none() {
                Ok(scope)
            } else {
                Err(ChoiceError::Nothing)
            };
        }
        // An empty list, a field that the section does not have, too many entries.
        scope.check().map_err(|_impossible| ChoiceError::Beyond)?;
        Ok(scope)
    }
}

impl Choice {
    /// What is chosen of `section`, of which `offered` is.
    fn part(&self, section: Section, offered: &Part) -> Result<Part, ChoiceError> {
        let fields = self.fields.get(&section).or(offered.fields.as_ref());
        let items = self.items.get(&section).or(offered.items.as_ref());
        let chosen = Part {
            fields: fields.cloned(),
            items: items.cloned(),
            period: offered.period,
        };
        if !offered.contains(&chosen) {
            return Err(ChoiceError::Beyond);
        }
        let Some(since) = self.since else {
            return Ok(chosen);
        };
        let since = Period::new(Some(since), None).ok_or(ChoiceError::TooLate)?;
        let period = match offered.period {
            Some(offered) => offered.meet(since).ok_or(ChoiceError::TooLate)?,
            None => since,
        };
        Ok(Part {
            period: Some(period),
            ..chosen
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::{option, prelude::*};
    use time::{Date, OffsetDateTime, macros::date};

    use super::{Choice, ChoiceError, Offered};
    use crate::{Days, Part, RecordDetails, Scope, Section, scope::tests::scope};

    /// All that `details` ask.
    fn offered(details: &RecordDetails) -> Offered {
        Offered {
            scope: details.scope(),
            required: details.essential.clone(),
            granted: BTreeSet::new(),
            adds: false,
        }
    }

    /// What an app asks that would have all of `scope`, the first section of it above all.
    fn asking(scope: &Scope) -> RecordDetails {
        let sections: BTreeSet<_> = scope.parts().map(|(section, _)| section).collect();
        let essential: Vec<_> = sections.first().into_iter().collect();
        let json = serde_json::json!([{
            "type": "cpf_record", "actions": ["read"], "sections": sections,
            "essential": essential, "purpose": "career_guidance", "duration": "P90D",
            "frequency": "ongoing", "retention": "P30D",
            "fields": limits(scope, |part| part.fields.as_ref()),
            "items": limits(scope, |part| part.items.as_ref()),
            "period": scope.parts().find_map(|(_, part)| part.period),
        }]);
        RecordDetails::parse(&json.to_string()).unwrap()
    }

    fn limits<'a, T: Clone + 'a>(
        scope: &'a Scope,
        of: impl Fn(&'a Part) -> Option<&'a T>,
    ) -> BTreeMap<Section, T> {
        let parts = scope.parts();
        parts
            .filter_map(|(section, part)| Some((section, of(part)?.clone())))
            .collect()
    }

    fn choice() -> impl Strategy<Value = Choice> {
        let days = (0..9_i64).prop_map(|days| date!(2026 - 10 - 29) + time::Duration::days(days));
        (scope(), scope(), option::of(days)).prop_map(|(ticked, finer, since)| Choice {
            sections: ticked.parts().map(|(section, _)| section).collect(),
            fields: limits(&finer, |part| part.fields.as_ref()),
            items: limits(&finer, |part| part.items.as_ref()),
            since,
        })
    }

    proptest! {
        #[test]
        fn a_choice_gives_nothing_that_was_not_asked_and_something_of_what_is_essential(
            asked in scope(), choice in choice(),
        ) {
            prop_assume!(asked != Scope::default());
            let details = asking(&asked);
            if let Ok(given) = offered(&details).choose(&choice) {
                prop_assert!(details.scope().contains(&given));
                let ninety = Days::new(90).unwrap();
                let terms = details.grant(given.clone(), ninety, OffsetDateTime::UNIX_EPOCH);
                prop_assert_eq!(terms.map(|terms| terms.scope), Some(given.clone()));
                for (section, part) in given.parts() {
                    prop_assert!(choice.sections.contains(&section) || details.essential.contains(&section));
                    for (finer, given) in [
                        (choice.fields.contains_key(&section), part.fields.is_some()),
                        (choice.items.contains_key(&section), part.items.is_some()),
                        (choice.since.is_some(), part.period.is_some()),
                    ] {
                        prop_assert!(given || !finer, "a finer choice was lost");
                    }
                }
            }
        }

        #[test]
        fn sections_without_a_finer_choice_are_given_as_they_were_asked(asked in scope()) {
            let details = asking(&asked);
            let sections = asked.parts().map(|(section, _)| section).collect();
            let all = Choice { sections, ..Choice::default() };
            let given = offered(&details).choose(&all);
            // Of nothing, nothing can be given: where all of it is granted already.
            prop_assert_eq!(given, Ok(details.scope()));
        }
    }

    #[test]
    fn to_choose_what_is_granted_already_changes_nothing() {
        let (certificates, skills) = (Section::Certificates, Section::Skills);
        let new = Scope::whole([skills]);
        let offered = Offered {
            scope: new.clone(),
            required: BTreeSet::new(),
            granted: BTreeSet::from([certificates]),
            adds: true,
        };
        let choose = |sections: &[Section]| {
            let sections = sections.iter().copied().collect();
            offered.choose(&Choice {
                sections,
                ..Choice::default()
            })
        };
        assert_eq!(choose(&[certificates, skills]), Ok(new));
        assert_eq!(choose(&[certificates]), Ok(Scope::default()));
        assert_eq!(choose(&[Section::Identity]), Err(ChoiceError::Beyond));
    }

    #[test]
    fn what_cannot_be_meant_is_told_apart() {
        let whole = Scope::whole([Section::Certificates, Section::Skills]);
        let mut details = asking(&whole);
        details.essential.clear();
        let fields = |section| BTreeMap::from([(section, BTreeSet::from([crate::Field::Score]))]);
        let chosen = |sections: &[Section], section| Choice {
            sections: sections.iter().copied().collect(),
            fields: fields(section),
            ..Choice::default()
        };
        let (certificates, skills) = (Section::Certificates, Section::Skills);
        let cases = [
            (Choice::default(), ChoiceError::Nothing),
            (
                chosen(&[], certificates),
                ChoiceError::Detached(certificates),
            ),
            (
                chosen(&[skills], certificates),
                ChoiceError::Detached(certificates),
            ),
            (chosen(&[skills], skills), ChoiceError::Beyond),
            (chosen(&[], Section::Identity), ChoiceError::Beyond),
            (
                chosen(&[Section::Identity], certificates),
                ChoiceError::Detached(certificates),
            ),
            (
                chosen(&[Section::Identity, certificates], certificates),
                ChoiceError::Beyond,
            ),
        ];
        for (choice, error) in cases {
            assert_eq!(offered(&details).choose(&choice), Err(error), "{choice:?}");
        }
        let late = |since: Date| Choice {
            sections: BTreeSet::from([certificates]),
            since: Some(since),
            ..Choice::default()
        };
        let until = r#"{"until": "2024-12-31"}"#;
        details.period = serde_json::from_str(until).unwrap();
        assert!(
            offered(&details)
                .choose(&late(date!(2024 - 12 - 31)))
                .is_ok()
        );
        let too_late = offered(&details).choose(&late(date!(2025 - 01 - 01)));
        assert_eq!(too_late, Err(ChoiceError::TooLate));
        assert_eq!(
            offered(&details).choose(&late(date!(0000 - 01 - 01))),
            Err(ChoiceError::TooLate)
        );
    }
}
