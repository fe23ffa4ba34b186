//! What can be chosen of a grant, section by section, and what a choice makes of it.

use std::collections::{BTreeMap, BTreeSet};

use ::consent::{Detail, Field, Part, Scope, Section};
use kernel::EntryId;
use serde::Deserialize;

use crate::pages::ticks::{self, Ticks};

/// The form, filled in. Of what it does not name, nothing is given.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Choice {
    /// The version it was shown with.
    pub(super) version: i32,
    #[serde(default)]
    section: Vec<Section>,
    #[serde(default, deserialize_with = "ticks::fields")]
    field: Ticks<Field>,
    #[serde(default, deserialize_with = "ticks::entries")]
    item: Ticks<EntryId>,
    /// Of which sections the entries that come later are given too.
    #[serde(default)]
    later: Vec<Section>,
    /// In how many days from now it ends; as before when 0.
    #[serde(default)]
    pub(super) days: u16,
}

/// What can be chosen of one section.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) section: Section,
    /// What is given of it now, if anything.
    pub(super) given: Option<Part>,
    /// The most that can be given of it.
    most: Part,
    /// Its entries, where they can be chosen one by one.
    pub(super) items: Option<Items>,
}

/// Entries that can be chosen one by one.
#[derive(Debug)]
pub(super) struct Items {
    /// Each with its name.
    pub(super) listed: Vec<(EntryId, String)>,
    /// Whether those that come later can be given too.
    pub(super) later: bool,
    /// What all of them together are.
    whole: Option<BTreeSet<EntryId>>,
}

/// Why a choice makes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Complaint {
    /// No section is left: to stop is another button's.
    Nothing,
    /// Of this section nothing is left, although it is ticked.
    NothingOf(Section),
}

impl Offer {
    /// What can be chosen of each section that is given or was asked for. `held` are the entries of
    /// the record, of those sections where they are not too many to list.
    pub(super) fn of(
        detail: &Detail,
        held: &BTreeMap<Section, Vec<(EntryId, String)>>,
    ) -> Vec<Self> {
        let (given, asked) = (&detail.terms.scope, &detail.reach.scope);
        let sections = given.parts().chain(asked.parts());
        let sections: BTreeSet<_> = sections.map(|(section, _)| section).collect();
        let offers = sections.into_iter().filter_map(|section| {
            let (given, asked) = (given.part(section), asked.part(section));
            let wider = asked.filter(|asked| given.is_none_or(|given| asked.contains(given)));
            let most = wider.or(given)?;
            let held = held.get(&section);
            Some(Self {
                section,
                items: held.and_then(|held| Items::of(held, given, most)),
                given: given.cloned(),
                most: most.clone(),
            })
        });
        offers.collect()
    }

    /// The fields that can be chosen, and whether each is given now.
    pub(super) fn fields(&self) -> impl Iterator<Item = (Field, bool)> {
        let fields = self.section.fields().iter().copied();
        let offered = fields.filter(|field| self.most.gives(*field));
        offered.map(|field| {
            (
                field,
                self.given.as_ref().is_some_and(|part| part.gives(field)),
            )
        })
    }

    /// Whether this entry is given now.
    pub(super) fn gives(&self, item: EntryId) -> bool {
        let given = self.given.as_ref();
        given.is_some_and(|part| {
            part.items
                .as_ref()
                .is_none_or(|items| items.contains(&item))
        })
    }

    /// Whether entries that come later are given now.
    pub(super) fn gives_later(&self) -> bool {
        self.given.as_ref().is_some_and(|part| part.items.is_none())
    }

    /// What `choice` makes of it.
    fn chosen(&self, choice: &Choice) -> Result<Part, Complaint> {
        let base = self.given.as_ref().unwrap_or(&self.most);
        // What is given by name now goes on to be.
        let given = self.given.as_ref();
        let named_fields = given.and_then(|part| part.fields.as_ref());
        let named_items = given.and_then(|part| part.items.as_ref());
        let nothing = Complaint::NothingOf(self.section);
        let fields = if self.section.fields().is_empty() {
            base.fields.clone()
        } else {
            let ticked = choice.field.get(&self.section).cloned();
            let ticked = ticked.unwrap_or_default();
            let offered: BTreeSet<_> = self.fields().map(|(field, _)| field).collect();
            if ticked.is_empty() {
                return Err(nothing);
            }
            if ticked == offered && Some(&ticked) != named_fields {
                self.most.fields.clone()
            } else {
                Some(ticked)
            }
        };
        let items = match &self.items {
            None => base.items.clone(),
            Some(items) => {
                let ticked = choice.item.get(&self.section).cloned();
                let ticked = ticked.unwrap_or_default();
                let listed: BTreeSet<_> = items.listed.iter().map(|(id, _)| *id).collect();
                let later = !items.later || choice.later.contains(&self.section);
                let named = Some(&ticked) == named_items;
                if ticked.is_empty() {
                    return Err(nothing);
                }
                if ticked == listed && later && (items.later || !named) {
                    items.whole.clone()
                } else {
                    Some(ticked)
                }
            }
        };
        Ok(Part {
            fields,
            items,
            period: base.period,
        })
    }
}

