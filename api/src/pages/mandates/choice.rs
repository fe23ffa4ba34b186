//! What stands on the page where a mandate is given, text by text: the same that is kept with it.

use ::consent::{MandateAction, MandateTerms, Offer, Proposed};
use askama::Template;

use crate::html::Page;

/// The durations offered, in days, the shortest first: who changes nothing gives the least.
const OFFERED: [u16; 5] = [1, 7, 30, 90, MandateTerms::LONGEST];

/// What is offered beside reading.
const ACTIONS: [MandateAction; 2] = [
    MandateAction::SeeAuthorizations,
    MandateAction::StopAuthorizations,
];

#[derive(Debug, Template)]
#[template(path = "mandate_choice.html")]
pub(crate) struct Choice {
    page: Page,
    form_token: String,
    /// How they found each other: the name of a hidden field, and what it holds.
    offer: (&'static str, String),
    counsellor: String,
    organisation: String,
    siren: String,
    sections: Vec<Row>,
    actions: Vec<Row>,
    durations: [u16; 5],
    complaint: Option<Complaint>,
}

/// What must be mended before the mandate can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Complaint {
    /// Nothing was ticked.
    NothingChosen,
    /// No duration was chosen.
    NoDuration,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    label: String,
    what: String,
}

impl Choice {
    pub(super) fn new(page: Page, form_token: &str, offer: &Offer, proposed: &Proposed) -> Self {
        let (organisation, siren) = works_for(proposed);
        let row = |name: &'static str, key: String| Row {
            name,
            label: page.say(&key).to_string(),
            what: page.say(&format!("{key}-what")).to_string(),
        };
        let sections = MandateTerms::SECTIONS
            .iter()
            .map(|section| row(section.as_str(), format!("mandate-read-{section}")));
        let actions = ACTIONS
            .iter()
            .map(|action| row(action.as_str(), format!("mandate-action-{action}")));
        Self {
            form_token: form_token.into(),
            offer: match offer {
                Offer::Invitation(code) => ("code", code.clone()),
                Offer::Meeting(id) => ("meeting", id.to_string()),
            },
            counsellor: proposed.name(),
            organisation,
            siren,
            sections: sections.collect(),
            actions: actions.collect(),
            durations: OFFERED,
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
    pub(super) fn texts(page: &Page, proposed: &Proposed) -> Vec<String> {
        let say = |key: &str| page.say(key).to_string();
        let (organisation, siren) = works_for(proposed);
        let heading = page
            .say("mandate-heading")
            .with("counsellor", proposed.name())
            .with("organisation", organisation)
            .with("siren", siren);
        let mut texts = vec![heading.to_string()];
        texts.extend(["mandate-verified", "mandate-verified-means"].map(say));
        texts.extend(["mandate-what", "mandate-what-hint"].map(say));
        let sections = MandateTerms::SECTIONS.iter();
        let sections = sections.map(|section| format!("mandate-read-{section}"));
        let actions = ACTIONS.iter();
        let actions = actions.map(|action| format!("mandate-action-{action}"));
        for key in sections.chain(actions) {
            texts.push(say(&key));
            texts.push(say(&format!("{key}-what")));
        }
        texts.push(say("mandate-duration"));
        texts.extend(
            [
                "mandate-name-seen",
                "mandate-journalled",
                "mandate-no-password",
                "mandate-not-passed-on",
                "mandate-stop",
                "mandate-accept",
                "mandate-refuse",
            ]
            .map(say),
        );
        texts
    }
}

/// The name and the SIREN of the organisation of `proposed`.
fn works_for(proposed: &Proposed) -> (String, String) {
    let organisation = proposed.organisation();
    (
        organisation.name.clone(),
        organisation.siret.siren().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use ::consent::MandateTerms;

    use super::{ACTIONS, OFFERED};
    use crate::locale::Locale;

    #[test]
    fn everything_that_can_be_ticked_is_explained_in_both_languages() {
        let sections = MandateTerms::SECTIONS.iter();
        let sections = sections.map(|section| format!("mandate-read-{section}"));
        let actions = ACTIONS.iter();
        let actions = actions.map(|action| format!("mandate-action-{action}"));
        for key in sections.chain(actions) {
            for key in [key.clone(), format!("{key}-what")] {
                for locale in [Locale::Fr, Locale::En] {
                    assert_ne!(locale.say(&key).to_string(), key);
                }
            }
        }
    }

    #[test]
    fn the_shortest_time_comes_first_and_none_is_longer_than_six_months() {
        assert!(OFFERED.is_sorted());
        assert_eq!(OFFERED.last(), Some(&MandateTerms::LONGEST));
    }
}
