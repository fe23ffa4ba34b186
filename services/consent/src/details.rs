//! Authorization details of type `cpf_record` (RFC 9396): what an app asks, checked, and the terms
//! a worker makes of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    marker::PhantomData,
};

use catalogue::App;
use kernel::{EntryId, from_json, is_visible, without_value};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, Visitor},
};
use time::OffsetDateTime;

use crate::{Days, Field, Frequency, Part, Period, Purpose, Right, Scope, ScopeError, Section};

mod merge;
#[cfg(test)]
mod tests;

pub use merge::Unmergeable;

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
    /// With which of their fields; all of a section that is absent here.
    #[serde(default, deserialize_with = "once")]
    pub fields: BTreeMap<Section, BTreeSet<Field>>,
    /// With which of their entries; all of a section that is absent here.
    #[serde(default, deserialize_with = "once")]
    pub items: BTreeMap<Section, BTreeSet<EntryId>>,
    /// With entries about which days, in all of these sections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
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
    /// A limit of a section that is not asked for.
    #[error("`fields` or `items` limits a section that `sections` does not name")]
    LimitNotAsked,
    /// A limit that cannot be granted.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// A period without bounds.
    #[error("`period` says `from`, `until` or both")]
    OpenPeriod,
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
    /// Reads the `authorization_details` parameter: a JSON array of exactly one object. No object in it is
    /// written as an array (RFC 9396 §2).
    pub fn parse(json: &str) -> Result<Self, DetailsError> {
        let [details] = from_json::<[Self; 1]>(json.as_bytes())
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
        let limited = self.fields.keys().chain(self.items.keys());
        if !limited
            .into_iter()
            .all(|section| self.sections.contains(section))
        {
            return Err(DetailsError::LimitNotAsked);
        }
        self.scope().check()?;
        let open = |period: Period| period.from().or(period.until()).is_none();
        if self.period.is_some_and(open) {
            return Err(DetailsError::OpenPeriod);
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

    /// What is asked, section by section.
    pub fn scope(&self) -> Scope {
        let part = |section: &Section| Part {
            fields: self.fields.get(section).cloned(),
            items: self.items.get(section).cloned(),
            period: self.period,
        };
        let parts = self.sections.iter();
        parts.map(|section| (*section, part(section))).collect()
    }

    /// The terms of a grant of `scope` for `duration` from `now`, when they lie within what was
    /// asked and keep something of what is essential.
    pub fn grant(&self, scope: Scope, duration: Days, now: OffsetDateTime) -> Option<Terms> {
        let mut essential = self.essential.iter();
        let within = self.scope().contains(&scope)
            && scope.check().is_ok()
            && essential.all(|section| scope.part(*section).is_some())
            && duration <= self.duration;
        within.then(|| Terms {
            actions: self.actions.clone(),
            scope,
            purpose: self.purpose,
            frequency: self.frequency,
            retention: self.retention,
            recipients: self.recipients.clone(),
            expires_at: now + duration.span(),
        })
    }
}

/// Reads an object that names each section once: of two limits, one would be lost unseen.
fn once<'de, T, D>(deserializer: D) -> Result<BTreeMap<Section, T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    struct Once<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Once<T> {
        type Value = BTreeMap<Section, T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object whose members are sections")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut limits = BTreeMap::new();
            while let Some((section, limit)) = members.next_entry()? {
                if limits.insert(section, limit).is_some() {
                    return Err(A::Error::custom("a section comes twice"));
                }
            }
            Ok(limits)
        }
    }

    deserializer.deserialize_map(Once(PhantomData))
}

/// Whether a worker reads on the page what an app wrote: no control character, nothing invisible,
/// nothing that turns the direction of the text around.
pub(crate) fn is_name(name: &str) -> bool {
    is_visible(name, 1, 100)
}

/// What was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What the app may do.
    pub actions: BTreeSet<Right>,
    /// With what of which sections. Terms of old named `sections`, all of each.
    #[serde(alias = "sections")]
    pub scope: Scope,
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
