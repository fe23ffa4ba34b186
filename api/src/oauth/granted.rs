//! What was granted, as apps read it: in token responses, and wherever a grant is told.

use std::collections::BTreeMap;

use consent::{Part, Period, Section, Terms};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a worker granted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantedDetails {
    /// `cpf_record`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The API it is for.
    locations: Vec<String>,
    /// What the app may do.
    #[schema(example = json!(["read"]))]
    actions: Vec<&'static str>,
    /// With which sections.
    #[schema(example = json!(["certificates"]))]
    sections: Vec<&'static str>,
    /// With which of their fields; all of a section that is absent here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false, example = json!({"certificates": ["qualification", "valid_from"]}))]
    fields: BTreeMap<&'static str, Vec<&'static str>>,
    /// With which of their entries, by id; all of a section that is absent here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    items: BTreeMap<&'static str, Vec<Uuid>>,
    /// With entries about which days; any when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<GrantedPeriod>,
    /// What for.
    #[schema(example = "career_guidance")]
    purpose: &'static str,
    /// `once` or `ongoing`.
    frequency: &'static str,
    /// How long the app keeps what it read once the grant has ended.
    #[schema(example = "P30D")]
    retention: String,
    /// Who else receives the data.
    recipients: Vec<String>,
    /// When the grant ends by itself.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GrantedPeriod {
    /// The first day; open when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, example = "2020-01-01")]
    from: Option<String>,
    /// The last day; open when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<String>,
}

/// Sections of one period, each with what of it was granted.
type Parts<'a> = Vec<(Section, &'a Part)>;

impl GrantedDetails {
    /// The details of `terms`, for `audience`: one object, or one for each period when sections
    /// differ in it.
    pub(crate) fn of(terms: &Terms, audience: &str) -> Vec<Self> {
        let mut by_period = Vec::<(Option<Period>, Parts<'_>)>::new();
        for (section, part) in terms.scope.parts() {
            match by_period
                .iter_mut()
                .find(|(period, _)| *period == part.period)
            {
                Some((_, parts)) => parts.push((section, part)),
                None => by_period.push((part.period, vec![(section, part)])),
            }
        }
        let details = by_period.into_iter().map(|(period, parts)| Self {
            kind: "cpf_record",
            locations: vec![audience.to_owned()],
            actions: terms.actions.iter().map(|action| action.as_str()).collect(),
            sections: parts.iter().map(|(section, _)| section.as_str()).collect(),
            fields: limits(&parts, |part| {
                let fields = part.fields.as_ref()?.iter();
                Some(fields.map(|field| field.as_str()).collect())
            }),
            items: limits(&parts, |part| {
                let items = part.items.as_ref()?.iter();
                Some(items.map(|item| item.uuid()).collect())
            }),
            period: period.map(GrantedPeriod::from),
            purpose: terms.purpose.as_str(),
            frequency: terms.frequency.as_str(),
            retention: terms.retention.into(),
            recipients: terms.recipients.clone(),
            expires_at: terms.expires_at,
        });
        details.collect()
    }
}

/// One kind of limit, by the name of its section.
fn limits<T>(
    parts: &[(Section, &Part)],
    limit: impl Fn(&Part) -> Option<T>,
) -> BTreeMap<&'static str, T> {
    let limited = parts.iter();
    limited
        .filter_map(|(section, part)| Some((section.as_str(), limit(part)?)))
        .collect()
}

impl From<Period> for GrantedPeriod {
    fn from(period: Period) -> Self {
        Self {
            from: period.from().map(|day| day.to_string()),
            until: period.until().map(|day| day.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{GrantedDetails, Terms};

    /// The details of terms of this scope, without what is the same for all.
    fn details(scope: &Value) -> Value {
        let terms: Terms = serde_json::from_value(json!({
            "actions": ["read"], "scope": scope, "purpose": "career_guidance",
            "frequency": "ongoing", "retention": "P30D", "recipients": [],
            "expires_at": "2026-12-23T08:00:00Z",
        }))
        .unwrap();
        let mut details =
            serde_json::to_value(GrantedDetails::of(&terms, "https://cpf.test/v1")).unwrap();
        for object in details.as_array_mut().unwrap() {
            let members = object.as_object_mut().unwrap();
            let limits = ["sections", "fields", "items", "period"];
            members.retain(|name, _| limits.contains(&name.as_str()));
        }
        details
    }

    #[test]
    fn limits_are_told_in_the_words_of_the_request() {
        let item = "01938f5a-0000-7000-8000-000000000001";
        assert_eq!(
            details(&json!({"certificates": {}, "skills": {}})),
            json!([{"sections": ["certificates", "skills"]}])
        );
        assert_eq!(
            details(&json!({
                "certificates": {"fields": ["issuer", "score"], "period": {"from": "2020-01-01"}},
                "skills": {"items": [item], "period": {"from": "2020-01-01"}},
            })),
            json!([{
                "sections": ["certificates", "skills"], "period": {"from": "2020-01-01"},
                "fields": {"certificates": ["issuer", "score"]}, "items": {"skills": [item]},
            }])
        );
    }

    #[test]
    fn sections_of_different_periods_are_told_apart() {
        assert_eq!(
            details(&json!({
                "certificates": {"period": {"until": "2020-01-01"}},
                "skills": {},
            })),
            json!([
                {"sections": ["certificates"], "period": {"until": "2020-01-01"}},
                {"sections": ["skills"]},
            ])
        );
    }
}
