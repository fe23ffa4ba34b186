//! Dates as civil status knows them: a day, a month, or only a year.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use time::{Date, Month};

/// A date whose day, or day and month, may be unknown: `1980-03-14`, `1980-03`, `1980`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// Why a text is not a partial date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartialDateError {
    /// Not one of the three shapes.
    #[error("a date is YYYY, YYYY-MM or YYYY-MM-DD")]
    Shape,
    /// The right shape, but no such day: 31 February, month 13.
    #[error("there is no such day")]
    NoSuchDay,
}

impl PartialDate {
    /// A date of the Gregorian calendar, between the years 1 and 9999.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Result<Self, PartialDateError> {
        let exists = (1..=9999).contains(&year)
            && match (month, day) {
                (None, None) => true,
                (Some(month), None) => (1..=12).contains(&month),
                (None, Some(_)) => return Err(PartialDateError::Shape),
                (Some(month), Some(day)) => Month::try_from(month)
                    .and_then(|month| Date::from_calendar_date(year.into(), month, day))
                    .is_ok(),
            };
        if exists {
            Ok(Self { year, month, day })
        } else {
            Err(PartialDateError::NoSuchDay)
        }
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12, where it is known.
    pub const fn month(self) -> Option<u8> {
        self.month
    }

    /// The first day that it may be: the first of January of a bare year.
    pub fn first_day(self) -> Option<Date> {
        let month = Month::try_from(self.month.unwrap_or(1)).ok()?;
        Date::from_calendar_date(self.year.into(), month, self.day.unwrap_or(1)).ok()
    }

    /// The day of the month, where it is known.
    pub const fn day(self) -> Option<u8> {
        self.day
    }
}

impl FromStr for PartialDate {
    type Err = PartialDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str, digits: usize| -> Result<u16, PartialDateError> {
            let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            if !plain {
                return Err(PartialDateError::Shape);
            }
            part.parse()
                .map_err(|_out_of_range| PartialDateError::Shape)
        };
        let short = |part: Option<&str>| -> Result<Option<u8>, PartialDateError> {
            let Some(part) = part else { return Ok(None) };
            u8::try_from(number(part, 2)?)
                .map(Some)
                .map_err(|_range| PartialDateError::Shape)
        };
        let mut parts = text.split('-');
        let year = number(parts.next().unwrap_or_default(), 4)?;
        let (month, day) = (short(parts.next())?, short(parts.next())?);
        if parts.next().is_some() {
            return Err(PartialDateError::Shape);
        }
        Self::new(year, month, day)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl TryFrom<String> for PartialDate {
    type Error = PartialDateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{PartialDate, PartialDateError};

    #[test]
    fn the_three_shapes_and_nothing_else() {
        for good in ["1980", "1980-03", "1980-03-14", "2024-02-29"] {
            assert_eq!(good.parse::<PartialDate>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "80",
            "1980-3",
            "1980-03-14-01",
            "19a0",
            "+980",
            "1980--14",
        ] {
            assert_eq!(
                bad.parse::<PartialDate>(),
                Err(PartialDateError::Shape),
                "{bad}"
            );
        }
        for bad in ["0000", "1980-13", "1980-00", "2023-02-29", "1980-02-31"] {
            assert_eq!(
                bad.parse::<PartialDate>(),
                Err(PartialDateError::NoSuchDay),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<PartialDate>();
        }
    }
}
