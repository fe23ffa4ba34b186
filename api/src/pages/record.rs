//! `/record` (*Mon dossier*): what apps propose, the worker's certificates, and what she declares.

pub(crate) mod add;
pub(crate) mod change;
mod form;
mod occupation;
mod page;
pub(crate) mod proposals;
pub(crate) mod remove;
pub(crate) mod section;
mod words;

use std::sync::Arc;

use ::consent::Section;
use askama::Template;
use axum::extract::State;
use certificates::Listed;
use declared::SECTIONS;
use identity::Session;
use kernel::Limit;
use serde::Deserialize;
use uuid::Uuid;

use self::{proposals::Proposals, words::Card};
use super::date;
use crate::{
    app::App,
    guard::{NotSignedIn, SignedIn},
    html::{Page, Shown},
    wire::{PageOf, Paging, Problem, Query},
};

pub(crate) use page::EntryPage;

/// How many entries of a declared section are shown here; the section's own page lists all.
const FEW: u16 = 6;

#[derive(Debug, Template)]
#[template(path = "record.html")]
pub(crate) struct Record {
    page: Page,
    form_token: String,
    /// What has just been done.
    done: Option<String>,
    /// Why nothing was done.
    trouble: Option<&'static str>,
    proposals: Proposals,
    certificates: Vec<Certificate>,
    next: Option<String>,
    sections: Vec<Part>,
}

/// A certificate, as it is shown.
#[derive(Debug)]
pub(super) struct Certificate {
    pub(super) title: String,
    pub(super) code: String,
    pub(super) issuer: Option<String>,
    pub(super) valid_from: Option<String>,
    pub(super) valid_until: Option<String>,
    pub(super) score: Option<String>,
    pub(super) occupations: Vec<String>,
}

/// A section that she declares entries of.
#[derive(Debug)]
struct Part {
    name: &'static str,
    label: String,
    /// The latest.
    entries: Vec<Card>,
    /// Whether there are more.
    more: bool,
}

/// What the page says first.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct News {
    done: Option<String>,
}

/// What can have been done: `record-done-…` says it.
const DONE: [&str; 5] = ["added", "amended", "removed", "accepted", "refused"];

impl News {
    fn said(&self, page: &Page) -> Option<String> {
        let done = self.done.as_deref().filter(|done| DONE.contains(done))?;
        Some(page.say(&format!("record-done-{done}")).to_string())
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    SignedIn(session): SignedIn,
    Query(paging): Query<Paging>,
    Query(news): Query<News>,
) -> Result<Shown<Record>, NotSignedIn> {
    Ok(present(&app, page, &session, &paging, &news, None).await?)
}

/// Her record, saying what has been done, or why nothing was.
async fn present(
    app: &App,
    page: Page,
    session: &Session,
    paging: &Paging,
    news: &News,
    trouble: Option<&'static str>,
) -> Result<Shown<Record>, Problem> {
    let after = paging.after::<Uuid>()?.map(Into::into);
    let access = app.consent.own(session).await?;
    let found = app.certificates.list(access, after, Limit::DEFAULT).await?;
    let certificates = PageOf::of(
        found,
        |last: &Listed| last.entry.id.uuid(),
        |listed| card(&page, listed),
    );
    let mut sections = Vec::new();
    for section in SECTIONS {
        sections.push(part(app, &page, session, section).await?);
    }
    Ok(Shown::new(Record {
        form_token: session.form_token().to_owned(),
        done: news.said(&page),
        trouble,
        proposals: Proposals::of(app, &page, session).await?,
        certificates: certificates.items,
        next: certificates.next,
        sections,
        page,
    }))
}

/// The latest of what she declares in `section`.
async fn part(
    app: &App,
    page: &Page,
    session: &Session,
    section: Section,
) -> Result<Part, Problem> {
    let access = app.consent.own(session).await?;
    let few = Limit::new(FEW).unwrap_or(Limit::DEFAULT);
    let found = app.declarations.latest(access, section, few).await?;
    let entries = found.items.into_iter();
    Ok(Part {
        name: section.as_str(),
        label: page.say(&format!("section-{section}")).to_string(),
        entries: entries
            .map(|listed| Card::of(page, section, listed))
            .collect(),
        more: found.more,
    })
}

/// What a certificate is called: what it certifies, or the code of that.
pub(super) fn title(listed: &Listed) -> String {
    let (code, known) = listed.qualification().unwrap_or_default();
    known.map_or(code, |known| &*known.label).to_owned()
}

pub(super) fn card(page: &Page, listed: Listed) -> Certificate {
    let title = title(&listed);
    let code = listed
        .qualification()
        .map_or("", |(code, _)| code)
        .to_owned();
    let occupations = listed.occupations().unwrap_or_default();
    let occupations = occupations.iter().map(|led| led.label.clone()).collect();
    let (attestor, body) = (listed.entry.attestor, listed.entry.body);
    Certificate {
        title,
        code,
        issuer: attestor.map(|attestor| attestor.name),
        valid_from: body.valid_from.map(|day| date(page, day)),
        valid_until: body.valid_until.map(|day| date(page, day)),
        score: body.score,
        occupations,
    }
}
