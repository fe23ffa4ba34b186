//! What is granted: of each section which fields, which entries, of which time.
//!
//! A limit that is absent limits nothing. Scopes are ordered by what they show, and any two have a
//! widest scope within both ([`Scope::meet`]) and a narrowest one around both ([`Scope::join`]);
//! some have an exact union ([`Scope::union`]).

use std::collections::{BTreeMap, BTreeSet};

use kernel::EntryId;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::{Field, Section};

#[cfg(test)]
pub(crate) mod tests;
mod union;

time::serde::format_description!(day, Date, "[year]-[month]-[day]");

/// The most single entries that a scope can name.
pub const MOST_ITEMS: usize = 100;

/// What of which section. A section that is absent shows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Scope(BTreeMap<Section, Part>);

/// What of one section: the fields, of the entries, within the period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Which fields of an entry; all when absent, those that are added later too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeSet<Field>>,
    /// Which entries; all when absent, those that come later too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<BTreeSet<EntryId>>,
    /// Entries about which days; any day, or none, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
}

/// Days from the first to the last, both included. An entry that is about no day lies in no period,
/// not even in one without bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Bounds", into = "Bounds")]
pub struct Period {
    from: Option<Date>,
    until: Option<Date>,
}

/// A period as written.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    #[serde(with = "day::option", default, skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    #[serde(with = "day::option", default, skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
}

/// A scope as stored; once it was a list of sections, all of each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Stored {
    Parts(BTreeMap<Section, Part>),
    Sections(BTreeSet<Section>),
}

/// Why a scope can be neither asked nor granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Nothing, or nothing of a section.
    #[error("name at least one section, and no empty list of fields or items")]
    Nothing,
    /// A field that this section does not have.
    #[error("no entry of `{section}` has the field `{field}`")]
    Field {
        /// The section.
        section: Section,
        /// The field.
        field: Field,
    },
    /// More entries than can be named one by one.
    #[error("at most {MOST_ITEMS} items can be named")]
    TooManyItems,
}

impl Scope {
    /// All of these sections.
    pub fn whole(sections: impl IntoIterator<Item = Section>) -> Self {
        sections
            .into_iter()
            .map(|section| (section, Part::WHOLE))
            .collect()
    }

    /// What of `section`, if anything.
    pub fn part(&self, section: Section) -> Option<&Part> {
        self.0.get(&section)
    }

    /// The sections, in their order, and what of each.
    pub fn parts(&self) -> impl Iterator<Item = (Section, &Part)> {
        self.0.iter().map(|(section, part)| (*section, part))
    }

    /// Whether all that `other` shows is shown.
    pub fn contains(&self, other: &Self) -> bool {
        other
            .parts()
            .all(|(section, part)| self.part(section).is_some_and(|ours| ours.contains(part)))
    }

    /// What both show.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        let both = self
            .parts()
            .filter_map(|(section, part)| Some((section, part.meet(other.part(section)?)?)));
        both.collect()
    }

    /// The narrowest scope that shows what either does. It may show more than both together: the
    /// fields of one with the entries of the other, the days between two periods.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        let mut parts = self.0.clone();
        for (section, part) in other.parts() {
            parts
                .entry(section)
                .and_modify(|ours| *ours = ours.join(part))
                .or_insert_with(|| part.clone());
        }
        Self(parts)
    }

    /// Whether it can be asked and granted.
    pub fn check(&self) -> Result<(), ScopeError> {
        let empty = |part: &Part| {
            part.fields.as_ref().is_some_and(BTreeSet::is_empty)
                || part.items.as_ref().is_some_and(BTreeSet::is_empty)
        };
        if self.0.is_empty() || self.0.values().any(empty) {
            return Err(ScopeError::Nothing);
        }
        for (section, part) in self.parts() {
            let mut fields = part.fields.iter().flatten();
            if let Some(field) = fields.find(|field| !section.fields().contains(field)) {
                let field = *field;
                return Err(ScopeError::Field { section, field });
            }
        }
        let items = self.0.values().flat_map(|part| &part.items);
        if items.map(BTreeSet::len).sum::<usize>() > MOST_ITEMS {
            return Err(ScopeError::TooManyItems);
        }
        Ok(())
    }
}

impl FromIterator<(Section, Part)> for Scope {
    fn from_iter<I: IntoIterator<Item = (Section, Part)>>(parts: I) -> Self {
        Self(parts.into_iter().collect())
    }
}

