//! What a worker calls the entries that she declares, where a page lets her choose among them.

use declared::Listed;
use kernel::PartialDate;

use super::date;
use crate::html::Page;

/// An entry, and when it began or was obtained, as far as she said so: *Vendeuse, mars 2020*.
pub(super) fn declared(page: &Page, listed: &Listed) -> String {
    let body = &listed.entry.body;
    let title = body.title.as_deref().unwrap_or_default();
    let at = body.started_on.or(body.obtained_on);
    at.map_or_else(
        || title.to_owned(),
        |at| {
            page.say("consent-entry")
                .with("name", title)
                .with("day", partial(page, at))
                .to_string()
        },
    )
}

/// A date as people write it, as far as it is known: *14/03/2020*, *mars 2020*, *2020*.
pub(super) fn partial(page: &Page, at: PartialDate) -> String {
    let year = at.year().to_string();
    match (at.month(), at.day(), at.first_day()) {
        (Some(_), Some(_), Some(day)) => date(page, day),
        (Some(month), None, _) => page
            .say("month-of-year")
            .count("month", month)
            .with("year", year)
            .to_string(),
        _ => year,
    }
}

#[cfg(test)]
mod tests {
    use super::partial;
    use crate::{html::Page, locale::Locale};

    #[test]
    fn a_date_is_told_as_far_as_it_is_known() {
        for (locale, written) in [
            (Locale::Fr, ["14/03/2020", "mars 2020", "2020"]),
            (Locale::En, ["14 Mar 2020", "March 2020", "2020"]),
        ] {
            let page = Page::new(false, "/".parse().unwrap(), locale);
            let told = ["2020-03-14", "2020-03", "2020"]
                .map(|known| partial(&page, known.parse().unwrap()));
            assert_eq!(told, written);
        }
    }
}
