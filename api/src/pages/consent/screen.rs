//! What stands on the consent page. What is kept with a grant is read from it.

use ::consent::{Days, Right, Shown as SeenTexts};
use askama::Template;
use time::OffsetDateTime;

use super::{
    Asked, cautions,
    form::{Complaint, Ticked},
    preview::Preview,
    row::Row,
    standing::InForce,
};
use crate::{
    html::{Page, texts},
    locale::Locale,
    pages::{decisive, long_day, proposing, recipients},
    wire::{Problem, Slug},
};

/// The durations offered, in days, as far as the app asked for them.
pub(in crate::pages) const OFFERED: [u16; 6] = [1, 7, 30, 90, 180, 365];

#[derive(Debug, Template)]
#[template(path = "consent.html")]
pub(super) struct Screen {
    page: Page,
    form_token: String,
    client_id: String,
    request_uri: String,
    /// The digest of what stands on this page: an acceptance of another page is none.
    seen: String,
    app: String,
    publisher: String,
    siren: String,
    website: Option<String>,
    verified: bool,
    description: String,
    cautions: Vec<String>,
    purpose: String,
    ongoing: bool,
    /// Whether it would read at all.
    reads: bool,
    /// What it may propose, and where, in sentences.
    proposes: Vec<String>,
    /// The grant that an acceptance will change.
    in_force: Option<InForce>,
    sections: Vec<Row>,
    since: String,
    durations: Vec<Duration>,
    retention: u16,
    /// Who else receives the data, in sentences.
    recipients: Vec<String>,
    back: String,
    complaint: Option<(Complaint, String)>,
    preview: Option<Preview>,
}

/// A duration to choose, and the day on which it ends.
#[derive(Debug)]
struct Duration {
    days: u16,
    until: String,
    chosen: bool,
}

impl Screen {
    /// The page about `asked`, with the boxes as she left them, and what is kept of it.
    pub(super) fn new(asked: &Asked, ticked: &Ticked) -> Result<(Self, SeenTexts), Problem> {
        let (page, pending) = (&asked.page, &asked.pending);
        let details = pending.details();
        let rows = asked
            .offered
            .scope
            .parts()
            .map(|(section, part)| Row::new(asked, section, part, ticked));
        let screen = Self {
            form_token: asked.form_token.clone(),
            client_id: pending.app.client_id.clone(),
            request_uri: asked.request_uri.clone(),
            seen: String::new(),
            app: pending.app.name.clone(),
            publisher: pending.publisher.name.clone(),
            siren: pending.publisher.siret.siren().into(),
            website: pending.publisher.website.clone(),
            verified: pending.publisher.verified,
            description: description(asked),
            cautions: cautions::told(page, &asked.cautions),
            purpose: page
                .say(&format!("purpose-{}", details.purpose))
                .to_string(),
            ongoing: details.frequency == ::consent::Frequency::Ongoing,
            reads: details.actions.contains(&Right::Read),
            proposes: proposing::told(page, &details.actions, details.sections.iter().copied()),
            in_force: asked
                .standing
                .as_ref()
                .map(|standing| InForce::of(page, &pending.app.name, standing)),
            sections: rows.collect(),
            since: ticked.since.clone(),
            durations: durations(page, details.duration, asked.now, ticked.days.as_deref()),
            retention: details.retention.count(),
            recipients: recipients(page, &pending.app.name, &details.recipients),
            back: asked.back.origin().ascii_serialization(),
            complaint: None,
            preview: None,
            page: page.clone(),
        };
        screen.sealed()
    }

    /// The page, which knows by its digest what stands on it.
    fn sealed(self) -> Result<(Self, SeenTexts), Problem> {
        let html = self.render();
        let html = html.map_err(|error| Problem::new(Slug::Internal).because(error))?;
        let shown = decisive::CONSENT.shown(&self.page, texts(&html));
        let seen = digest(&shown);
        Ok((Self { seen, ..self }, shown))
    }

    /// The same page, saying what must be mended.
    pub(super) fn complaining(self, complaint: Complaint) -> Self {
        let text = match complaint {
            Complaint::Detached(section) => self
                .page
                .say(complaint.key())
                .with("section", self.page.say(&format!("section-{section}"))),
            _ => self.page.say(complaint.key()),
        };
        let text = text.to_string();
        Self {
            complaint: Some((complaint, text)),
            ..self
        }
    }

    /// The same page, with what the app would see.
    pub(super) fn previewing(self, preview: Preview) -> Self {
        Self {
            preview: Some(preview),
            ..self
        }
    }

    /// Whether a first day can be chosen: something is read whose entries have days.
    fn is_dated(&self) -> bool {
        self.reads && self.sections.iter().any(|row| row.name.is_dated())
    }

    /// Whether what must be mended is the choice of sections.
    fn complains_of_sections(&self) -> bool {
        let of_sections = |complaint: &Complaint| {
            matches!(complaint, Complaint::NothingChosen | Complaint::Detached(_))
        };
        self.complaint
            .as_ref()
            .is_some_and(|(complaint, _)| of_sections(complaint))
    }

    /// Whether what must be mended is the first day.
    fn complains_of_the_day(&self) -> bool {
        let of_the_day =
            |complaint: &Complaint| matches!(complaint, Complaint::NoSuchDay | Complaint::TooLate);
        self.complaint
            .as_ref()
            .is_some_and(|(complaint, _)| of_the_day(complaint))
    }
}

/// By what the form names the page that it stands on.
pub(super) fn digest(shown: &SeenTexts) -> String {
    shown.digest().to_hex()
}

fn description(asked: &Asked) -> String {
    let described = &asked.pending.app.description;
    match asked.page.locale {
        Locale::Fr => described.fr.clone(),
        Locale::En => described.en.clone(),
    }
}

/// The shortest first: a worker who changes nothing gives the least.
fn durations(page: &Page, asked: Days, now: OffsetDateTime, chosen: Option<&str>) -> Vec<Duration> {
    let offered = offered(asked).into_iter();
    let duration = |days: u16| Duration {
        days,
        until: long_day(page, now + time::Duration::days(days.into())),
        chosen: chosen.is_some_and(|chosen| chosen == days.to_string()),
    };
    offered.map(duration).collect()
}

fn offered(asked: Days) -> Vec<u16> {
    let mut offered: Vec<_> = OFFERED
        .into_iter()
        .filter(|days| *days < asked.count())
        .collect();
    offered.push(asked.count());
    offered
}

#[cfg(test)]
mod tests {
    use ::consent::Days;

    use super::offered;

    #[test]
    fn no_duration_is_longer_than_what_was_asked_and_the_shortest_comes_first() {
        assert_eq!(offered(Days::new(90).unwrap()), [1, 7, 30, 90]);
        assert_eq!(offered(Days::new(45).unwrap()), [1, 7, 30, 45]);
        assert_eq!(offered(Days::new(1).unwrap()), [1]);
    }
}
