//! `/journal` (*Journal des accès*): who read what, when, and under which authorisation.

use std::{collections::BTreeMap, sync::Arc};

use ::{
    consent::Mandate,
    journal::{Action, Actor, Kept, OnBehalf, Seal},
};
use askama::Template;
use axum::extract::State;
use identity::Session;
use kernel::{Fault, GrantId, Limit, MandateId, OrganisationId};
use uuid::Uuid;

use super::{mandates, moment};
use crate::{
    app::App,
    guard::{NotSignedIn, SignedIn},
    html::{Page, Shown},
    wire::{PageOf, Paging, Query},
};

#[derive(Debug, Template)]
#[template(path = "journal.html")]
pub(crate) struct Journal {
    page: Page,
    form_token: String,
    lines: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    at: String,
    who: String,
    what: String,
    section: Option<String>,
    purpose: Option<String>,
    entries: usize,
    /// What the public log says of it.
    seal: Sealed,
}

#[derive(Debug)]
enum Sealed {
    At(String),
    Waiting,
    Broken,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    SignedIn(session): SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Shown<Journal>, NotSignedIn> {
    let before = paging.after::<Uuid>()?.map(Into::into);
    let found = app
        .consent
        .history(&session, before, Limit::DEFAULT)
        .await?;
    let names = names(&app, &found.items).await?;
    let counsellors = counsellors(&app, &session).await?;
    let mut to = recipients(&app, &session).await?;
    // A mandate stands in a line as the grant that it is.
    to.extend(counsellors.iter().map(|(mandate, (name, organisation))| {
        let grant = GrantId::from(mandate.uuid());
        (grant, format!("{name}, {organisation}"))
    }));
    let known = Known {
        names,
        counsellors,
        to,
    };
    let listed = PageOf::of(
        found,
        |last| last.line.id.uuid(),
        |kept| row(&page, &known, &kept),
    );
    let form_token = session.form_token().to_owned();
    Ok(Shown::new(Journal {
        page,
        form_token,
        lines: listed.items,
        next: listed.next,
    }))
}

/// What lines are told with.
struct Known {
    /// The names of apps and organisations, by what names them in a line.
    names: BTreeMap<String, String>,
    /// Who holds which mandate, and for whom she works.
    counsellors: BTreeMap<MandateId, (String, String)>,
    /// To whom each grant and each mandate was given.
    to: BTreeMap<GrantId, String>,
}

/// The counsellors behind the worker's mandates, with the names of their organisations.
async fn counsellors(
    app: &App,
    session: &Session,
) -> Result<BTreeMap<MandateId, (String, String)>, Fault> {
    let mandates = app.consent.mandates(session).await?;
    let organisations = mandates::organisations(app, &mandates).await?;
    let works_for = |mandate: &Mandate| {
        let known = organisations.get(&mandate.organisation);
        known.map_or_else(String::new, |known| known.name.clone())
    };
    let holders = mandates
        .iter()
        .map(|mandate| (mandate.id, (mandate.counsellor.clone(), works_for(mandate))));
    Ok(holders.collect())
}

/// The names behind the lines' actors.
async fn names(app: &App, lines: &[Kept]) -> Result<BTreeMap<String, String>, Fault> {
    let (mut clients, mut organisations) = (Vec::new(), Vec::<OrganisationId>::new());
    for Kept { line, .. } in lines {
        match &line.actor {
            Actor::App(client) => clients.push(client.clone()),
            Actor::Organisation(id) => organisations.push(*id),
            Actor::Worker | Actor::Agent(_) => {}
        }
    }
    let mut names = app.catalogue.app_names(&clients).await?;
    for organisation in app.catalogue.organisations(&organisations).await? {
        names.insert(organisation.id.to_string(), organisation.name);
    }
    Ok(names)
}

/// The names of the apps behind the worker's grants.
async fn recipients(app: &App, session: &Session) -> Result<BTreeMap<GrantId, String>, Fault> {
    let given = app.consent.given(session).await?;
    let clients: Vec<_> = given.iter().map(|given| given.client_id.clone()).collect();
    let names = app.catalogue.app_names(&clients).await?;
    let known = |client: String| names.get(&client).cloned().unwrap_or(client);
    Ok(given
        .into_iter()
        .map(|given| (given.grant, known(given.client_id)))
        .collect())
}

fn row(page: &Page, known: &Known, kept: &Kept) -> Row {
    let line = &kept.line;
    let called = |id: &str| {
        known
            .names
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.to_owned())
    };
    let say = |prefix: &str, name: &str| page.say(&format!("{prefix}-{name}")).to_string();
    Row {
        at: moment(page, line.at),
        who: match &line.actor {
            Actor::App(client) => called(client),
            Actor::Organisation(id) => called(&id.to_string()),
            Actor::Worker => page.say("journal-you").to_string(),
            Actor::Agent(by) => in_her_name(page, known, by),
        },
        what: match (
            line.action,
            line.under
                .as_ref()
                .and_then(|under| known.to.get(&under.grant)),
        ) {
            (
                Action::Grant
                | Action::Change
                | Action::Pause
                | Action::Resume
                | Action::Confirm
                | Action::Revoke
                | Action::Mandate
                | Action::EndMandate,
                Some(app),
            ) => page
                .say(&format!("journal-action-{}-to", line.action.as_str()))
                .with("app", app)
                .to_string(),
            (action, _) => say("journal-action", action.as_str()),
        },
        section: line
            .section
            .as_deref()
            .map(|section| say("section", section)),
        purpose: line
            .under
            .as_ref()
            .map(|under| say("purpose", &under.purpose)),
        entries: line.entries.len(),
        seal: match kept.seal() {
            Seal::At(index) => Sealed::At(index.to_string()),
            Seal::Waiting => Sealed::Waiting,
            Seal::Broken => Sealed::Broken,
        },
    }
}

/// Who acted in the worker's name.
fn in_her_name(page: &Page, known: &Known, by: &OnBehalf) -> String {
    let unknown = (by.agent.to_string(), by.organisation.to_string());
    let (counsellor, organisation) = known.counsellors.get(&by.mandate).unwrap_or(&unknown);
    page.say("journal-agent")
        .with("counsellor", counsellor)
        .with("organisation", organisation)
        .to_string()
}
