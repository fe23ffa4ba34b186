//! Authorization details of type `cpf_record` (RFC 9396): what an app asks, checked, and the terms
//! a worker makes of it.

use std::collections::BTreeSet;

use catalogue::App;
use kernel::without_value;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Days, Frequency, Purpose, Right, Section};

/// What an app asks for. Members this version does not know are refused, never skipped: a limit
/// that is not understood would not be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordDetails {
    /// Always `cpf_record`.
    #[serde(rename = "type")]
    pub kind: RecordType,
    /// The APIs it is for; ours when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locations: Option<Vec<String>>,
    /// What it wants to do.
    pub actions: BTreeSet<Right>,
    /// With which sections.
    pub sections: BTreeSet<Section>,
    /// Without which sections its service makes no sense: shown as required.
    #[serde(default)]
    pub essential: BTreeSet<Section>,
    /// What for.
    pub purpose: Purpose,
    /// For how long, from the day it is granted.
    pub duration: Days,
    /// Once, or again and again.
    pub frequency: Frequency,
    /// How long it keeps what it read once the grant has ended.
    pub retention: Days,
    /// Who else receives the data, by name.
    #[serde(default)]
    pub recipients: Vec<String>,
}

/// The one type of authorization details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordType {
    /// Access to a worker's record.
    #[serde(rename = "cpf_record")]
    CpfRecord,
}

/// Why details are refused (`invalid_authorization_details`, RFC 9396 §5).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetailsError {
    /// Not the shape of `cpf_record` details.
    #[error("authorization_details is not an array of one `cpf_record` object: {0}")]
    Shape(String),
    /// Nothing is asked for.
    #[error("name at least one action and one section")]
    Nothing,
    /// An essential section is not among the sections.
    #[error("`essential` names a section that `sections` does not")]
    EssentialNotAsked,
    /// A location that is not this platform's API.
    #[error("`locations` names an API that is not this platform's")]
    Location,
    /// More than the app's catalogue entry declares.
    #[error("this app's catalogue entry does not declare `{0}`")]
    NotDeclared(String),
    /// A single reading that would last for days.
    #[error("a grant for a single reading lasts one day: set `duration` to P1D")]
    OnceLasts,
    /// Recipients beyond what a page can show.
    #[error("`recipients` holds at most 10 names of 1 to 100 visible characters")]
    Recipients,
}

impl RecordDetails {
    /// Reads the `authorization_details` parameter: a JSON array of exactly one object.
    pub fn parse(json: &str) -> Result<Self, DetailsError> {
        let [details] = serde_json::from_str::<[Self; 1]>(json)
            .map_err(|error| DetailsError::Shape(without_value(&error.to_string())))?;
        Ok(details)
    }

    /// Checks the details against themselves, this platform's `audience`, and what `app` declares.
    pub fn check(&self, app: &App, audience: &str) -> Result<(), DetailsError> {
        if self.actions.is_empty() || self.sections.is_empty() {
            return Err(DetailsError::Nothing);
        }
        if !self.essential.is_subset(&self.sections) {
            return Err(DetailsError::EssentialNotAsked);
        }
        let elsewhere = |locations: &Vec<String>| {
            locations
                .iter()
                .any(|location| location.trim_end_matches('/') != audience)
        };
        if self.locations.as_ref().is_some_and(elsewhere) {
            return Err(DetailsError::Location);
        }
        let declared = |list: &[String], name: &str| list.iter().any(|entry| entry == name);
        for section in &self.sections {
            if !declared(&app.sections, section.as_str()) {
                return Err(DetailsError::NotDeclared(section.to_string()));
            }
        }
        if !declared(&app.purposes, self.purpose.as_str()) {
            return Err(DetailsError::NotDeclared(self.purpose.to_string()));
        }
        if self.frequency == Frequency::Once && self.duration.count() > 1 {
            return Err(DetailsError::OnceLasts);
        }
        if self.recipients.len() > 10 || !self.recipients.iter().all(|name| is_name(name)) {
            return Err(DetailsError::Recipients);
        }
        Ok(())
    }

    /// The terms of a grant of `sections` for `duration` from `now`, when they lie within what was
    /// asked and keep what is essential.
    pub fn grant(
        &self,
        sections: &BTreeSet<Section>,
        duration: Days,
        now: OffsetDateTime,
    ) -> Option<Terms> {
        let within = sections.is_subset(&self.sections)
            && self.essential.is_subset(sections)
            && !sections.is_empty()
            && duration <= self.duration;
        within.then(|| Terms {
            actions: self.actions.clone(),
            sections: sections.clone(),
            purpose: self.purpose,
            frequency: self.frequency,
            retention: self.retention,
            recipients: self.recipients.clone(),
            expires_at: now + duration.span(),
        })
    }
}

