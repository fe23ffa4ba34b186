//! The form of an entry: what is typed into it, what that means, and what is shown of it again.

use ::consent::{Field, Section};
use declared::{Draft, Flaw, FlawKind, Mastery, Readable};
use kernel::{PartialDate, PartialDateError};
use labour::RomeCode;
use serde::Deserialize;

use super::{
    occupation::{NONE, Occupation},
    words::{label, level_name},
};
use crate::html::Page;

/// What is typed, to the letter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Written {
    /// Which version of the entry it was shown with; nothing for a new entry.
    pub(super) version: Option<i32>,
    title: String,
    organisation: String,
    /// The name or the code of an occupation.
    occupation: String,
    /// The occupation chosen, by its code, among those that `occupation_for` may mean.
    occupation_code: String,
    occupation_for: String,
    started_on: String,
    ended_on: String,
    obtained_on: String,
    level: String,
    mastery: String,
    description: String,
}

/// A field, as the form shows it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) value: String,
    pub(super) error: Option<String>,
    pub(super) kind: Kind,
}

/// How a field is filled in.
#[derive(Debug)]
pub(super) enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// One of these: their values and names.
    Select(Vec<(String, String)>),
    /// An occupation.
    Occupation(Occupation),
}

impl Written {
    /// What the form of an entry that says `body` holds at first.
    pub(super) fn of(body: &Readable) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let date = |date: Option<PartialDate>| date.map(typed).unwrap_or_default();
        Self {
            title: text(&body.title),
            organisation: text(&body.organisation),
            started_on: date(body.started_on),
            ended_on: date(body.ended_on),
            obtained_on: date(body.obtained_on),
            level: body
                .level
                .map(|level| level.to_string())
                .unwrap_or_default(),
            mastery: body.mastery.map_or("", Mastery::as_str).to_owned(),
            description: text(&body.description),
            ..Self::default()
        }
    }

    /// What it means.
    pub(super) fn draft(&self) -> Draft {
        let text = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
        let date = |typed: &str| text(typed).map(|typed| iso(&typed));
        Draft {
            title: text(&self.title),
            organisation: text(&self.organisation),
            occupation: self.occupation(),
            started_on: date(&self.started_on),
            ended_on: date(&self.ended_on),
            obtained_on: date(&self.obtained_on),
            // No level is 0: what is no number is refused as what is none of the eight.
            level: text(&self.level).map(|level| level.trim().parse().unwrap_or(0)),
            mastery: text(&self.mastery),
            description: text(&self.description),
        }
    }

    /// The code that was chosen for what stands there; else what stands there, which may be a code.
    fn occupation(&self) -> Option<String> {
        let typed = self.occupation.trim();
        if typed.is_empty() {
            return None;
        }
        if typed == self.occupation_for.trim() && !self.occupation_code.is_empty() {
            return Some(self.occupation_code.clone()).filter(|code| code != NONE);
        }
        let code = typed.to_ascii_uppercase();
        Some(
            code.parse::<RomeCode>()
                .map_or_else(|_name| typed.to_owned(), |code| code.to_string()),
        )
    }

    fn value(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.title,
            Field::Organisation => &self.organisation,
            Field::Occupation => &self.occupation,
            Field::StartedOn => &self.started_on,
            Field::EndedOn => &self.ended_on,
            Field::ObtainedOn => &self.obtained_on,
            Field::Level => &self.level,
            Field::Mastery => &self.mastery,
            Field::Description => &self.description,
            _ => "",
        }
    }

    /// The fields of `section` as they stand there, with what `flaws` find, and with `occupation` where an
    /// entry has one.
    pub(super) fn rows(
        &self,
        page: &Page,
        section: Section,
        occupation: &Occupation,
        flaws: &[Flaw],
    ) -> Vec<Row> {
        let row = |field: &Field| {
            let flaw = flaws.iter().find(|flaw| flaw.field == *field);
            let value = match field {
                Field::Occupation => occupation.text().to_owned(),
                field => self.value(*field).to_owned(),
            };
            Row {
                name: field.as_str(),
                label: label(page, section, *field),
                hint: hint(page, *field),
                value,
                error: flaw.map(|flaw| said(page, flaw.kind, occupation)),
                kind: kind(page, *field, occupation),
            }
        };
        section.fields().iter().map(row).collect()
    }

    /// What it says, name by name, where it would be lost.
    pub(super) fn told(&self, page: &Page, section: Section) -> Vec<(String, String)> {
        let fields = section.fields().iter();
        let said =
            fields.map(|field| (label(page, section, *field), self.value(*field).to_owned()));
        said.filter(|(_, value)| !value.trim().is_empty()).collect()
    }
}

impl Row {
    /// Whether an entry is none without it.
    pub(super) fn is_required(&self) -> bool {
        self.name == Field::Title.as_str()
    }

    /// The ids of what explains it, for `aria-describedby`.
    pub(super) fn explained_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        let ids: Vec<_> = error.into_iter().chain(hint).collect();
        ids.join(" ")
    }

    /// The id of where an error of it is mended.
    pub(super) fn target(&self) -> String {
        let offered = match &self.kind {
            Kind::Occupation(occupation) => occupation.offered().first(),
            _ => None,
        };
        offered.map_or_else(
            || self.name.to_owned(),
            |first| format!("occupation-{}", first.code),
        )
    }
}

