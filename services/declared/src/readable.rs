//! What may be read of a declared entry: the fields that were granted, and no other.

use consent::{Field, Part};
use kernel::PartialDate;
use record::Excerpt;
use serde::Deserialize;

use crate::Mastery;

/// A declared entry as far as it may be read. What may not be, and what she did not say, is absent alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Readable {
    /// What it is called.
    pub title: Option<String>,
    /// Where it was.
    pub organisation: Option<String>,
    /// The ROME code of the occupation.
    pub occupation: Option<String>,
    /// When it began.
    pub started_on: Option<PartialDate>,
    /// When it ended.
    pub ended_on: Option<PartialDate>,
    /// When it was obtained.
    pub obtained_on: Option<PartialDate>,
    /// The level in the French framework of qualifications, 1 to 8.
    pub level: Option<u8>,
    /// How well a skill is mastered.
    pub mastery: Option<Mastery>,
    /// More, in her words.
    pub description: Option<String>,
}

/// What must be read of an entry to tell the fields of `part`. A field is the member of the body that
/// has its name.
pub(crate) fn excerpt(part: &Part) -> Excerpt {
    let Some(fields) = &part.fields else {
        return Excerpt::Whole;
    };
    Excerpt::Only {
        members: fields
            .iter()
            .map(|field| field.as_str().to_owned())
            .collect(),
        attestor: fields.contains(&Field::Issuer),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Map, Value, json};

    use super::Readable;
    use crate::{Declared, SECTIONS};

    #[test]
    fn each_field_of_a_section_is_one_member_of_the_body_and_is_read_alone() {
        let body = json!({
            "title": "Title", "organisation": "Place", "occupation": "M1805",
            "started_on": "2020-03", "ended_on": "2021", "obtained_on": "2021-06-30", "level": 5,
            "mastery": "expert", "description": "More",
        });
        let whole: Declared = serde_json::from_value(body).unwrap();
        let Value::Object(whole) = serde_json::to_value(whole).unwrap() else {
            panic!("no object")
        };
        let mut told = BTreeSet::new();
        for field in SECTIONS.iter().flat_map(|section| section.fields()) {
            let name = field.as_str().to_owned();
            let kept = Map::from_iter([(name.clone(), whole[&name].clone())]);
            let read: Readable = serde_json::from_value(kept.into()).unwrap();
            assert_ne!(read, Readable::default(), "{field}");
            told.insert(name);
        }
        let members: BTreeSet<_> = whole.into_iter().map(|(name, _)| name).collect();
        assert_eq!(told, members);
    }
}