impl From<Stored> for Scope {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Parts(parts) => Self(parts),
            Stored::Sections(sections) => Self::whole(sections),
        }
    }
}

impl Part {
    /// All of a section.
    pub const WHOLE: Self = Self {
        fields: None,
        items: None,
        period: None,
    };

    /// Whether this field of an entry is shown.
    pub fn gives(&self, field: Field) -> bool {
        self.fields
            .as_ref()
            .is_none_or(|fields| fields.contains(&field))
    }

    /// Whether all that `other` shows is shown.
    pub fn contains(&self, other: &Self) -> bool {
        covers(self.fields.as_ref(), other.fields.as_ref())
            && covers(self.items.as_ref(), other.items.as_ref())
            && self
                .period
                .is_none_or(|ours| other.period.is_some_and(|theirs| ours.contains(theirs)))
    }

    /// What both show, if anything.
    pub fn meet(&self, other: &Self) -> Option<Self> {
        let period = match (self.period, other.period) {
            (None, limit) | (limit, None) => limit,
            (Some(ours), Some(theirs)) => Some(ours.meet(theirs)?),
        };
        let fields = both(self.fields.as_ref(), other.fields.as_ref());
        let items = both(self.items.as_ref(), other.items.as_ref());
        let nothing = fields.as_ref().is_some_and(BTreeSet::is_empty)
            || items.as_ref().is_some_and(BTreeSet::is_empty);
        (!nothing).then_some(Self {
            fields,
            items,
            period,
        })
    }

    /// The narrowest part that shows what either does.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        Self {
            fields: either(self.fields.as_ref(), other.fields.as_ref()),
            items: either(self.items.as_ref(), other.items.as_ref()),
            period: self
                .period
                .zip(other.period)
                .map(|(ours, theirs)| ours.join(theirs)),
        }
    }
}

/// Whether the limit `ours` lets through all that `theirs` does.
fn covers<T: Ord>(ours: Option<&BTreeSet<T>>, theirs: Option<&BTreeSet<T>>) -> bool {
    ours.is_none_or(|ours| theirs.is_some_and(|theirs| theirs.is_subset(ours)))
}

fn both<T: Ord + Copy>(
    ours: Option<&BTreeSet<T>>,
    theirs: Option<&BTreeSet<T>>,
) -> Option<BTreeSet<T>> {
    match (ours, theirs) {
        (None, limit) | (limit, None) => limit.cloned(),
        (Some(ours), Some(theirs)) => Some(ours & theirs),
    }
}

fn either<T: Ord + Copy>(
    ours: Option<&BTreeSet<T>>,
    theirs: Option<&BTreeSet<T>>,
) -> Option<BTreeSet<T>> {
    ours.zip(theirs).map(|(ours, theirs)| ours | theirs)
}

impl Period {
    /// From the first to the last day, open where absent; nothing when the last comes before the
    /// first, or for a year outside 1 to 9999.
    pub fn new(from: Option<Date>, until: Option<Date>) -> Option<Self> {
        let ordered = from.zip(until).is_none_or(|(from, until)| from <= until);
        let known = [from, until]
            .iter()
            .flatten()
            .all(|day| (1..=9_999).contains(&day.year()));
        (ordered && known).then_some(Self { from, until })
    }

    /// The first day, if it has one.
    pub const fn from(self) -> Option<Date> {
        self.from
    }

    /// The last day, if it has one.
    pub const fn until(self) -> Option<Date> {
        self.until
    }

    /// Whether all days of `other` are in it.
    pub fn contains(self, other: Self) -> bool {
        self.join(other) == self
    }

    /// The days in both, if any.
    pub fn meet(self, other: Self) -> Option<Self> {
        let until = [self.until, other.until].into_iter().flatten().min();
        // No first day comes before any: `None` is the least.
        Self::new(self.from.max(other.from), until)
    }

    /// From the first day of either to the last day of either.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            from: self.from.min(other.from),
            until: self
                .until
                .zip(other.until)
                .map(|(one, other)| one.max(other)),
        }
    }
}

impl TryFrom<Bounds> for Period {
    type Error = &'static str;

    fn try_from(Bounds { from, until }: Bounds) -> Result<Self, Self::Error> {
        Self::new(from, until).ok_or("a period ends where it begins or later")
    }
}

impl From<Period> for Bounds {
    fn from(Period { from, until }: Period) -> Self {
        Self { from, until }
    }
}
