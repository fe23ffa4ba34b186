//! An entry as somebody writes it, and when it is well said: every flaw of it, not the first.

use std::{cmp::Ordering, collections::BTreeSet};

use consent::{Field, Section};
use kernel::{PartialDate, PartialDateError, hides};
use time::Date;
use unicode_normalization::UnicodeNormalization;

use crate::{Declared, Mastery};

/// The longest title or name of an organisation, in characters.
const LINE: usize = 200;

/// The longest description, in characters.
const TEXT: usize = 2_000;

/// An entry as somebody writes it, in a form or a request: nothing of it is checked. A text of white space
/// says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// What it is called.
    pub title: Option<String>,
    /// Where it was: the employer, the school, the training operator.
    pub organisation: Option<String>,
    /// The ROME code of the occupation.
    pub occupation: Option<String>,
    /// When it began: a year, a month or a day.
    pub started_on: Option<String>,
    /// When it ended, if it has: a year, a month or a day.
    pub ended_on: Option<String>,
    /// When it was obtained: a year, a month or a day.
    pub obtained_on: Option<String>,
    /// The level in the French framework of qualifications, 1 to 8.
    pub level: Option<i64>,
    /// How well a skill is mastered: the name of a [`Mastery`].
    pub mastery: Option<String>,
    /// More, in her words.
    pub description: Option<String>,
}

/// What is wrong with a draft, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    /// In which field.
    pub field: Field,
    /// What.
    pub kind: FlawKind,
}

/// What is wrong with a field of a draft. No flaw repeats what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FlawKind {
    /// Entries of this section do not have it.
    #[error("no entry of this section has this field")]
    NotOfThisSection,
    /// Nothing is said.
    #[error("this field is required")]
    Missing,
    /// Too much is said.
    #[error("at most {0} characters")]
    TooLong(usize),
    /// Something in it cannot be seen, or turns the text round.
    #[error("characters that cannot be seen are not taken")]
    Hidden,
    /// No date.
    #[error(transparent)]
    Date(PartialDateError),
    /// It would have ended before it began.
    #[error("it cannot end before it begins")]
    BeforeItBegan,
    /// It has not been obtained yet.
    #[error("this date has not come yet")]
    NotYet,
    /// No such level.
    #[error("a level is a number from 1 to 8")]
    Level,
    /// No such mastery.
    #[error("mastery is `beginner`, `intermediate`, `advanced` or `expert`")]
    Mastery,
    /// ROME does not know it.
    #[error("the release of ROME in force does not know this occupation")]
    Occupation,
}

impl FlawKind {
    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOfThisSection => "not-of-this-section",
            Self::Missing => "missing",
            Self::TooLong(_) => "too-long",
            Self::Hidden => "hidden-characters",
            Self::Date(_) => "not-a-date",
            Self::BeforeItBegan => "before-it-began",
            Self::NotYet => "not-yet",
            Self::Level => "out-of-range",
            Self::Mastery => "unknown-value",
            Self::Occupation => "unknown-occupation",
        }
    }
}

impl Draft {
    /// The fields that it fills.
    pub fn fields(&self) -> BTreeSet<Field> {
        let texts = [
            (Field::Title, &self.title),
            (Field::Organisation, &self.organisation),
            (Field::Occupation, &self.occupation),
            (Field::StartedOn, &self.started_on),
            (Field::EndedOn, &self.ended_on),
            (Field::ObtainedOn, &self.obtained_on),
            (Field::Mastery, &self.mastery),
            (Field::Description, &self.description),
        ];
        let filled = texts
            .into_iter()
            .filter(|(_, text)| said(text.as_deref()).is_some());
        let level = self.level.map(|_| Field::Level);
        filled.map(|(field, _)| field).chain(level).collect()
    }

