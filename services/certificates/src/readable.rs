//! What may be read of a certificate: the fields that were granted, and no other.

use consent::{Field, Part};
use record::Excerpt;
use serde::Deserialize;
use time::Date;

use crate::{DigitalLevel, LanguageLevel, Mention, Obtained};

time::serde::format_description!(day, Date, "[year]-[month]-[day]");

/// A certificate as far as it may be read. What may not be, and what the issuer did not say, is
/// absent alike.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Readable {
    /// What it certifies, by its code.
    pub qualification_code: Option<String>,
    /// The first day of validity.
    #[serde(with = "day::option", default)]
    pub valid_from: Option<Date>,
    /// The last day of validity.
    #[serde(with = "day::option", default)]
    pub valid_until: Option<Date>,
    /// How it was obtained.
    pub obtained: Option<Obtained>,
    /// The score, as the issuer writes it.
    pub score: Option<String>,
    /// The distinction.
    pub mention: Option<Mention>,
    /// The level of the European framework for languages.
    pub language_level: Option<LanguageLevel>,
    /// The level of the European framework for digital skills.
    pub digital_level: Option<DigitalLevel>,
    /// The option or speciality taken.
    pub option_label: Option<String>,
    /// Where the evidence can be seen.
    pub evidence_url: Option<String>,
}

/// What must be read of an entry to tell the fields of `part`.
pub(crate) fn excerpt(part: &Part) -> Excerpt {
    let Some(fields) = &part.fields else {
        return Excerpt::Whole;
    };
    let members = fields.iter().filter_map(|field| member(*field));
    Excerpt::Only {
        members: members.map(str::to_owned).collect(),
        attestor: fields.contains(&Field::Issuer),
    }
}

/// The member of a certificate's body that a field is made from.
const fn member(field: Field) -> Option<&'static str> {
    match field {
        Field::Issuer
        | Field::Title
        | Field::Organisation
        | Field::Occupation
        | Field::StartedOn
        | Field::EndedOn
        | Field::ObtainedOn
        | Field::Level
        | Field::Mastery
        | Field::Description => None,
        Field::Qualification | Field::Occupations => Some("qualification_code"),
        Field::ValidFrom => Some("valid_from"),
        Field::ValidUntil => Some("valid_until"),
        Field::Obtained => Some("obtained"),
        Field::Score => Some("score"),
        Field::Mention => Some("mention"),
        Field::LanguageLevel => Some("language_level"),
        Field::DigitalLevel => Some("digital_level"),
        Field::OptionLabel => Some("option_label"),
        Field::EvidenceUrl => Some("evidence_url"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use consent::Section;
    use serde_json::{Map, Value, json};

    use super::{Excerpt, Field, Part, Readable, excerpt};
    use crate::Certificate;

    /// A certificate of which everything is known.
    fn whole() -> Map<String, Value> {
        let body = json!({
            "qualification_code": "RS5875", "technical_id": "1234", "valid_from": "2024-02-29",
            "valid_until": "2026-02-28", "obtained": "by_scoring", "certified": true,
            "score": "324", "mention": "good", "language_level": "B2",
            "digital_level": {"score": 324}, "option_label": "Option",
            "exam": {"mode": "on_site"}, "evidence_url": "https://issuer.example/1",
        });
        let certificate: Certificate = serde_json::from_value(body).unwrap();
        let Value::Object(members) = serde_json::to_value(certificate).unwrap() else {
            panic!("no object")
        };
        members
    }

    /// The members that are read for `fields` alone.
    fn members(fields: &[Field]) -> BTreeSet<String> {
        let fields = Some(fields.iter().copied().collect());
        let part = Part {
            fields,
            ..Part::WHOLE
        };
        match excerpt(&part) {
            Excerpt::Whole => panic!("all of it"),
            Excerpt::Only { members, .. } => members.into_iter().collect(),
        }
    }

    #[test]
    fn each_field_is_made_from_one_member_that_certificates_have() {
        let whole = whole();
        for field in Section::Certificates.fields() {
            let members = members(&[*field]);
            assert_eq!(members.is_empty(), *field == Field::Issuer, "{field}");
            for member in &members {
                let kept = Map::from_iter([(member.clone(), whole[member].clone())]);
                let read: Readable = serde_json::from_value(kept.into()).unwrap();
                let nothing: Readable = serde_json::from_value(json!({})).unwrap();
                assert_ne!(read, nothing, "{field}: {member} is not read");
            }
        }
    }

    #[test]
    fn what_is_told_to_no_app_is_read_for_none() {
        let all = members(Section::Certificates.fields());
        let told: BTreeSet<_> = whole().into_iter().map(|(name, _)| name).collect();
        let kept: Vec<_> = told.difference(&all).map(String::as_str).collect();
        assert_eq!(kept, ["certified", "exam", "technical_id"]);
    }
}
