//! `/mandates` (*Mes mandats*): who acts in the worker's name, giving a mandate, and ending it.

mod choice;
mod give;

use std::{collections::BTreeMap, sync::Arc};

use ::consent::{GrantState, Mandate, MandateTerms};
use askama::Template;
use axum::{extract::State, response::Redirect};
use catalogue::Organisation;
use kernel::{Fault, OrganisationId};
use serde::Deserialize;
use uuid::Uuid;

use super::{day, moment};
use crate::{
    app::App,
    guard::{NotSignedIn, OwnForm, SignedIn},
    html::{Page, Shown},
    wire::{Path, Problem, Query, Slug},
};

pub(crate) use give::{decide, invited, meet, meeting};

#[derive(Debug, Template)]
#[template(path = "mandates.html")]
pub(crate) struct Mandates {
    page: Page,
    form_token: String,
    news: News,
    complaint: Option<Complaint>,
    active: Vec<Card>,
    past: Vec<Card>,
}

/// What the page says first.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct News {
    given: Option<String>,
    ended: Option<String>,
}

/// Why a code led to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum Complaint {
    /// Nobody's, or too old.
    Unknown,
    /// Too many wrong ones.
    TooManyTries,
}

#[derive(Debug)]
struct Card {
    mandate: Uuid,
    counsellor: String,
    organisation: String,
    siren: String,
    permits: Vec<String>,
    since: String,
    until: String,
    /// Why it ended, in words; nothing while it lasts.
    ended: Option<String>,
    last_act: Option<String>,
    acts: i64,
    /// The numbers of its receipts.
    receipts: Vec<i32>,
}

/// Lists every mandate, those in force first.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    SignedIn(session): SignedIn,
    Query(news): Query<News>,
) -> Result<Shown<Mandates>, NotSignedIn> {
    Ok(list(&app, page, &session, news, None).await?)
}

async fn list(
    app: &App,
    page: Page,
    session: &identity::Session,
    news: News,
    complaint: Option<Complaint>,
) -> Result<Shown<Mandates>, Problem> {
    let mandates = app.consent.mandates(session).await?;
    let organisations = organisations(app, &mandates).await?;
    let receipts = app.consent.receipts(session).await?;
    let (active, past): (Vec<_>, Vec<_>) = mandates
        .iter()
        .partition(|mandate| mandate.state.is_active());
    let cards = |mandates: Vec<&Mandate>| {
        let one = |mandate: &&Mandate| Card {
            receipts: numbers(&receipts, mandate),
            ..card(&page, &organisations, mandate)
        };
        mandates.iter().map(one).collect()
    };
    let (active, past) = (cards(active), cards(past));
    let form_token = session.form_token().to_owned();
    Ok(Shown::new(Mandates {
        page,
        form_token,
        news,
        complaint,
        active,
        past,
    }))
}

/// An end names its mandate in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct End {}

/// Ends a mandate. When the page is shown again, the counsellor can do nothing more.
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Path(mandate): Path<Uuid>,
    form: OwnForm<End>,
) -> Result<Redirect, Problem> {
    let End {} = form.fields;
    if app
        .consent
        .end_mandate(&form.session, mandate.into())
        .await?
    {
        Ok(Redirect::to("/mandates?ended=1"))
    } else {
        Err(Slug::NotFound.into())
    }
}

/// The organisations behind `mandates`.
pub(in crate::pages) async fn organisations(
    app: &App,
    mandates: &[Mandate],
) -> Result<BTreeMap<OrganisationId, Organisation>, Fault> {
    let ids: Vec<_> = mandates
        .iter()
        .map(|mandate| mandate.organisation)
        .collect();
    let known = app.catalogue.organisations(&ids).await?;
    Ok(known.into_iter().map(|known| (known.id, known)).collect())
}

/// What `terms` permit, in words.
pub(in crate::pages) fn permits(page: &Page, terms: &MandateTerms) -> Vec<String> {
    let say = |key: String| page.say(&key).to_string();
    let read = terms
        .sections()
        .iter()
        .map(|section| say(format!("mandate-read-{section}")));
    // What may be read stands for reading.
    let done = terms
        .actions()
        .iter()
        .filter(|action| **action != ::consent::MandateAction::ReadRecord)
        .map(|action| say(format!("mandate-action-{action}")));
    read.chain(done).collect()
}

/// The numbers of the receipts of `mandate`. That of an end by its date is written when it is asked
/// for.
fn numbers(receipts: &[(Uuid, i32)], mandate: &Mandate) -> Vec<i32> {
    let own = receipts.iter().filter(|(id, _)| *id == mandate.id.uuid());
    let mut numbers: Vec<_> = own.map(|(_, number)| *number).collect();
    if numbers == [1] && matches!(mandate.state, GrantState::Expired { .. }) {
        numbers.push(2);
    }
    numbers
}

fn card(
    page: &Page,
    organisations: &BTreeMap<OrganisationId, Organisation>,
    mandate: &Mandate,
) -> Card {
    let organisation = organisations.get(&mandate.organisation);
    let ended = match mandate.state {
        GrantState::Active { .. } | GrantState::Paused { .. } => None,
        GrantState::Expired { at } => Some(("expired", at)),
        GrantState::Ended { at, reason } => Some((reason.as_str(), at)),
    };
    Card {
        mandate: mandate.id.uuid(),
        counsellor: mandate.counsellor.clone(),
        organisation: organisation.map_or_else(String::new, |known| known.name.clone()),
        siren: organisation.map_or_else(String::new, |known| known.siret.siren().to_owned()),
        permits: permits(page, &mandate.terms),
        since: day(page, mandate.given_at),
        until: day(page, mandate.expires_at),
        ended: ended.map(|(reason, at)| {
            page.say(&format!("mandate-ended-{reason}"))
                .with("at", moment(page, at))
                .to_string()
        }),
        last_act: mandate.last_act.map(|(at, _)| moment(page, at)),
        acts: mandate.last_act.map_or(0, |(_, acts)| acts),
        receipts: Vec::new(),
    }
}
