//! The ends that a worker can choose for a grant, in days from now.

use ::consent::{Days, Detail};
use time::OffsetDateTime;

use crate::{
    html::Page,
    pages::{consent::OFFERED, day},
};

/// An end that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// In how many days.
    pub(super) days: u16,
    /// What it is called: how long it is, and its date.
    pub(super) label: String,
}

/// The ends later than the present one, the soonest first; none when it cannot be later.
pub(super) fn later(page: &Page, detail: &Detail, now: OffsetDateTime) -> Vec<End> {
    let mut ends = others(page, detail, now);
    ends.retain(|(days, _)| now + days.span() > detail.terms.expires_at);
    ends.into_iter().map(|(_, end)| end).collect()
}

/// The ends on another day than the present one, the soonest first.
pub(super) fn all(page: &Page, detail: &Detail, now: OffsetDateTime) -> Vec<End> {
    let ends = others(page, detail, now);
    ends.into_iter().map(|(_, end)| end).collect()
}

fn others(page: &Page, detail: &Detail, now: OffsetDateTime) -> Vec<(Days, End)> {
    let present = day(page, detail.terms.expires_at);
    let choices = choices(detail.terms.expires_at, detail.reach.until, now).into_iter();
    // She reads days: two ends on one day would look like one.
    let others = choices.filter(|days| day(page, now + days.span()) != present);
    others.map(|days| (days, named(page, days, now))).collect()
}

/// The usual spans up to `until`, and the one up to `until` itself where it lies beyond the present
/// end.
fn choices(expires_at: OffsetDateTime, until: OffsetDateTime, now: OffsetDateTime) -> Vec<Days> {
    let usual = OFFERED.into_iter().filter_map(Days::new);
    let mut choices: Vec<_> = usual.filter(|days| now + days.span() <= until).collect();
    let longest = u16::try_from((until - now).whole_days()).ok();
    let longest = longest.and_then(Days::new);
    choices.extend(longest.filter(|days| {
        until > expires_at && now + days.span() > expires_at && !choices.contains(days)
    }));
    choices
}

/// The end in `days` from now, in words.
pub(super) fn named(page: &Page, days: Days, now: OffsetDateTime) -> End {
    let label = page
        .say("consent-days-until")
        .count("days", days.count())
        .with("until", day(page, now + days.span()));
    End {
        days: days.count(),
        label: label.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::choices;

    #[test]
    fn no_end_lies_beyond_the_latest_one_and_the_soonest_comes_first() {
        let now = datetime!(2026-11-24 08:00 UTC);
        let choose = |ends: i64, until: i64| {
            let at = |days| now + Duration::days(days);
            let choices = choices(at(ends), at(until), now);
            choices.iter().map(|days| days.count()).collect::<Vec<_>>()
        };
        assert_eq!(choose(20, 45), [1, 7, 30, 45]);
        assert_eq!(choose(20, 90), [1, 7, 30, 90]);
        assert_eq!(choose(20, 20), [1, 7], "nothing later was asked for");
        assert_eq!(choose(30, 365), [1, 7, 30, 90, 180, 365]);
        let odd = now + Duration::hours(30);
        assert_eq!(super::choices(odd, odd, now).len(), 1);
    }
}