fn kind(page: &Page, field: Field, occupation: &Occupation) -> Kind {
    let nothing = (String::new(), page.say("entry-unsaid").to_string());
    match field {
        Field::Description => Kind::Lines,
        Field::Occupation => Kind::Occupation(occupation.clone()),
        Field::Level => {
            let levels = (1..=8).map(|level| (level.to_string(), level_name(page, level)));
            Kind::Select([nothing].into_iter().chain(levels).collect())
        }
        Field::Mastery => {
            let masteries = Mastery::ALL.iter().map(|mastery| {
                let name = mastery.as_str();
                (
                    name.to_owned(),
                    page.say(&format!("mastery-{name}")).to_string(),
                )
            });
            Kind::Select([nothing].into_iter().chain(masteries).collect())
        }
        _ => Kind::Line,
    }
}

fn hint(page: &Page, field: Field) -> Option<String> {
    let key = match field {
        Field::StartedOn | Field::ObtainedOn => "entry-hint-date",
        Field::EndedOn => "entry-hint-ended",
        Field::Occupation => "entry-hint-occupation",
        Field::Description => "entry-hint-description",
        _ => return None,
    };
    Some(page.say(key).to_string())
}

/// What is wrong, and what to do.
fn said(page: &Page, flaw: FlawKind, occupation: &Occupation) -> String {
    let said = match flaw {
        FlawKind::TooLong(most) => page.say("flaw-too-long").count("most", most),
        FlawKind::Date(PartialDateError::NoSuchDay) => page.say("flaw-no-such-day"),
        FlawKind::Occupation if !occupation.offered().is_empty() => {
            page.say("flaw-choose-occupation")
        }
        other => page.say(&format!("flaw-{}", other.code())),
    };
    said.to_string()
}

/// A date as it is typed in France: `14/09/2021`, `09/2021`, `2021`.
fn typed(date: PartialDate) -> String {
    let day = date.day().map(|day| format!("{day:02}/"));
    let month = date.month().map(|month| format!("{month:02}/"));
    let [day, month] = [day, month].map(Option::unwrap_or_default);
    format!("{day}{month}{:04}", date.year())
}

/// `text` as the platform writes dates, where it is one as people type them: the day first, or the year
/// first, between slashes, dots, dashes or spaces. Anything else is left as it is, to be refused.
fn iso(text: &str) -> String {
    let text = text.trim();
    let parts: Vec<_> = text.split(['/', '.', '-', ' ']).collect();
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(is_number) {
        return text.to_owned();
    }
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    match (parts.as_slice(), lengths.as_slice()) {
        ([month, year], [1 | 2, 4]) | ([year, month], [4, 1 | 2]) => format!("{year}-{month:0>2}"),
        ([day, month, year], [1 | 2, 1 | 2, 4]) | ([year, month, day], [4, 1 | 2, 1 | 2]) => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Written, iso, typed};

    #[test]
    fn dates_are_read_as_people_type_them() {
        for (typed, meant) in [
            ("2021", "2021"),
            ("09/2021", "2021-09"),
            ("9/2021", "2021-09"),
            ("2021-9", "2021-09"),
            ("14/09/2021", "2021-09-14"),
            (" 1.9.2021 ", "2021-09-01"),
            ("14 09 2021", "2021-09-14"),
            ("2021-09-14", "2021-09-14"),
            ("21", "21"),
            ("14/09/21", "14/09/21"),
            ("septembre 2021", "septembre 2021"),
            ("1/2/3/2021", "1/2/3/2021"),
            ("//2021", "//2021"),
        ] {
            assert_eq!(iso(typed), meant);
        }
    }

    #[test]
    fn an_occupation_is_what_was_chosen_for_what_stands_there() {
        let meant = |occupation: &str, searched: &str, code: &str| {
            let written = Written {
                occupation: occupation.into(),
                occupation_for: searched.into(),
                occupation_code: code.into(),
                ..Written::default()
            };
            written.draft().occupation
        };
        assert_eq!(
            meant("boulanger", "boulanger", "D1102").as_deref(),
            Some("D1102")
        );
        assert_eq!(meant("boulanger", "boulanger", "none"), None);
        assert_eq!(
            meant("cariste", "boulanger", "D1102").as_deref(),
            Some("cariste")
        );
        assert_eq!(meant(" m1805", "", "").as_deref(), Some("M1805"));
        assert_eq!(meant(" ", "", "D1102"), None);
    }

    proptest! {
        #[test]
        fn a_date_that_is_shown_is_read_back(year in 1_u16..=9999, month in 1_u8..=12, day in 1_u8..=28) {
            for (month, day) in [(None, None), (Some(month), None), (Some(month), Some(day))] {
                let date = kernel::PartialDate::new(year, month, day).unwrap();
                prop_assert_eq!(iso(&typed(date)), date.to_string());
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = iso(&text);
        }
    }
}