/// Whether a worker reads on the page what an app wrote: no control character, nothing invisible,
/// nothing that turns the direction of the text around.
fn is_name(name: &str) -> bool {
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let length = name.chars().count();
    (1..=100).contains(&length) && name.trim() == name && !name.contains(hidden)
}

/// What was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What the app may do.
    pub actions: BTreeSet<Right>,
    /// With which sections.
    pub sections: BTreeSet<Section>,
    /// What for.
    pub purpose: Purpose,
    /// Once, or again and again.
    pub frequency: Frequency,
    /// How long it keeps what it read once the grant has ended.
    pub retention: Days,
    /// Who else receives the data.
    pub recipients: Vec<String>,
    /// When the grant ends by itself.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use catalogue::{App, Description};
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::{DetailsError, RecordDetails};
    use crate::{Days, Section};

    const ASKED: &str = r#"[{"type": "cpf_record", "actions": ["read"],
        "sections": ["certificates", "skills"], "essential": ["certificates"],
        "purpose": "career_guidance", "duration": "P90D", "frequency": "ongoing",
        "retention": "P30D"}]"#;

    fn app() -> App {
        App {
            client_id: "coach".into(),
            name: "Coach".into(),
            description: Description {
                fr: String::new(),
                en: String::new(),
            },
            homepage: String::new(),
            redirect_uris: vec![],
            jwks: serde_json::Value::Null,
            sections: vec!["certificates".into(), "skills".into()],
            purposes: vec!["career_guidance".into()],
        }
    }

    fn check(json: &str) -> Result<(), DetailsError> {
        RecordDetails::parse(json)?.check(&app(), "https://cpf.test/v1")
    }

    #[test]
    fn an_app_asks_only_for_what_its_catalogue_entry_declares() {
        assert_eq!(check(ASKED), Ok(()));
        let more = ASKED.replace("\"skills\"]", "\"skills\", \"identity\"]");
        assert_eq!(
            check(&more),
            Err(DetailsError::NotDeclared("identity".into()))
        );
        let other = ASKED.replace("career_guidance", "recruitment");
        assert_eq!(
            check(&other),
            Err(DetailsError::NotDeclared("recruitment".into()))
        );
    }

    #[test]
    fn what_is_not_understood_is_refused_and_never_skipped() {
        for (from, to) in [
            ("\"type\"", "\"fields\": [\"title\"], \"type\""),
            ("cpf_record", "payment"),
            ("[\"read\"]", "[\"write\"]"),
            ("P90D", "P900D"),
            ("}]", "}, {}]"),
            ("\"retention\": \"P30D\"", "\"retention\": 30"),
        ] {
            let refused = check(&ASKED.replace(from, to));
            assert!(
                matches!(refused, Err(DetailsError::Shape(_))),
                "{to}: {refused:?}"
            );
        }
        assert_eq!(
            check(&ASKED.replace("[\"read\"]", "[]")),
            Err(DetailsError::Nothing)
        );
        let once = ASKED.replace("ongoing", "once");
        assert_eq!(check(&once), Err(DetailsError::OnceLasts));
        let essential = ASKED.replace(
            "\"essential\": [\"certificates\"]",
            "\"essential\": [\"badges\"]",
        );
        assert_eq!(check(&essential), Err(DetailsError::EssentialNotAsked));
    }

    proptest! {
        #[test]
        fn a_grant_never_exceeds_what_was_asked(
            picks in proptest::collection::btree_set(0..Section::ALL.len(), 0..=11),
            days in 1..=365_u16,
        ) {
            let asked = RecordDetails::parse(ASKED).unwrap();
            let sections: BTreeSet<_> = picks.into_iter().map(|pick| Section::ALL[pick]).collect();
            let now = datetime!(2026-11-23 08:00 UTC);
            match asked.grant(&sections, Days::new(days).unwrap(), now) {
                Some(terms) => {
                    prop_assert!(terms.sections.is_subset(&asked.sections));
                    prop_assert!(terms.sections.contains(&Section::Certificates));
                    prop_assert!(terms.expires_at <= now + asked.duration.span());
                }
                None => prop_assert!(
                    !sections.is_subset(&asked.sections)
                        || !sections.contains(&Section::Certificates)
                        || days > asked.duration.count()
                ),
            }
        }
    }
}
