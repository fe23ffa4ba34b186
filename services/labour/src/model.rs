//! What the chapter speaks of: codes, occupations, job titles, skills, qualifications.

use std::{fmt, str::FromStr};

use kernel::Digest;

/// The code of a ROME occupation: the letter of one of its fourteen domains and four digits
/// (`D1102`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RomeCode(String);

/// The code of a qualification: `RNCP` (diplomas and titles) or `RS` (complementary
/// certifications), and 3 to 5 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QualificationCode(String);

/// Why a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not a letter A to N and four digits.
    #[error("an occupation code is a letter from A to N and four digits")]
    Rome,
    /// Not RNCP or RS and 3 to 5 digits.
    #[error("a qualification code is RNCP or RS and 3 to 5 digits")]
    Qualification,
}

/// Which content of the reference is meant: its release and the digest of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The release number that the publisher gave it (`460`).
    pub release: String,
    /// The digest of the files it was read from.
    pub content: Digest,
}

/// An occupation by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OccupationLabel {
    /// Its ROME code.
    pub code: String,
    /// Its label, in both genders as ROME writes it: `Boulanger / Boulangère`.
    pub label: String,
}

/// An occupation in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupation {
    /// Its ROME code.
    pub code: String,
    /// Its label, in both genders.
    pub label: String,
    /// The occupation it refines; itself for a main one.
    pub parent_code: String,
    /// Its part in the ecological transition, in the publisher's words.
    pub transition: Option<String>,
    /// The job titles it covers, in alphabetical order.
    pub appellations: Vec<Appellation>,
}

/// A job title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appellation {
    /// Its number in the publisher's directory (*code OGR*).
    pub code: String,
    /// Its label, in both genders.
    pub label: String,
    /// The same, as short as the publisher makes it.
    pub short_label: String,
}

/// A qualification and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qualification {
    /// Its code.
    pub code: String,
    /// Its title.
    pub label: String,
    /// Its level in the French framework, 1 to 8; none in the Répertoire spécifique.
    pub level: Option<i16>,
    /// The occupations it leads to.
    pub occupations: Vec<OccupationLabel>,
}

/// An occupation found by a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The occupation.
    pub occupation: OccupationLabel,
    /// The job title that matched: the occupation's own label, or one that it covers.
    pub appellation: String,
}

impl RomeCode {
    /// The five characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl QualificationCode {
    /// The whole code, register included.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RomeCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [b'A'..=b'N', digits @ ..] if digits.len() == 4 && all_digits(digits) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(CodeError::Rome),
        }
    }
}

impl FromStr for QualificationCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text
            .strip_prefix("RNCP")
            .or_else(|| text.strip_prefix("RS"));
        match number.map(str::as_bytes) {
            Some(digits) if (3..=5).contains(&digits.len()) && all_digits(digits) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(CodeError::Qualification),
        }
    }
}

impl fmt::Display for RomeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for QualificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn all_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{QualificationCode, RomeCode};

    #[test]
    fn the_shapes_of_the_codes_and_nothing_else() {
        for good in ["A1101", "N4403"] {
            assert_eq!(good.parse::<RomeCode>().unwrap().to_string(), good);
        }
        for bad in [
            "", "O1101", "a1101", "A110", "A11011", "A11O1", "A１101", " A1101",
        ] {
            assert!(bad.parse::<RomeCode>().is_err(), "{bad}");
        }
        for good in ["RNCP403", "RNCP37274", "RS5875"] {
            assert_eq!(good.parse::<QualificationCode>().unwrap().to_string(), good);
        }
        for bad in [
            "RNCP",
            "RS12",
            "RNCP123456",
            "rs5875",
            "RNCP 37274",
            "RNCPRS5875",
            "5875",
        ] {
            assert!(bad.parse::<QualificationCode>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_parses_is_kept_to_the_letter(text in "([A-O][0-9]{3,5}|(RNCP|RS)[0-9]{2,6}|\\PC*)") {
            if let Ok(code) = text.parse::<RomeCode>() {
                prop_assert_eq!(code.as_str(), &text);
                prop_assert_eq!(text.len(), 5);
            }
            if let Ok(code) = text.parse::<QualificationCode>() {
                prop_assert_eq!(code.as_str(), &text);
                prop_assert!((5..=9).contains(&text.len()));
            }
        }
    }
}
