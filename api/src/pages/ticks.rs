//! The boxes behind the box of a section, one for each field and each entry, as a form sends those that
//! are ticked: `section.field`, `section.id`.
//!
//! Two forms have them: the one in which an app asks, and the one in which a worker changes what she
//! gave. What it means that no box of a section is ticked differs between the two, and each says it.
//! `ticks.html` writes the boxes of both.

use std::collections::{BTreeMap, BTreeSet};

use ::consent::{Field, Section};
use kernel::EntryId;
use serde::{Deserialize, Deserializer, de::Error};

/// What is ticked of each section; none of those that are not named.
pub(super) type Ticks<T> = BTreeMap<Section, BTreeSet<T>>;

/// Reads the ticked fields. A form that names what does not exist is no page's of ours.
pub(super) fn fields<'de, D: Deserializer<'de>>(form: D) -> Result<Ticks<Field>, D::Error> {
    read(form, Field::parse)
}

/// Reads the ticked entries.
pub(super) fn entries<'de, D: Deserializer<'de>>(form: D) -> Result<Ticks<EntryId>, D::Error> {
    read(form, |id| id.parse().ok())
}

fn read<'de, D: Deserializer<'de>, T: Ord>(
    form: D,
    one: impl Fn(&str) -> Option<T>,
) -> Result<Ticks<T>, D::Error> {
    let sent = Vec::<String>::deserialize(form)?;
    by_section(&sent, one).ok_or_else(|| D::Error::custom("a box that is on no page"))
}

fn by_section<T: Ord>(sent: &[String], one: impl Fn(&str) -> Option<T>) -> Option<Ticks<T>> {
    let mut ticks = Ticks::new();
    for text in sent {
        let (section, name) = text.split_once('.')?;
        let ticked: &mut BTreeSet<T> = ticks.entry(Section::parse(section)?).or_default();
        ticked.insert(one(name)?);
    }
    Some(ticks)
}

#[cfg(test)]
mod tests {
    use ::consent::{Field, Section};
    use kernel::EntryId;

    use super::by_section;

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn what_is_ticked_is_sorted_by_section() {
        let sent = owned(&["certificates.score", "certificates.valid_from"]);
        let ticks = by_section(&sent, Field::parse).unwrap();
        assert_eq!(ticks.len(), 1);
        assert_eq!(ticks[&Section::Certificates].len(), 2);
        assert!(by_section(&[], Field::parse).unwrap().is_empty());
    }

    #[test]
    fn what_does_not_exist_is_not_read() {
        for field in [
            "score",
            "certificates",
            "certificates.name",
            "all.score",
            ".",
            "",
        ] {
            let sent = owned(&["certificates.score", field]);
            assert_eq!(by_section(&sent, Field::parse), None, "{field}");
        }
        for item in [
            "certificates.",
            "certificates.1",
            "01938f5a-0000-7000-8000-000000000000",
        ] {
            let read = by_section(&owned(&[item]), |id| id.parse::<EntryId>().ok());
            assert_eq!(read, None, "{item}");
        }
    }
}
