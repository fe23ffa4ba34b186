//! Asking for less than was granted, at the token endpoint (RFC 9396 §6): the token then opens less.
//! It is said in the words of a request, or in those of the grant. The grant stays what it is.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{EntryId, without_value};
use serde::{Deserialize, de::IgnoredAny};

use crate::{Field, Part, Period, Purpose, Right, Scope, ScopeError, Section, Terms};

/// What a token shall open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Less {
    actions: BTreeSet<Right>,
    scope: Scope,
    purposes: BTreeSet<Purpose>,
}

/// Why it cannot be said (`invalid_authorization_details`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LessError {
    /// Not the shape of `cpf_record` details.
    #[error("authorization_details is not an array of `cpf_record` objects: {0}")]
    Shape(String),
    /// Several objects that one token cannot hold.
    #[error("name each section once, with its own limits only, and the same actions with all")]
    Apart,
    /// A limit that cannot be granted.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// A location that is not this platform's API.
    #[error("`locations` names an API that is not this platform's")]
    Location,
}

/// One object. What a token does not hold (how long, who else receives) is left as it was granted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    #[serde(rename = "type")]
    _kind: crate::details::RecordType,
    #[serde(default)]
    locations: Vec<String>,
    actions: BTreeSet<Right>,
    sections: BTreeSet<Section>,
    #[serde(default)]
    fields: BTreeMap<Section, BTreeSet<Field>>,
    #[serde(default)]
    items: BTreeMap<Section, BTreeSet<EntryId>>,
    period: Option<Period>,
    purpose: Option<Purpose>,
    #[serde(default, rename = "essential")]
    _essential: IgnoredAny,
    #[serde(default, rename = "duration")]
    _duration: IgnoredAny,
    #[serde(default, rename = "frequency")]
    _frequency: IgnoredAny,
    #[serde(default, rename = "retention")]
    _retention: IgnoredAny,
    #[serde(default, rename = "recipients")]
    _recipients: IgnoredAny,
    #[serde(default, rename = "expires_at")]
    _expires_at: IgnoredAny,
}

impl Less {
    /// Reads the parameter `authorization_details` of a token request for the API `audience`.
    pub fn parse(json: &str, audience: &str) -> Result<Self, LessError> {
        let objects: Vec<Object> = kernel::from_json(json.as_bytes())
            .map_err(|error| LessError::Shape(without_value(&error.to_string())))?;
        let mut parts = BTreeMap::new();
        let (mut actions, mut purposes) = (BTreeSet::new(), BTreeSet::new());
        for mut object in objects {
            let ours = |place: &String| place.strip_suffix('/').unwrap_or(place) == audience;
            if !object.locations.iter().all(ours) {
                return Err(LessError::Location);
            }
            if !actions.is_empty() && actions != object.actions {
                return Err(LessError::Apart);
            }
            actions = object.actions;
            purposes.extend(object.purpose);
            for section in object.sections {
                let part = Part {
                    fields: object.fields.remove(&section),
                    items: object.items.remove(&section),
                    period: object.period,
                };
                if parts.insert(section, part).is_some() {
                    return Err(LessError::Apart);
                }
            }
            if !(object.fields.is_empty() && object.items.is_empty()) {
                return Err(LessError::Apart);
            }
        }
        let scope: Scope = parts.into_iter().collect();
        scope.check()?;
        if actions.is_empty() {
            return Err(ScopeError::Nothing.into());
        }
        Ok(Self {
            actions,
            scope,
            purposes,
        })
    }

    /// `terms` with no more than this; nothing when this is not within them.
    pub(super) fn of(&self, terms: &Terms) -> Option<Terms> {
        let within = self.actions.is_subset(&terms.actions)
            && terms.scope.contains(&self.scope)
            && self
                .purposes
                .iter()
                .all(|purpose| *purpose == terms.purpose);
        within.then(|| Terms {
            actions: self.actions.clone(),
            scope: self.scope.clone(),
            ..terms.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Less, LessError};
    use crate::{ScopeError, Terms};

    const HERE: &str = "https://cpf.test/v1";

    fn granted() -> Terms {
        let granted = json!({
            "actions": ["read"], "purpose": "career_guidance", "frequency": "ongoing",
            "scope": {"certificates": {"period": {"from": "2020-01-01"}}, "skills": {}},
            "retention": "P30D", "recipients": [], "expires_at": "2026-12-23T08:00:00Z",
        });
        serde_json::from_value(granted).unwrap()
    }

    fn of(details: &Value) -> Option<Terms> {
        Less::parse(&details.to_string(), HERE)
            .unwrap()
            .of(&granted())
    }

    #[test]
    fn what_was_granted_may_be_said_again_and_less_too() {
        let dated = json!({"type": "cpf_record", "locations": [HERE], "actions": ["read"],
            "sections": ["certificates"], "period": {"from": "2020-01-01"},
            "purpose": "career_guidance", "frequency": "ongoing", "retention": "P30D",
            "recipients": [], "expires_at": "2026-12-23T08:00:00Z"});
        let skills = json!({"type": "cpf_record", "actions": ["read"], "sections": ["skills"]});
        assert_eq!(of(&json!([dated, skills])), Some(granted()));
        let less = of(&json!([skills])).unwrap();
        assert_eq!(less.scope.parts().count(), 1);
        assert_eq!(less.expires_at, granted().expires_at);
    }

    #[test]
    fn more_than_was_granted_is_not_given() {
        for (member, value) in [
            ("sections", json!(["certificates"])),
            ("sections", json!(["skills", "badges"])),
            ("actions", json!(["read", "propose"])),
            ("purpose", json!("job_search")),
        ] {
            let mut more =
                json!({"type": "cpf_record", "actions": ["read"], "sections": ["skills"]});
            more[member] = value;
            assert_eq!(of(&json!([more])), None, "{more}");
        }
    }

    #[test]
    fn what_one_token_cannot_hold_is_refused() {
        let one = json!({"type": "cpf_record", "actions": ["read"], "sections": ["skills"]});
        let with = |member: &str, value: Value| {
            let mut one = one.clone();
            one[member] = value;
            one
        };
        let parse = |details: Value| Less::parse(&details.to_string(), HERE).unwrap_err();
        assert_eq!(parse(json!([one, one])), LessError::Apart);
        let limit = with("fields", json!({"certificates": ["score"]}));
        assert_eq!(parse(json!([limit])), LessError::Apart);
        assert_eq!(parse(json!([])), ScopeError::Nothing.into());
        assert_eq!(
            parse(json!([with("actions", json!([]))])),
            ScopeError::Nothing.into()
        );
        let elsewhere = with("locations", json!(["https://other.test/v1"]));
        assert_eq!(parse(json!([elsewhere])), LessError::Location);
        for junk in [
            json!("x"),
            json!({}),
            json!([with("type", json!("other"))]),
            json!([with("x", json!(1))]),
        ] {
            assert!(matches!(parse(junk), LessError::Shape(_)));
        }
    }
}
