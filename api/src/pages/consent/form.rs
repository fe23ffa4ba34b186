//! The form of the consent page: what the worker ticked and typed, before anything is looked up.

use std::collections::BTreeSet;

use ::consent::{Choice, ChoiceError, Days, Field, Offered, Scope, Section};
use axum::http::StatusCode;
use kernel::EntryId;
use serde::Deserialize;
use time::{Date, macros::format_description};

use super::Reference;
use crate::pages::ticks::{self, Ticks};

/// The form as sent.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    client_id: String,
    request_uri: String,
    pub(super) decision: Verdict,
    /// The digest of the page that she read.
    #[serde(default)]
    pub(super) seen: String,
    #[serde(default)]
    section: Vec<Section>,
    #[serde(default, deserialize_with = "ticks::fields")]
    field: Ticks<Field>,
    #[serde(default, deserialize_with = "ticks::entries")]
    item: Ticks<EntryId>,
    /// A day, `2026-11-24`, or nothing.
    #[serde(default)]
    since: String,
    /// For how many days, or [`KEPT`].
    days: Option<String>,
    /// Which grant in force the page showed.
    #[serde(default)]
    pub(super) standing: String,
}

/// The choice of an end that leaves it as it is.
const KEPT: &str = "kept";

/// The button she pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// She gives what she chose.
    Accept,
    /// She gives nothing.
    Refuse,
    /// She wants to see what the app would see.
    Preview,
    /// She looks again at what she refused before.
    Look,
}

/// The form as she left it, to be shown again.
#[derive(Debug, Clone, Default)]
pub(super) struct Ticked {
    pub(super) choice: Choice,
    /// The day as she typed it.
    pub(super) since: String,
    /// The duration as she chose it.
    pub(super) days: Option<String>,
}

/// What must be mended before an acceptance can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Complaint {
    /// No section was ticked.
    NothingChosen,
    /// Details of a section were ticked, and the section was not.
    Detached(Section),
    /// What was typed is no day.
    NoSuchDay,
    /// Nothing that is asked is about so late a day.
    TooLate,
    /// No duration was chosen.
    NoDuration,
    /// What she chose cannot be added to the grant in force, and nothing beside it.
    Inexact,
    /// The page is not the one that she read.
    Changed,
}

/// Why a form gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// She can mend it.
    Mend(Complaint),
    /// No page of ours sends it.
    Beyond,
}

impl Answer {
    /// The request that it answers.
    pub(super) fn reference(&self) -> Reference {
        Reference {
            client_id: self.client_id.clone(),
            request_uri: self.request_uri.clone(),
        }
    }

    /// What she ticked and typed.
    pub(super) fn ticked(&self) -> Ticked {
        let day = format_description!("[year]-[month]-[day]");
        let choice = Choice {
            sections: self.section.iter().copied().collect(),
            fields: self.field.clone(),
            items: self.item.clone(),
            since: Date::parse(&self.since, &day).ok(),
        };
        Ticked {
            choice,
            since: self.since.clone(),
            days: self.days.clone(),
        }
    }
}

impl Ticked {
    /// What she gives of what is `offered`, and for how long: until the end in force, without days. Of
    /// single entries only those that the page `listed` can be chosen.
    pub(super) fn terms(
        &self,
        offered: &Offered,
        listed: &BTreeSet<EntryId>,
    ) -> Result<(Scope, Option<Days>), Unfit> {
        let mend = |complaint| Err(Unfit::Mend(complaint));
        if !self.choice.items.values().all(|ids| ids.is_subset(listed)) {
            return Err(Unfit::Beyond);
        }
        if !self.since.is_empty() && self.choice.since.is_none() {
            return mend(Complaint::NoSuchDay);
        }
        let scope = match offered.choose(&self.choice) {
            Ok(scope) => scope,
            Err(ChoiceError::Nothing) => return mend(Complaint::NothingChosen),
            Err(ChoiceError::Detached(section)) => return mend(Complaint::Detached(section)),
            Err(ChoiceError::TooLate) => return mend(Complaint::TooLate),
            Err(ChoiceError::Beyond) => return Err(Unfit::Beyond),
        };
        let days = self.days.as_deref();
        if days == Some(KEPT) {
            return Ok((scope, None));
        }
        let days = days.and_then(|days| days.parse().ok()).and_then(Days::new);
        days.map_or(mend(Complaint::NoDuration), |days| Ok((scope, Some(days))))
    }
}

impl Complaint {
    /// The text that says it.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::NothingChosen => "consent-nothing-chosen",
            Self::Detached(_) => "consent-detached",
            Self::NoSuchDay => "consent-no-such-day",
            Self::TooLate => "consent-too-late",
            Self::NoDuration => "consent-no-duration",
            Self::Inexact => "consent-inexact",
            Self::Changed => "consent-changed",
        }
    }

    /// The status of a page that complains.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Changed => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

#[cfg(test)]
mod tests {
    use ::consent::Section;

    use super::{Answer, Complaint, Ticks, Verdict};
    use crate::locale::Locale;

    /// A form in which she typed this as a day, and did nothing else.
    fn answer(since: &str) -> Answer {
        Answer {
            client_id: String::new(),
            request_uri: String::new(),
            decision: Verdict::Accept,
            seen: String::new(),
            section: vec![],
            field: Ticks::new(),
            item: Ticks::new(),
            since: since.into(),
            days: None,
            standing: String::new(),
        }
    }

    #[test]
    fn what_she_typed_as_a_day_is_kept_whether_or_not_it_is_one() {
        for (typed, is_day) in [("2024-02-29", true), ("2023-02-29", false), ("hier", false)] {
            let ticked = answer(typed).ticked();
            assert_eq!(ticked.choice.since.is_some(), is_day, "{typed}");
            assert_eq!(ticked.since, typed);
        }
    }

    #[test]
    fn every_complaint_has_words_in_both_languages() {
        for complaint in [
            Complaint::NothingChosen,
            Complaint::Detached(Section::Skills),
            Complaint::NoSuchDay,
            Complaint::TooLate,
            Complaint::NoDuration,
            Complaint::Inexact,
            Complaint::Changed,
        ] {
            for locale in [Locale::Fr, Locale::En] {
                let text = locale.say(complaint.key()).with("section", "…");
                assert_ne!(text.to_string(), complaint.key());
            }
        }
    }
}
