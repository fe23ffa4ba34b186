//! Exact unions, for what a worker adds to a grant: nothing may come of one that neither shows.
//!
//! A part is a product: these fields, of these entries, about these days. The union of two products
//! is one only where the first contains the second, or where they differ in one factor alone.
//! [`Part::join`] answers in every case, by showing more than both; [`Part::union`] does not.

use std::collections::BTreeSet;

use time::Date;

use super::{Part, Period, Scope, covers};
use crate::Section;

impl Scope {
    /// The scope that shows what either does and nothing else; or the first section of which there
    /// is none.
    pub fn union(&self, other: &Self) -> Result<Self, Section> {
        let mut parts = self.0.clone();
        for (section, part) in other.parts() {
            let both = match self.part(section) {
                Some(ours) => ours.union(part).ok_or(section)?,
                None => part.clone(),
            };
            parts.insert(section, both);
        }
        Ok(Self(parts))
    }

    /// What this shows beyond `held`, section by section: with `held`, it makes up all of this. A
    /// section of which the rest is no part of its own stays whole.
    #[must_use]
    pub fn beyond(&self, held: &Self) -> Self {
        let beyond = |(section, part): (Section, &Part)| {
            let rest = match held.part(section) {
                Some(held) => part.beyond(held)?,
                None => part.clone(),
            };
            Some((section, rest))
        };
        self.parts().filter_map(beyond).collect()
    }
}

impl Part {
    /// The part that shows what either does and nothing else, if there is one.
    pub fn union(&self, other: &Self) -> Option<Self> {
        if self.contains(other) {
            return Some(self.clone());
        }
        if other.contains(self) {
            return Some(other.clone());
        }
        let same = (
            self.fields == other.fields,
            self.items == other.items,
            self.period == other.period,
        );
        let exact = match same {
            (false, true, true) | (true, false, true) => true,
            (true, true, false) => self
                .period
                .zip(other.period)
                .is_some_and(|(ours, theirs)| ours.touches(theirs)),
            _ => false,
        };
        exact.then(|| self.join(other))
    }

    /// What this shows beyond `held`, if anything.
    pub fn beyond(&self, held: &Self) -> Option<Self> {
        if held.contains(self) {
            return None;
        }
        let within = (
            covers(held.fields.as_ref(), self.fields.as_ref()),
            covers(held.items.as_ref(), self.items.as_ref()),
            held.period
                .is_none_or(|held| self.period.is_some_and(|ours| held.contains(ours))),
        );
        let mut rest = self.clone();
        match within {
            (false, true, true) => {
                rest.fields = without(self.fields.as_ref(), held.fields.as_ref());
            }
            (true, false, true) => rest.items = without(self.items.as_ref(), held.items.as_ref()),
            (true, true, false) => {
                let both = self.period.zip(held.period);
                rest.period = both.map(|(ours, held)| ours.beyond(held));
            }
            _ => {}
        }
        Some(rest)
    }
}

impl Period {
    /// Whether no day lies between the two.
    fn touches(self, other: Self) -> bool {
        let leaves_a_gap = |one: Self, next: Self| {
            let after = one.until.and_then(Date::next_day);
            after
                .zip(next.from)
                .is_some_and(|(after, from)| after < from)
        };
        !leaves_a_gap(self, other) && !leaves_a_gap(other, self)
    }

    /// The days outside of `held`, where they follow each other; all of this where they do not.
    fn beyond(self, held: Self) -> Self {
        let last = held.from.and_then(Date::previous_day);
        let first = held.until.and_then(Date::next_day);
        let before = last.and_then(|last| {
            self.meet(Self {
                from: None,
                until: Some(last),
            })
        });
        let after = first.and_then(|first| {
            self.meet(Self {
                from: Some(first),
                until: None,
            })
        });
        match (before, after) {
            (Some(rest), None) | (None, Some(rest)) => rest,
            _ => self,
        }
    }
}

/// What the limit `ours` lets through and `held` does not; everything, where `ours` is none.
fn without<T: Ord + Copy>(
    ours: Option<&BTreeSet<T>>,
    held: Option<&BTreeSet<T>>,
) -> Option<BTreeSet<T>> {
    ours.zip(held).map(|(ours, held)| ours - held)
}
