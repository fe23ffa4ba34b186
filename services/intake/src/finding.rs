//! What was found wrong, and where: of a passage, or of the file as a whole.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::code::Code;

/// One error of a flux. Holds no personal data: the element is named, its value is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What is wrong.
    pub code: Code,
    /// The line of the file, from 1.
    pub line: u32,
    /// The element, as the schema names it.
    pub field: Cow<'static, str>,
    /// The particulars, in plain English; empty where the code says it all.
    pub detail: Cow<'static, str>,
}

impl Finding {
    pub(crate) fn new(
        code: Code,
        line: u32,
        field: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code,
            line,
            field: field.into(),
            detail: detail.into(),
        }
    }

    /// The same in English words, without its place.
    pub fn words(&self) -> String {
        if self.detail.is_empty() {
            self.code.title_en().to_owned()
        } else {
            format!("{}: {}", self.code.title_en(), self.detail)
        }
    }

    /// The same in one French sentence, as the legacy report shows it.
    pub fn sentence_fr(&self) -> String {
        format!(
            "Ligne {}, {} : {}",
            self.line,
            self.field,
            self.code.title_fr()
        )
    }
}

/// Why a file cannot be read at all: the first reason found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("line {line}: {} ({detail})", code.as_str())]
pub struct Refusal {
    /// What is wrong.
    pub code: Code,
    /// The line of the file, from 1.
    pub line: u32,
    /// The particulars, in plain English.
    pub detail: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(code: Code, line: u32, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            line,
            detail: detail.into(),
        }
    }
}

impl From<Refusal> for Finding {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code, refusal.line, "flux", refusal.detail)
    }
}
