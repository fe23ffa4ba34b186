//! The fields that a request asks for: less than what was granted, if the app wants less.

use std::collections::BTreeSet;

use consent::{Field, Section};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::wire::{Problem, invalid};

/// Which fields of each entry are asked for: take it as `Query<AskedFields>`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AskedFields {
    /// Names of fields, separated by commas: only these are answered, beside `id`, `version` and
    /// `recorded_at`. All that the worker granted when absent or empty. A field that she did not grant is
    /// refused.
    #[param(example = "qualification,valid_from")]
    fields: Option<String>,
}

impl AskedFields {
    /// The fields of `section` asked for; nothing when no choice was made.
    pub(crate) fn of(&self, section: Section) -> Result<Option<BTreeSet<Field>>, Problem> {
        let Some(names) = &self.fields else {
            return Ok(None);
        };
        let field = |name: &str| {
            let fields = section.fields().iter();
            fields.copied().find(|field| field.as_str() == name)
        };
        let asked: Option<BTreeSet<_>> = names.split(',').map(field).collect();
        asked.map(Some).ok_or_else(|| {
            let known: Vec<_> = section
                .fields()
                .iter()
                .map(|known| known.as_str())
                .collect();
            let detail = format!(
                "expected, separated by commas, some of {}",
                known.join(", ")
            );
            invalid("fields", "unknown-field", detail)
        })
    }
}
