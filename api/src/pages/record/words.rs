//! A declared entry as its worker reads it: each thing that it says under its name, dates as people write
//! them.

use ::consent::{Field, Section};
use declared::{Declared, Listed, Readable};
use kernel::PartialDate;
use labour::OccupationLabel;
use uuid::Uuid;

use crate::{html::Page, pages::names};

/// What an entry says.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) title: String,
    /// Names and values, in the order of the section's fields.
    pub(super) facts: Vec<(String, String)>,
    /// In her words, on its lines.
    pub(super) description: Option<String>,
}

/// An entry that she can change and remove.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) id: Uuid,
    pub(super) told: Told,
}

impl Card {
    pub(super) fn of(page: &Page, section: Section, listed: Listed) -> Self {
        Self {
            id: listed.entry.id.uuid(),
            told: Told::of(page, section, listed.entry.body, listed.occupation.as_ref()),
        }
    }
}

impl Told {
    /// What `body`, an entry of `section`, says.
    pub(super) fn of(
        page: &Page,
        section: Section,
        body: Readable,
        occupation: Option<&OccupationLabel>,
    ) -> Self {
        let fields = section.fields().iter();
        let facts = fields.filter_map(|field| {
            let value = value(page, *field, &body, occupation)?;
            Some((label(page, section, *field), value))
        });
        Self {
            facts: facts.collect(),
            title: body.title.unwrap_or_default(),
            description: body.description,
        }
    }
}

/// What stands beside the name of `field`; nothing for what is not said, and for the title and the
/// description, which have places of their own.
fn value(
    page: &Page,
    field: Field,
    body: &Readable,
    occupation: Option<&OccupationLabel>,
) -> Option<String> {
    let date = |date: Option<PartialDate>| date.map(|date| written(page, date));
    match field {
        Field::Organisation => body.organisation.clone(),
        Field::Occupation => {
            let known = occupation.map(|known| known.label.clone());
            known.or_else(|| body.occupation.clone())
        }
        Field::StartedOn => date(body.started_on),
        Field::EndedOn => date(body.ended_on),
        Field::ObtainedOn => date(body.obtained_on),
        Field::Level => body.level.map(|level| level_name(page, level)),
        Field::Mastery => {
            let name = body.mastery?.as_str();
            Some(page.say(&format!("mastery-{name}")).to_string())
        }
        _ => None,
    }
}

/// What `field` of an entry of `section` is called.
pub(super) fn label(page: &Page, section: Section, field: Field) -> String {
    page.say(&format!("entry-{section}-{field}")).to_string()
}

/// A level of the French framework of qualifications, with the diplomas that people know it by.
pub(super) fn level_name(page: &Page, level: u8) -> String {
    page.say(&format!("level-{level}")).to_string()
}

/// A date in words, as exactly as it is known: *14 mars 2020*, *mars 2020*, *2020*.
fn written(page: &Page, date: PartialDate) -> String {
    let (Some(month), Some(day)) = (date.month(), date.day()) else {
        return names::partial(page, date);
    };
    let said = page.say("long-day").count("day", day).count("month", month);
    said.with("year", date.year()).to_string()
}

/// What was declared, as it is read back: all of it.
pub(super) fn readable(declared: Declared) -> Readable {
    Readable {
        title: Some(declared.title),
        organisation: declared.organisation,
        occupation: declared.occupation,
        started_on: declared.started_on,
        ended_on: declared.ended_on,
        obtained_on: declared.obtained_on,
        level: declared.level,
        mastery: declared.mastery,
        description: declared.description,
    }
}

#[cfg(test)]
mod tests {
    use declared::{Mastery, SECTIONS};

    use super::written;
    use crate::{html::Page, locale::Locale};

    #[test]
    fn a_date_is_written_as_exactly_as_it_is_known() {
        let said = |text: &str, locale| {
            let page = Page::new(false, "/".parse().unwrap(), locale);
            written(&page, text.parse().unwrap())
        };
        assert_eq!(said("2020", Locale::Fr), "2020");
        assert_eq!(said("2020-03", Locale::Fr), "mars 2020");
        assert_eq!(said("2020-03", Locale::En), "March 2020");
        assert_eq!(said("2020-03-01", Locale::Fr), "1er mars 2020");
        assert_eq!(said("2020-12-14", Locale::En), "14 December 2020");
    }

    #[test]
    fn whatever_an_entry_can_say_has_words_in_both_languages() {
        let fields = SECTIONS.iter().flat_map(|section| {
            let fields = section.fields().iter();
            fields.map(move |field| format!("entry-{section}-{field}"))
        });
        let masteries = Mastery::ALL.iter();
        let masteries = masteries.map(|mastery| format!("mastery-{}", mastery.as_str()));
        let levels = (1..=8).map(|level| format!("level-{level}"));
        for key in fields.chain(masteries).chain(levels) {
            for locale in [Locale::Fr, Locale::En] {
                assert_ne!(locale.say(&key).to_string(), key);
            }
        }
    }
}
