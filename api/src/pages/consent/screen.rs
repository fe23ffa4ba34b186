//! What stands on the consent page, text by text: the same that is kept with the grant.

use ::consent::{Change, Days, Part, Pending, Right, Scope, Section, Standing};
use askama::Template;
use axum::http::StatusCode;
use identity::Session;
use url::Url;

use super::standing::InForce;
use crate::{html::Page, pages::limits::limits};

/// The durations offered, in days, as far as the app asked for them.
pub(in crate::pages) const OFFERED: [u16; 6] = [1, 7, 30, 90, 180, 365];

#[derive(Debug, Template)]
#[template(path = "consent.html")]
pub(crate) struct Screen {
    page: Page,
    form_token: String,
    client_id: String,
    request_uri: String,
    app: String,
    publisher: String,
    siren: String,
    website: Option<String>,
    verified: bool,
    description: String,
    purpose: String,
    ongoing: bool,
    proposes: bool,
    /// The grant that an acceptance will change.
    in_force: Option<InForce>,
    sections: Vec<Row>,
    durations: Vec<u16>,
    retention: u16,
    /// Who else receives the data, in sentences.
    recipients: Vec<String>,
    back: String,
    complaint: Option<Complaint>,
}

/// What must be mended before an acceptance can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Complaint {
    /// No section was ticked.
    NothingChosen,
    /// No duration was chosen.
    NoDuration,
    /// The grant in force has changed since the page was shown.
    Changed,
}

impl Complaint {
    /// The status of a page that complains.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::NothingChosen | Self::NoDuration => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Changed => StatusCode::CONFLICT,
        }
    }
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    label: String,
    what: String,
    /// What is asked of it, when it is not all, in sentences.
    limits: Vec<String>,
    essential: bool,
    held: i64,
}

impl Screen {
    pub(super) fn new(
        page: Page,
        session: &Session,
        (pending, standing): (&Pending, Option<&Standing>),
        request_uri: &str,
        held: &[(Section, i64)],
        back: &Url,
    ) -> Self {
        let details = pending.details();
        let count = |section| {
            held.iter()
                .find(|(one, _)| *one == section)
                .map_or(0, |(_, n)| *n)
        };
        let row = |(section, part): (Section, &Part)| Row {
            name: section.as_str(),
            label: page.say(&format!("section-{section}")).to_string(),
            what: page.say(&format!("section-{section}-what")).to_string(),
            limits: limits(&page, section, part),
            essential: is_essential(pending, standing, section),
            held: count(section),
        };
        Self {
            form_token: session.form_token().into(),
            client_id: pending.app.client_id.clone(),
            request_uri: request_uri.into(),
            app: pending.app.name.clone(),
            publisher: pending.publisher.name.clone(),
            siren: pending.publisher.siret.siren().into(),
            website: pending.publisher.website.clone(),
            verified: pending.publisher.verified,
            description: description(&page, pending),
            purpose: page
                .say(&format!("purpose-{}", details.purpose))
                .to_string(),
            ongoing: details.frequency == ::consent::Frequency::Ongoing,
            proposes: details.actions.contains(&Right::Propose),
            in_force: standing.map(|standing| InForce::of(&page, &pending.app.name, standing)),
            sections: offered(pending, standing).parts().map(row).collect(),
            durations: durations(details.duration),
            retention: details.retention.count(),
            recipients: recipients(&page, pending),
            back: back.origin().ascii_serialization(),
            complaint: None,
            page,
        }
    }

    /// The same page, saying what must be mended.
    pub(super) fn complaining(self, complaint: Complaint) -> Self {
        Self {
            complaint: Some(complaint),
            ..self
        }
    }

