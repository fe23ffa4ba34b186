//! What is asked or given of sections, and its limits, in words.

use ::consent::{Part, Period, Scope, Section};

use super::date;
use crate::html::Page;

/// A section that is opened, and what of it when it is not all, in sentences.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) section: String,
    pub(super) limits: Vec<String>,
}

impl Opened {
    /// `part` of `section`.
    pub(super) fn of(page: &Page, section: Section, part: &Part) -> Self {
        Self {
            section: page.say(&format!("section-{section}")).to_string(),
            limits: limits(page, section, part),
        }
    }

    /// Each section of `scope`.
    pub(super) fn each(page: &Page, scope: &Scope) -> Vec<Self> {
        let parts = scope.parts();
        parts
            .map(|(section, part)| Self::of(page, section, part))
            .collect()
    }
}

/// What `part` leaves of `section`, a sentence for each limit; nothing when it is all of it.
pub(super) fn limits(page: &Page, section: Section, part: &Part) -> Vec<String> {
    let fields = part.fields.as_ref().map(|fields| {
        let names = fields.iter();
        let names = names.map(|field| page.say(&format!("field-{section}-{field}")).to_string());
        let names: Vec<_> = names.collect();
        page.say("limit-fields")
            .with("fields", names.join(", "))
            .to_string()
    });
    let items = part.items.as_ref().map(|items| {
        page.say("limit-items")
            .count("entries", items.len())
            .to_string()
    });
    let period = part.period.and_then(|period| days(page, period));
    [fields, items, period].into_iter().flatten().collect()
}

fn days(page: &Page, period: Period) -> Option<String> {
    let (from, until) = (period.from(), period.until());
    let key = match (from, until) {
        (Some(_), Some(_)) => "limit-between",
        (Some(_), None) => "limit-from",
        (None, Some(_)) => "limit-until",
        (None, None) => return None,
    };
    let written = |day: Option<time::Date>| day.map(|day| date(page, day)).unwrap_or_default();
    let sentence = page.say(key);
    Some(
        sentence
            .with("from", written(from))
            .with("until", written(until))
            .to_string(),
    )
}

#[cfg(test)]
mod tests {
    use ::consent::Section;

    use crate::locale::Locale;

    #[test]
    fn every_field_has_words_in_both_languages() {
        for section in Section::ALL {
            for field in section.fields() {
                let key = format!("field-{section}-{field}");
                for locale in [Locale::Fr, Locale::En] {
                    assert_ne!(locale.say(&key).to_string(), key);
                }
            }
        }
    }
}
