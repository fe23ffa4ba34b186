//! What people see: plain forms and pages that work without a script.

pub(crate) mod authorizations;
pub(crate) mod consent;
pub(crate) mod counsellor;
mod decisive;
pub(crate) mod home;
pub(crate) mod journal;
mod limits;
pub(crate) mod mandates;
mod names;
mod proposing;
pub(crate) mod receipts;
pub(crate) mod record;
pub(crate) mod sign_in;
mod ticks;

use jiff::{Timestamp, ZonedDateTime, civil::Date, tz::TimeZone};
use time::OffsetDateTime;

use crate::{html::Page, locale::Locale};

/// Who else receives the data that `app` reads, in sentences; that nobody does is a promise to keep as
/// well.
fn recipients(page: &Page, app: &str, named: &[String]) -> Vec<String> {
    if named.is_empty() {
        let nobody = page.say("consent-no-recipients");
        return vec![nobody.with("app", app).to_string()];
    }
    let also = |recipient| {
        page.say("consent-recipient")
            .with("recipient", recipient)
            .to_string()
    };
    named.iter().map(also).collect()
}

/// A day as people write it, in Paris time.
fn day(page: &Page, at: OffsetDateTime) -> String {
    written(page, paris(at).date())
}

/// A day in words, in Paris time: *24 décembre 2026*.
fn long_day(page: &Page, at: OffsetDateTime) -> String {
    let date = paris(at).date();
    page.say("long-day")
        .count("day", date.day())
        .count("month", date.month())
        .with("year", date.year())
        .to_string()
}

/// A date as people write it.
fn date(page: &Page, date: time::Date) -> String {
    let (year, month, day) = date.to_calendar_date();
    let number = |whole: i32| i8::try_from(whole).unwrap_or_default();
    let date = i16::try_from(year)
        .ok()
        .and_then(|year| Date::new(year, number(u8::from(month).into()), number(day.into())).ok());
    date.map(|date| written(page, date)).unwrap_or_default()
}

fn written(page: &Page, date: Date) -> String {
    let format = match page.locale {
        Locale::Fr => "%d/%m/%Y",
        Locale::En => "%-d %b %Y",
    };
    date.strftime(format).to_string()
}

/// A day and a time of day, in Paris time.
fn moment(page: &Page, at: OffsetDateTime) -> String {
    let time = paris(at).strftime("%H:%M").to_string();
    page.say("moment")
        .with("day", day(page, at))
        .with("time", time)
        .to_string()
}

fn paris(at: OffsetDateTime) -> ZonedDateTime {
    let instant = Timestamp::from_second(at.unix_timestamp()).unwrap_or(Timestamp::UNIX_EPOCH);
    instant.to_zoned_datetime(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{long_day, paris};
    use crate::{html::Page, locale::Locale};

    #[test]
    fn a_day_in_words_is_the_one_of_paris() {
        let at = |at, locale| long_day(&Page::new(false, "/".parse().unwrap(), locale), at);
        let last_minute = datetime!(2026-12-31 23:30 UTC);
        assert_eq!(at(last_minute, Locale::Fr), "1er janvier 2027");
        assert_eq!(at(last_minute, Locale::En), "1 January 2027");
        let summer = datetime!(2026-08-24 12:00 UTC);
        assert_eq!(at(summer, Locale::Fr), "24 août 2026");
        assert_eq!(at(summer, Locale::En), "24 August 2026");
    }

    #[test]
    fn people_read_the_time_of_paris_in_winter_and_in_summer() {
        let read = |at| paris(at).strftime("%d %H:%M").to_string();
        assert_eq!(read(datetime!(2026-01-31 23:30 UTC)), "01 00:30");
        assert_eq!(read(datetime!(2026-07-31 23:30 UTC)), "01 01:30");
    }
}
