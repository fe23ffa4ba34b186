//! Moments in a JWT (`NumericDate`, RFC 7519 §2): seconds since 1970, and fractions of them where the
//! signer's clock has some.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};
use time::Duration;

/// A moment within the years that a date has. Ours are whole seconds: what is between two of them is
/// compared as the one that accepts less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumericDate(Duration);

/// The last second of the year 9999, and as long before 1970.
const FARTHEST: Duration = Duration::seconds(253_402_300_799);

impl NumericDate {
    /// Its second, for what must not be too early: an end, an age.
    pub(crate) const fn rounded_down(self) -> i64 {
        let seconds = self.0.whole_seconds();
        if self.0.subsec_nanoseconds() < 0 {
            seconds - 1
        } else {
            seconds
        }
    }

    /// The second after it, unless it is one, for what must not be too late: a beginning, a limit.
    pub(crate) const fn rounded_up(self) -> i64 {
        let seconds = self.0.whole_seconds();
        if self.0.subsec_nanoseconds() > 0 {
            seconds + 1
        } else {
            seconds
        }
    }

    fn within(moment: Duration) -> Option<Self> {
        (-FARTHEST <= moment && moment <= FARTHEST).then_some(Self(moment))
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seconds;

        impl Visitor<'_> for Seconds {
            type Value = NumericDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds since 1970, before the year 10000")
            }

            fn visit_i64<E: Error>(self, seconds: i64) -> Result<NumericDate, E> {
                NumericDate::within(Duration::seconds(seconds))
                    .ok_or_else(|| E::invalid_value(Unexpected::Signed(seconds), &self))
            }

            fn visit_u64<E: Error>(self, seconds: u64) -> Result<NumericDate, E> {
                let signed = i64::try_from(seconds).ok().map(Duration::seconds);
                let date = signed.and_then(NumericDate::within);
                date.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(seconds), &self))
            }

            fn visit_f64<E: Error>(self, seconds: f64) -> Result<NumericDate, E> {
                let moment = Duration::checked_seconds_f64(seconds);
                let date = moment.and_then(NumericDate::within);
                date.ok_or_else(|| E::invalid_value(Unexpected::Float(seconds), &self))
            }
        }

        deserializer.deserialize_any(Seconds)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::NumericDate;

    fn read(json: &str) -> Option<(i64, i64)> {
        let date: NumericDate = serde_json::from_str(json).ok()?;
        Some((date.rounded_down(), date.rounded_up()))
    }

    #[test]
    fn a_fraction_of_a_second_counts_as_the_second_that_accepts_less() {
        for (json, down, up) in [
            ("1795459900", 1_795_459_900, 1_795_459_900),
            ("1795459900.0", 1_795_459_900, 1_795_459_900),
            ("1795459900.5", 1_795_459_900, 1_795_459_901),
            ("1.7954599e9", 1_795_459_900, 1_795_459_900),
            ("0", 0, 0),
            ("-0.5", -1, 0),
            ("-1.5", -2, -1),
            ("-7", -7, -7),
            ("253402300799", 253_402_300_799, 253_402_300_799),
        ] {
            assert_eq!(read(json), Some((down, up)), "{json}");
        }
    }

    #[test]
    fn what_is_no_moment_of_the_calendar_is_none() {
        for json in [
            "253402300800",
            "-253402300800",
            "253402300799.5",
            "9223372036854775807",
            "18446744073709551615",
            "1e300",
            "-1e300",
            "1e999",
            "\"1795459900\"",
            "null",
            "true",
            "[1795459900]",
            "{}",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_number_is_a_moment_between_its_two_seconds_or_none(number: f64) {
            if let Some((down, up)) = read(&number.to_string()) {
                prop_assert!((0..=1).contains(&(up - down)));
                let whole = serde_json::from_str::<NumericDate>(&down.to_string());
                prop_assert!(whole.is_ok() || number < 0.0);
            }
        }
    }
}
