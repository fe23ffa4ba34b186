//! What is wrong with files that were handed in: every fault, with its file and line.

use std::fmt;

/// How many anomalies a report spells out; the rest is counted.
const SPELT_OUT: usize = 1_000;

/// One fault of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    /// The file's name, or the pattern that no file matches.
    pub file: String,
    /// The line it stands on, from 1 with the header, where there is one.
    pub line: Option<u64>,
    /// What is wrong.
    pub kind: AnomalyKind,
}

/// What can be wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnomalyKind {
    /// No file has this name.
    #[error("the file is missing")]
    MissingFile,
    /// Several files have such a name.
    #[error("several files match: keep only one of them")]
    SeveralFiles,
    /// The file is beyond any plausible size.
    #[error("the file exceeds {limit_mb} MB")]
    TooLarge {
        /// The largest accepted size, in megabytes.
        limit_mb: u64,
    },
    /// Bytes that are not UTF-8.
    #[error("the text is not UTF-8")]
    Encoding,
    /// The last line is not ended.
    #[error("the last line does not end: the file seems cut")]
    Truncated,
    /// The file has a header and nothing below, or nothing at all.
    #[error("the file holds no row")]
    NoRows,
    /// A column is not in the header.
    #[error("the column “{0}” is missing")]
    MissingColumn(String),
    /// A row has more or fewer cells than the header.
    #[error("{found} cells where the header has {expected}")]
    CellCount {
        /// The header's number of cells.
        expected: usize,
        /// The row's number of cells.
        found: usize,
    },
    /// A cell that must be filled is empty.
    #[error("“{0}” is empty")]
    EmptyCell(&'static str),
    /// A cell holds a character that no text has.
    #[error("“{0}” holds a control character")]
    ControlCharacter(&'static str),
    /// A cell does not have its column's shape.
    #[error("“{column}” cannot be “{value}”")]
    Shape {
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
    },
    /// A code is given twice.
    #[error("the code {0} is already on an earlier line")]
    Duplicate(String),
    /// A code refers to nothing.
    #[error("the code {0} is not defined")]
    Dangling(String),
    /// An occupation that no job title belongs to.
    #[error("no job title belongs to the occupation {0}: the file seems cut")]
    NoAppellation(String),
    /// Files of different releases.
    #[error("release {found} where the occupations are of release {expected}")]
    OtherRelease {
        /// The release of the occupations' file.
        expected: String,
        /// The release of this file.
        found: String,
    },
}

impl AnomalyKind {
    /// A stable name, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingFile => "missing_file",
            Self::SeveralFiles => "several_files",
            Self::TooLarge { .. } => "too_large",
            Self::Encoding => "encoding",
            Self::Truncated => "truncated",
            Self::NoRows => "no_rows",
            Self::MissingColumn(_) => "missing_column",
            Self::CellCount { .. } => "cell_count",
            Self::EmptyCell(_) => "empty_cell",
            Self::ControlCharacter(_) => "control_character",
            Self::Shape { .. } => "shape",
            Self::Duplicate(_) => "duplicate_code",
            Self::Dangling(_) => "dangling_code",
            Self::NoAppellation(_) => "no_appellation",
            Self::OtherRelease { .. } => "other_release",
        }
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.kind),
            None => write!(f, "{}: {}", self.file, self.kind),
        }
    }
}

/// Every anomaly of an import that was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Anomalies {
    listed: Vec<Anomaly>,
    found: usize,
}

impl Anomalies {
    pub(crate) fn add(&mut self, file: &str, line: Option<u64>, kind: AnomalyKind) {
        self.found += 1;
        if self.listed.len() < SPELT_OUT {
            self.listed.push(Anomaly {
                file: file.to_owned(),
                line,
                kind,
            });
        }
    }

    /// The anomalies, the first thousand at most, in the order they were met.
    pub fn listed(&self) -> &[Anomaly] {
        &self.listed
    }

    /// How many there are in all.
    pub const fn found(&self) -> usize {
        self.found
    }

    pub(crate) fn or_value<T>(self, value: T) -> Result<T, Self> {
        if self.found == 0 {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl fmt::Display for Anomalies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "anomalies: {}", self.found)
    }
}

impl std::error::Error for Anomalies {}
