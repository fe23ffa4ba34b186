//! What stands on the consent page, text by text: the same that is kept with the grant.

use ::consent::{Days, Part, Pending, Right, Section};
use askama::Template;
use identity::Session;
use url::Url;

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
        pending: &Pending,
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
            essential: details.essential.contains(&section),
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
            sections: details.scope().parts().map(row).collect(),
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
    pub(super) fn texts(page: &Page, pending: &Pending, back: &Url) -> Vec<String> {
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
        texts.extend(["consent-what", "consent-what-hint"].map(say));
        for (section, part) in details.scope().parts() {
            texts.push(say(&format!("section-{section}")));
            texts.push(say(&format!("section-{section}-what")));
            texts.extend(limits(page, section, part));
            if details.essential.contains(&section) {
                texts.extend(["consent-essential", "consent-essential-why"].map(say));
            }
        }
        texts.push(say("consent-duration"));
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
