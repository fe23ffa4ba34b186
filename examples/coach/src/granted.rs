//! What the worker granted, as the token response tells it (RFC 9396 §7). It may be less than what
//! was asked: the app never assumes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

/// The `authorization_details` of the response, whatever else it carries.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct GrantedFields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authorization_details: Option<Vec<Value>>,
}

impl oauth2::ExtraTokenFields for GrantedFields {}

/// What the app may read, where it may propose, and until when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Granted {
    /// The sections, in the platform's order.
    pub(crate) sections: Vec<String>,
    /// The sections in which entries may be proposed, and the fields that may be filled: all of them
    /// where none are named.
    proposes: BTreeMap<String, Option<Vec<String>>>,
    /// When the permission ends by itself.
    pub(crate) until: Option<OffsetDateTime>,
}

/// The members of `cpf_record` details that this app acts on.
#[derive(Debug, Deserialize)]
struct RecordDetails {
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    sections: Vec<String>,
    #[serde(default)]
    fields: BTreeMap<String, Vec<String>>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    expires_at: Option<OffsetDateTime>,
}

impl GrantedFields {
    /// The permission's id.
    pub(crate) fn grant_id(&self) -> Option<&str> {
        self.grant_id.as_deref()
    }

    /// The permission, or `None` when the response does not repeat what was granted.
    pub(crate) fn granted(&self) -> Option<Granted> {
        let details = self.authorization_details.as_ref()?;
        let mut granted = Granted::default();
        for detail in details
            .iter()
            .filter(|detail| detail["type"] == "cpf_record")
        {
            let Ok(detail) = RecordDetails::deserialize(detail) else {
                continue;
            };
            let gives = |action: &str| detail.actions.iter().any(|given| given == action);
            if gives("propose") {
                let fields = |section: &String| detail.fields.get(section).cloned();
                let proposes = detail.sections.iter();
                let proposes = proposes.map(|section| (section.clone(), fields(section)));
                granted.proposes.extend(proposes);
            }
            if gives("read") {
                granted.until = granted.until.or(detail.expires_at);
                granted.sections.extend(detail.sections);
            }
        }
        Some(granted)
    }
}

impl Granted {
    /// Whether `section` may be read.
    pub(crate) fn has(&self, section: &str) -> bool {
        self.sections.iter().any(|granted| granted == section)
    }

    /// Whether an entry may be proposed in `section` that says `field`.
    pub(crate) fn may_fill(&self, section: &str, field: &str) -> bool {
        self.proposes.get(section).is_some_and(|fields| {
            let fields = fields.as_ref();
            fields.is_none_or(|fields| fields.iter().any(|granted| granted == field))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::{Granted, GrantedFields};

    fn read(response: serde_json::Value) -> Option<Granted> {
        serde_json::from_value::<GrantedFields>(response)
            .unwrap()
            .granted()
    }

    #[test]
    fn a_smaller_grant_than_asked_is_what_counts() {
        let granted = read(json!({ "grant_id": "g", "authorization_details": [
            { "type": "cpf_record", "actions": ["read"], "sections": ["certificates"],
              "expires_at": "2027-02-21T08:00:00Z", "purpose": "career_guidance", "new": {} },
        ]}))
        .unwrap();
        assert!(granted.has("certificates") && !granted.has("skills"));
        assert_eq!(granted.until, Some(datetime!(2027-02-21 08:00 UTC)));
    }

    #[test]
    fn details_of_another_type_or_without_a_known_action_grant_nothing() {
        let granted = read(json!({ "authorization_details": [
            { "type": "something_else", "actions": ["read"], "sections": ["skills"] },
            { "type": "cpf_record", "actions": ["sing"], "sections": ["skills"] },
            "not an object",
        ]}));
        assert_eq!(granted, Some(Granted::default()));
    }

    #[test]
    fn proposing_is_a_right_of_its_own_and_bounded_by_the_fields_that_were_granted() {
        let granted = read(json!({ "authorization_details": [
            { "type": "cpf_record", "actions": ["read"], "sections": ["experiences"] },
            { "type": "cpf_record", "actions": ["propose"], "sections": ["skills"] },
            { "type": "cpf_record", "actions": ["read", "propose"], "sections": ["projects"],
              "fields": { "projects": ["title"] } },
        ]}))
        .unwrap();
        assert_eq!(granted.sections, ["experiences", "projects"]);
        assert!(!granted.may_fill("experiences", "title"));
        assert!(granted.may_fill("skills", "title") && granted.may_fill("skills", "description"));
        assert!(granted.may_fill("projects", "title"));
        assert!(!granted.may_fill("projects", "occupation"));
    }

    #[test]
    fn a_response_that_says_nothing_of_the_grant_is_told_apart_from_an_empty_one() {
        assert_eq!(read(json!({})), None);
    }
}