    /// Every text that tells the worker what she decides on, in the order of the page.
    pub(super) fn texts(
        page: &Page,
        pending: &Pending,
        standing: Option<&Standing>,
        back: &Url,
    ) -> Vec<String> {
        let details = pending.details();
        let (app, publisher) = (&pending.app.name, &pending.publisher);
        let say = |key: &str| page.say(key).with("app", app).to_string();
        let heading = page
            .say("consent-heading")
            .with("app", app)
            .with("publisher", &publisher.name)
            .with("siren", publisher.siret.siren());
        let verified = if publisher.verified {
            "verified"
        } else {
            "unverified"
        };
        let frequency = format!("consent-{}", details.frequency);
        let mut texts = vec![
            heading.to_string(),
            say(&format!("consent-{verified}")),
            say(&format!("consent-{verified}-means")),
        ];
        texts.extend(publisher.website.clone());
        texts.extend([
            description(page, pending),
            say(&format!("purpose-{}", details.purpose)),
            say(&frequency),
        ]);
        if details.actions.contains(&Right::Propose) {
            texts.push(say("consent-propose"));
        }
        let in_force = standing.map(|standing| InForce::of(page, app, standing));
        texts.extend(in_force.iter().flat_map(InForce::texts));
        let offered = offered(pending, standing);
        if offered.parts().next().is_some() {
            texts.extend(["consent-what", "consent-what-hint"].map(say));
        }
        for (section, part) in offered.parts() {
            texts.push(say(&format!("section-{section}")));
            texts.push(say(&format!("section-{section}-what")));
            texts.extend(limits(page, section, part));
            if is_essential(pending, standing, section) {
                texts.extend(["consent-essential", "consent-essential-why"].map(say));
            }
        }
        texts.push(say("consent-duration"));
        texts.extend(in_force.iter().flat_map(InForce::end_texts));
        texts.push(
            page.say("consent-retention")
                .count("days", details.retention.count())
                .to_string(),
        );
        texts.extend(recipients(page, pending));
        texts.extend(["consent-no-password", "consent-journalled", "consent-stop"].map(say));
        let back = back.origin().ascii_serialization();
        texts.push(page.say("consent-redirect").with("back", back).to_string());
        texts.extend(["consent-accept", "consent-refuse"].map(say));
        texts
    }
}

/// What she may tick: all that is asked, or what of it is new where it is added to a grant.
pub(super) fn offered(pending: &Pending, standing: Option<&Standing>) -> Scope {
    match standing {
        Some(standing) if standing.change == Change::Merge => standing.new.clone(),
        _ => pending.details().scope(),
    }
}

/// Whether the service makes no sense without this section, and she has not given any of it.
pub(super) fn is_essential(
    pending: &Pending,
    standing: Option<&Standing>,
    section: Section,
) -> bool {
    let given = standing.is_some_and(|standing| {
        standing.change == Change::Merge && standing.terms.scope.part(section).is_some()
    });
    pending.details().essential.contains(&section) && !given
}

/// Who else receives the data, in words; that nobody does is a promise to keep as well.
fn recipients(page: &Page, pending: &Pending) -> Vec<String> {
    let named = &pending.details().recipients;
    if named.is_empty() {
        let nobody = page.say("consent-no-recipients");
        return vec![nobody.with("app", &pending.app.name).to_string()];
    }
    let also = |recipient| {
        page.say("consent-recipient")
            .with("recipient", recipient)
            .to_string()
    };
    named.iter().map(also).collect()
}

fn description(page: &Page, pending: &Pending) -> String {
    let described = &pending.app.description;
    match page.locale {
        crate::locale::Locale::Fr => described.fr.clone(),
        crate::locale::Locale::En => described.en.clone(),
    }
}

/// The shortest first: a worker who changes nothing gives the least.
fn durations(asked: Days) -> Vec<u16> {
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

    use super::durations;

    #[test]
    fn no_duration_is_longer_than_what_was_asked_and_the_shortest_comes_first() {
        assert_eq!(durations(Days::new(90).unwrap()), [1, 7, 30, 90]);
        assert_eq!(durations(Days::new(45).unwrap()), [1, 7, 30, 45]);
        assert_eq!(durations(Days::new(1).unwrap()), [1]);
    }
}