    /// The entry of `section` that it is, declared on the day `today`, where `knows` tells which ROME
    /// codes there are.
    pub fn check(
        &self,
        section: Section,
        today: Date,
        knows: impl Fn(&str) -> bool,
    ) -> Result<Declared, Vec<Flaw>> {
        let mut check = Check::default();
        let foreign = self.fields().into_iter();
        for field in foreign.filter(|field| !section.fields().contains(field)) {
            check.flaw(field, FlawKind::NotOfThisSection);
        }
        let declared = Declared {
            title: check.required(Field::Title, self.title.as_deref()),
            organisation: check.line(Field::Organisation, self.organisation.as_deref()),
            occupation: check.occupation(self.occupation.as_deref(), knows),
            started_on: check.date(Field::StartedOn, self.started_on.as_deref()),
            ended_on: check.date(Field::EndedOn, self.ended_on.as_deref()),
            obtained_on: check.date(Field::ObtainedOn, self.obtained_on.as_deref()),
            level: check.level(self.level),
            mastery: check.mastery(self.mastery.as_deref()),
            description: check.text(self.description.as_deref()),
        };
        let (began, ended) = (declared.started_on, declared.ended_on);
        if began
            .zip(ended)
            .is_some_and(|(began, ended)| precedes(ended, began))
        {
            check.flaw(Field::EndedOn, FlawKind::BeforeItBegan);
        }
        let obtained = declared.obtained_on.and_then(PartialDate::first_day);
        if obtained.is_some_and(|day| day > today) {
            check.flaw(Field::ObtainedOn, FlawKind::NotYet);
        }
        if check.flaws.is_empty() {
            Ok(declared)
        } else {
            Err(check.flaws)
        }
    }
}

/// What `text` says, if anything.
fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Whether `one` is before `other`, whatever the months and days that they leave open.
fn precedes(one: PartialDate, other: PartialDate) -> bool {
    let compared =
        |pair: Option<(u8, u8)>| pair.map_or(Ordering::Equal, |(one, other)| one.cmp(&other));
    let year = one.year().cmp(&other.year());
    let month = compared(one.month().zip(other.month()));
    let day = compared(one.day().zip(other.day()));
    year.then(month).then(day).is_lt()
}

/// A draft being checked: its flaws so far.
#[derive(Debug, Default)]
struct Check {
    flaws: Vec<Flaw>,
}

impl Check {
    fn flaw(&mut self, field: Field, kind: FlawKind) {
        self.flaws.push(Flaw { field, kind });
    }

    fn required(&mut self, field: Field, text: Option<&str>) -> String {
        if said(text).is_none() {
            self.flaw(field, FlawKind::Missing);
        }
        self.line(field, text).unwrap_or_default()
    }

    /// One line of text, its spaces tidied.
    fn line(&mut self, field: Field, text: Option<&str>) -> Option<String> {
        let tidied: String = text?.split_whitespace().collect::<Vec<_>>().join(" ");
        self.visible(field, &tidied, LINE)
    }

    /// Lines of text.
    fn text(&mut self, text: Option<&str>) -> Option<String> {
        let text = text?.replace("\r\n", "\n");
        self.visible(Field::Description, text.trim(), TEXT)
    }

    /// `text` in its composed form, when it says something that can be seen.
    fn visible(&mut self, field: Field, text: &str, most: usize) -> Option<String> {
        let composed: String = text.nfc().collect();
        if composed.chars().count() > most {
            self.flaw(field, FlawKind::TooLong(most));
        } else if composed.contains(|letter| letter != '\n' && hides(letter)) {
            self.flaw(field, FlawKind::Hidden);
        } else if !composed.is_empty() {
            return Some(composed);
        }
        None
    }

    fn date(&mut self, field: Field, text: Option<&str>) -> Option<PartialDate> {
        let text = said(text)?;
        match text.parse() {
            Ok(date) => Some(date),
            Err(error) => {
                self.flaw(field, FlawKind::Date(error));
                None
            }
        }
    }

    fn occupation(&mut self, code: Option<&str>, knows: impl Fn(&str) -> bool) -> Option<String> {
        let code = said(code)?;
        if knows(code) {
            return Some(code.to_owned());
        }
        self.flaw(Field::Occupation, FlawKind::Occupation);
        None
    }

    fn level(&mut self, level: Option<i64>) -> Option<u8> {
        let level = level?;
        let known = u8::try_from(level)
            .ok()
            .filter(|level| (1..=8).contains(level));
        if known.is_none() {
            self.flaw(Field::Level, FlawKind::Level);
        }
        known
    }

    fn mastery(&mut self, name: Option<&str>) -> Option<Mastery> {
        let name = said(name)?;
        let known = Mastery::parse(name);
        if known.is_none() {
            self.flaw(Field::Mastery, FlawKind::Mastery);
        }
        known
    }
}

#[cfg(test)]
mod tests;
