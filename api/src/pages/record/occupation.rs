//! The occupation of an entry, found by its name without a script: what was typed is searched for, and the
//! form comes back with the likeliest to choose among.

use kernel::Limit;

use crate::{app::App, wire::Problem};

/// How many are offered.
const OFFERED: u16 = 8;

/// The longest text that is searched for, in characters: above any job title.
const LONGEST: usize = 200;

/// What is chosen where none of the offered fits.
pub(super) const NONE: &str = "none";

/// What stands in the field.
#[derive(Debug, Clone)]
pub(super) enum Occupation {
    /// Nothing.
    Unsaid,
    /// An occupation of ROME.
    Known {
        /// Its code.
        code: String,
        /// Its label.
        label: String,
    },
    /// A text that is none, and the occupations that it may mean.
    Asked {
        /// The text.
        text: String,
        /// The likeliest first.
        offered: Vec<Offered>,
    },
}

/// An occupation to choose.
#[derive(Debug, Clone)]
pub(super) struct Offered {
    pub(super) code: String,
    pub(super) label: String,
    /// The job title that was found, where the label does not say it already.
    pub(super) found: Option<String>,
}

impl Occupation {
    /// What `said` means: a code, or words to search for.
    pub(super) fn of(app: &App, said: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = said else {
            return Ok(Self::Unsaid);
        };
        if let Some(known) = app.labour.known_occupation(text) {
            let (code, label) = (known.code, known.label);
            return Ok(Self::Known { code, label });
        }
        let few = Limit::new(OFFERED).unwrap_or(Limit::DEFAULT);
        let hits = if text.chars().count() > LONGEST {
            Vec::new()
        } else {
            app.labour.search(text, few)?
        };
        let offered = hits.into_iter().map(|hit| Offered {
            found: Some(hit.appellation).filter(|title| *title != hit.occupation.label),
            code: hit.occupation.code,
            label: hit.occupation.label,
        });
        Ok(Self::Asked {
            text: text.to_owned(),
            offered: offered.collect(),
        })
    }

    /// What stands in the text field.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Unsaid => "",
            Self::Known { label, .. } => label,
            Self::Asked { text, .. } => text,
        }
    }

    /// The code behind the text; nothing while it is not decided.
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::Known { code, .. } => Some(code),
            Self::Unsaid | Self::Asked { .. } => None,
        }
    }

    /// What there is to choose among.
    pub(super) fn offered(&self) -> &[Offered] {
        match self {
            Self::Asked { offered, .. } => offered,
            Self::Unsaid | Self::Known { .. } => &[],
        }
    }
}
