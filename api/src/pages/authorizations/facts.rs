//! What a grant is, in words: what its pages show first, and what is kept with each decision that the
//! worker takes on them.

use ::consent::{Detail, Frequency, Right, Section, Shown as SeenTexts};
use identity::Session;
use kernel::GrantId;

use crate::{
    app::App,
    html::Page,
    pages::{day, decisive::Decisive, limits::limits, proposing, recipients},
    wire::{Problem, Slug},
};

/// A grant of the worker who asks, and the name of its app.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) detail: Detail,
    pub(super) app: String,
}

/// A grant in words.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) app: String,
    /// Who answers for it, and whether we have checked that; nothing when the app is gone.
    pub(super) publisher: Option<Publisher>,
    pub(super) purpose: String,
    pub(super) frequency: String,
    /// Whether the app reads: it may propose entries only.
    pub(super) reads: bool,
    /// What it may propose, and where, in sentences.
    pub(super) proposes: Vec<String>,
    pub(super) given: Vec<Given>,
    pub(super) since: String,
    pub(super) until: String,
    pub(super) confirmed: Option<String>,
    pub(super) retention: String,
    pub(super) recipients: Vec<String>,
}

/// Who answers for an app.
#[derive(Debug)]
pub(super) struct Publisher {
    pub(super) name: String,
    pub(super) verified: bool,
    pub(super) checked: String,
    /// The app's own page.
    pub(super) homepage: String,
}

/// A section that is given, and what of it when it is not all, in sentences.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) limits: Vec<String>,
    /// Whether the app said that it cannot work without it.
    pub(super) essential: bool,
}

impl Known {
    /// The grant, or a problem: who gave no such grant must not learn that there is one.
    pub(super) async fn of(app: &App, session: &Session, grant: GrantId) -> Result<Self, Problem> {
        let detail = app.consent.detail(session, grant).await?;
        let detail = detail.ok_or(Slug::NotFound)?;
        let client = detail.client_id.clone();
        let names = app
            .catalogue
            .app_names(std::slice::from_ref(&client))
            .await?;
        let name = names.into_iter().next().map(|(_, name)| name);
        Ok(Self {
            app: name.unwrap_or(client),
            detail,
        })
    }

    /// What of `section` is given, in sentences; nothing when it is all or nothing of it.
    fn given(&self, page: &Page, section: Section) -> Vec<String> {
        let part = self.detail.terms.scope.part(section);
        part.map_or_else(Vec::new, |part| limits(page, section, part))
    }
}

impl Facts {
    /// The grant as `page` words it.
    pub(super) fn of(page: &Page, known: &Known) -> Self {
        let (detail, terms) = (&known.detail, &known.detail.terms);
        let say = |key: &str| page.say(key).with("app", &known.app).to_string();
        let reads = terms.actions.contains(&Right::Read);
        let sections = || terms.scope.parts().map(|(section, _)| section);
        let retention = page.say("consent-retention");
        Self {
            publisher: publisher(page, detail),
            purpose: say(&format!("purpose-{}", terms.purpose)),
            frequency: say(match terms.frequency {
                Frequency::Ongoing if !reads => "grant-ongoing-proposals",
                Frequency::Ongoing => "grant-ongoing",
                Frequency::Once => "consent-once",
            }),
            reads,
            proposes: proposing::told(page, &terms.actions, sections()),
            given: sections()
                .map(|section| Given {
                    name: section.as_str(),
                    label: say(&format!("section-{section}")),
                    limits: known.given(page, section),
                    essential: detail.essential.contains(&section),
                })
                .collect(),
            since: day(page, detail.given_at),
            until: day(page, terms.expires_at),
            confirmed: detail.confirmed_at.map(|at| day(page, at)),
            retention: retention.count("days", terms.retention.count()).to_string(),
            recipients: recipients(page, &known.app, &terms.recipients),
            app: known.app.clone(),
        }
    }

    /// What she was shown when she decided: the grant, then what she decided on. It is kept with the
    /// version that comes of it (GDPR article 7(1)).
    pub(super) fn shown(
        &self,
        page: &Page,
        template: &Decisive,
        decided: Vec<String>,
    ) -> SeenTexts {
        let mut texts = vec![self.app.clone()];
        if let Some(publisher) = &self.publisher {
            texts.extend([publisher.name.clone(), publisher.checked.clone()]);
        }
        texts.extend([self.purpose.clone(), self.frequency.clone()]);
        texts.extend(self.proposes.clone());
        for given in &self.given {
            texts.push(given.label.clone());
            texts.extend(given.limits.clone());
        }
        for (key, value) in [("grant-since", &self.since), ("grant-until", &self.until)] {
            texts.push(format!("{} {value}", page.say(key)));
        }
        texts.push(self.retention.clone());
        texts.extend(self.recipients.clone());
        texts.extend(decided);
        template.shown(page, texts)
    }
}

fn publisher(page: &Page, detail: &Detail) -> Option<Publisher> {
    let (app, publisher) = detail.app.as_ref()?;
    let name = page
        .say("grant-publisher-named")
        .with("publisher", &publisher.name)
        .with("siren", publisher.siret.siren());
    let checked = if publisher.verified {
        "consent-verified"
    } else {
        "consent-unverified"
    };
    Some(Publisher {
        name: name.to_string(),
        verified: publisher.verified,
        checked: page.say(checked).to_string(),
        homepage: app.homepage.clone(),
    })
}
