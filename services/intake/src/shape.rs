//! Whether a text has the shape that the schema wants.

use time::{Date, Month};

use crate::{code::Code, schema::Shape};

/// What is wrong with a text, and how, without repeating it.
type Flaw = (Code, String);

impl Shape {
    /// Whether the schema ignores blanks around a text of this shape.
    const fn collapses(&self) -> bool {
        matches!(
            self,
            Self::Number(..) | Self::Boolean | Self::Date | Self::Instant
        )
    }

    /// `text` as the schema reads it, or what is wrong with it.
    pub(crate) fn check<'a>(&self, text: &'a str) -> Result<&'a str, Flaw> {
        let text = if self.collapses() {
            text.trim_ascii()
        } else {
            text
        };
        if text.trim_ascii().is_empty() {
            return Err((Code::EmptyValue, String::new()));
        }
        if text.chars().any(char::is_control) {
            return Err((
                Code::ControlCharacter,
                "tabs and line breaks included".to_owned(),
            ));
        }
        match self {
            Self::UpTo(most) => length(text, |count| count <= *most).map_err(|count| {
                (
                    Code::TooLong,
                    format!("at most {most} characters, found {count}"),
                )
            }),
            Self::Exactly(wanted) => length(text, |count| count == *wanted).map_err(|count| {
                (
                    Code::WrongLength,
                    format!("exactly {wanted} characters, found {count}"),
                )
            }),
            Self::OneOf(list) if list.contains(&text) => Ok(()),
            Self::OneOf(list) => Err((Code::NotInList, format!("expected {}", list.join(" or ")))),
            Self::Number(least, most) => number(text, *least, *most),
            Self::Boolean if matches!(text, "true" | "false" | "1" | "0") => Ok(()),
            Self::Boolean => Err((Code::NotABoolean, "expected true or false".to_owned())),
            Self::Date => date(text).map(|_| ()),
            Self::Instant => instant(text),
        }?;
        Ok(text)
    }
}

fn length(text: &str, fits: impl Fn(usize) -> bool) -> Result<(), usize> {
    let count = text.chars().count();
    if fits(count) { Ok(()) } else { Err(count) }
}

fn number(text: &str, least: i32, most: i32) -> Result<(), Flaw> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err((Code::NotANumber, "expected digits".to_owned()));
    }
    match text.parse::<i32>() {
        Ok(number) if (least..=most).contains(&number) => Ok(()),
        _ => Err((Code::OutOfRange, format!("expected {least} to {most}"))),
    }
}

/// A day of the 20th or 21st century, `YYYY-MM-DD`, that exists.
pub(crate) fn date(text: &str) -> Result<Date, Flaw> {
    let shape = || {
        (
            Code::NotADate,
            "expected YYYY-MM-DD, from 1900 to 2099".to_owned(),
        )
    };
    let two = |from: usize, to: usize| -> Option<u16> {
        let part = text.get(from..to)?;
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse().ok())?
    };
    let dashes = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let (Some(year), Some(month), Some(day), true) = (two(0, 4), two(5, 7), two(8, 10), dashes)
    else {
        return Err(shape());
    };
    if !(1900..=2099).contains(&year) {
        return Err(shape());
    }
    u8::try_from(month)
        .ok()
        .and_then(|month| Month::try_from(month).ok())
        .zip(u8::try_from(day).ok())
        .and_then(|(month, day)| Date::from_calendar_date(year.into(), month, day).ok())
        .ok_or_else(|| (Code::NoSuchDay, String::new()))
}

/// `YYYY-MM-DDThh:mm:ss±hh:mm`. Whether the instant is plausible is not asked: emitters' clocks
/// are not to be trusted for anything.
fn instant(text: &str) -> Result<(), Flaw> {
    let flaw = || {
        (
            Code::NotADate,
            "expected YYYY-MM-DDThh:mm:ss and an offset such as +01:00".to_owned(),
        )
    };
    let (day, rest) = text.split_once('T').ok_or_else(flaw)?;
    date(day)?;
    let clock = rest.get(..8).ok_or_else(flaw)?;
    let offset = rest.get(8..).ok_or_else(flaw)?;
    let pair = |part: &str, most: u8| {
        part.len() == 2
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|number| number <= most)
    };
    let time = |clock: &str| {
        let mut parts = clock.split(':');
        let hours = parts.next().is_some_and(|part| pair(part, 23));
        hours && parts.all(|part| pair(part, 59))
    };
    let offset_fits = offset.len() == 6 && offset.starts_with(['+', '-']) && time(&offset[1..]);
    if time(clock) && offset_fits {
        Ok(())
    } else {
        Err(flaw())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Shape;
    use crate::code::Code;

    fn flaw(shape: &Shape, text: &str) -> Option<Code> {
        shape.check(text).err().map(|(code, _)| code)
    }

    #[test]
    fn each_shape_takes_what_the_schema_takes_and_names_what_it_does_not() {
        let long = "é".repeat(21);
        let table: &[(Shape, &str, Option<Code>)] = &[
            (Shape::UpTo(20), &long[..40], None),
            (Shape::UpTo(20), &long, Some(Code::TooLong)),
            (Shape::UpTo(20), "  ", Some(Code::EmptyValue)),
            (Shape::UpTo(20), "a\u{9}b", Some(Code::ControlCharacter)),
            (Shape::UpTo(20), "a\u{85}b", Some(Code::ControlCharacter)),
            (Shape::Exactly(8), "00TEST00", None),
            (Shape::Exactly(8), "00TEST0", Some(Code::WrongLength)),
            (Shape::OneOf(&["M", "F"]), "F", None),
            (Shape::OneOf(&["M", "F"]), " F", Some(Code::NotInList)),
            (Shape::Number(1, 12), " 05 ", None),
            (Shape::Number(1, 12), "+5", None),
            (Shape::Number(1, 12), "13", Some(Code::OutOfRange)),
            (
                Shape::Number(1, 12),
                "99999999999999",
                Some(Code::OutOfRange),
            ),
            (Shape::Number(1, 12), "mai", Some(Code::NotANumber)),
            (Shape::Boolean, "1", None),
            (Shape::Boolean, "oui", Some(Code::NotABoolean)),
            (Shape::Date, "2024-02-29", None),
            (Shape::Date, "2023-02-29", Some(Code::NoSuchDay)),
            (Shape::Date, "2023-00-10", Some(Code::NoSuchDay)),
            (Shape::Date, "1899-12-31", Some(Code::NotADate)),
            (Shape::Date, "2023-1-1", Some(Code::NotADate)),
            (Shape::Date, "01/02/2023", Some(Code::NotADate)),
            (Shape::Date, "2023-01-01Z", Some(Code::NotADate)),
            (Shape::Instant, "2022-02-01T11:43:27+01:00", None),
            (
                Shape::Instant,
                "2022-02-31T11:43:27+01:00",
                Some(Code::NoSuchDay),
            ),
            (
                Shape::Instant,
                "2022-02-01T24:43:27+01:00",
                Some(Code::NotADate),
            ),
            (Shape::Instant, "2022-02-01T11:43:27Z", Some(Code::NotADate)),
            (Shape::Instant, "2022-02-01T11:43:27", Some(Code::NotADate)),
        ];
        for (shape, text, expected) in table {
            assert_eq!(flaw(shape, text), *expected, "{shape:?} {text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}|[0-9T:+-]{0,30}") {
            for shape in [Shape::Date, Shape::Instant, Shape::Boolean, Shape::Number(0, 9)] {
                let _ = shape.check(&text);
            }
        }
    }
}