impl Items {
    fn of(held: &[(EntryId, String)], given: Option<&Part>, most: &Part) -> Option<Self> {
        let whole = most.items.clone().or_else(|| {
            // More than can be named: what is given of them can still be narrowed.
            let many = held.len() > ::consent::MOST_ITEMS;
            given.filter(|_| many).and_then(|given| given.items.clone())
        });
        let listed = held
            .iter()
            .filter(|(id, _)| whole.as_ref().is_none_or(|whole| whole.contains(id)));
        let listed: Vec<_> = listed.cloned().collect();
        let listable = (1..=::consent::MOST_ITEMS).contains(&listed.len());
        listable.then_some(Self {
            listed,
            later: whole.is_none(),
            whole,
        })
    }
}

impl Choice {
    /// What it leaves of the sections of `offers`. What is not offered stays in it, to be refused.
    pub(super) fn scope(&self, offers: &[Offer]) -> Result<Scope, Complaint> {
        let sections: BTreeSet<_> = self.section.iter().copied().collect();
        if sections.is_empty() {
            return Err(Complaint::Nothing);
        }
        let parts = sections.into_iter().map(|section| {
            let offer = offers.iter().find(|offer| offer.section == section);
            let part = offer.map_or(Ok(Part::WHOLE), |offer| offer.chosen(self))?;
            Ok((section, part))
        });
        parts.collect()
    }
}

#[cfg(test)]
mod tests {
    use ::consent::{Field, Part, Section};
    use kernel::EntryId;
    use serde_json::json;
    use uuid::Uuid;

    use super::{Choice, Complaint, Items, Offer};

    const CERTIFICATES: Section = Section::Certificates;

    fn entry(number: u128) -> EntryId {
        Uuid::from_u128(number).into()
    }

    /// An offer of certificates, two of which she has, all of which were asked for.
    fn offer(given: serde_json::Value) -> Offer {
        let given: Option<Part> = serde_json::from_value(given).unwrap();
        let held = [(entry(1), "One".to_owned()), (entry(2), "Two".to_owned())];
        Offer {
            section: Section::Certificates,
            items: Items::of(&held, given.as_ref(), &Part::WHOLE),
            given,
            most: Part::WHOLE,
        }
    }

    /// The form with all of `offer` ticked that is given now.
    fn as_given(offer: &Offer) -> Choice {
        let fields = offer.fields().filter(|(_, ticked)| *ticked);
        let listed = offer.items.as_ref().unwrap().listed.iter();
        let items = listed.map(|(id, _)| *id).filter(|id| offer.gives(*id));
        Choice {
            section: vec![Section::Certificates],
            field: [(CERTIFICATES, fields.map(|(field, _)| field).collect())].into(),
            item: [(CERTIFICATES, items.collect())].into(),
            later: offer
                .gives_later()
                .then_some(Section::Certificates)
                .into_iter()
                .collect(),
            ..Choice::default()
        }
    }

    #[test]
    fn who_touches_nothing_changes_nothing() {
        for given in [
            json!({}),
            json!({"fields": ["score"]}),
            json!({"items": [entry(2).to_string()]}),
            json!({"items": [entry(1).to_string(), entry(2).to_string()], "period": {"from": "2020-01-01"}}),
        ] {
            let offer = offer(given);
            let kept = offer.chosen(&as_given(&offer)).unwrap();
            assert_eq!(Some(kept), offer.given);
        }
    }

    #[test]
    fn what_is_unticked_is_given_no_more_and_neither_is_what_comes_later() {
        let offer = offer(json!({}));
        let mut less = as_given(&offer);
        less.item.entry(CERTIFICATES).or_default().pop_last();
        less.field.insert(CERTIFICATES, [Field::Score].into());
        let part = offer.chosen(&less).unwrap();
        assert_eq!(part.items, Some([entry(1)].into()));
        assert_eq!(part.fields, Some([Field::Score].into()));
        let mut no_later = as_given(&offer);
        no_later.later.clear();
        let part = offer.chosen(&no_later).unwrap();
        assert_eq!(part.items, Some([entry(1), entry(2)].into()));
    }

    #[test]
    fn a_section_of_which_nothing_is_left_is_asked_about() {
        let offer = offer(json!({}));
        let mut empty = as_given(&offer);
        empty.field.clear();
        let nothing = Err(Complaint::NothingOf(Section::Certificates));
        assert_eq!(offer.chosen(&empty), nothing);
        let mut empty = as_given(&offer);
        empty.item.clear();
        assert_eq!(offer.chosen(&empty), nothing, "whatever comes later");
        let none = Choice::default().scope(&[offer]);
        assert_eq!(none, Err(Complaint::Nothing));
    }

    #[test]
    fn what_was_not_offered_stays_in_the_choice_to_be_refused() {
        let choice = Choice {
            section: vec![Section::Identity],
            ..Choice::default()
        };
        let scope = choice.scope(&[]).unwrap();
        assert_eq!(scope.part(Section::Identity), Some(&Part::WHOLE));
        let offer = offer(json!({}));
        let mut more = as_given(&offer);
        more.item.entry(CERTIFICATES).or_default().insert(entry(3));
        assert!(
            offer
                .chosen(&more)
                .unwrap()
                .items
                .unwrap()
                .contains(&entry(3))
        );
    }
}
