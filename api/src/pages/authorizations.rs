//! `/authorizations` (*Mes autorisations*): what the worker allows, and taking it back.

pub(crate) mod change;
mod choice;
mod ends;
mod facts;
pub(crate) mod grant;
mod history;
mod refusals;
pub(crate) mod reminders;
pub(crate) mod steer;

use std::{collections::BTreeMap, sync::Arc};

use ::consent::{Given, GrantState, Kept, ObligationState, RevokeError};
use askama::Template;
use axum::{extract::State, response::Redirect};
use kernel::{Fault, GrantId};
use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{day, limits::Opened, moment};
use crate::{
    app::App,
    guard::{NotSignedIn, OwnForm, SignedIn},
    html::{Page, Shown},
    wire::{Path, Problem, Query, Slug},
};
use refusals::Refusal;
use reminders::Reminders;

#[derive(Debug, Template)]
#[template(path = "authorizations.html")]
pub(crate) struct Authorizations {
    page: Page,
    form_token: String,
    revoked: bool,
    reminders: Reminders,
    active: Vec<Card>,
    past: Vec<Card>,
    refusals: Vec<Refusal>,
}

/// An authorisation, as it is shown.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) grant: Uuid,
    pub(super) app: String,
    pub(super) purpose: String,
    pub(super) sections: Vec<Opened>,
    pub(super) since: String,
    pub(super) until: String,
    /// Its own page, where who reads has one.
    pub(super) address: Option<String>,
    /// Since when it is paused, in words.
    pub(super) paused: Option<String>,
    /// Why it ended, in words; nothing while it lasts.
    pub(super) ended: Option<String>,
    /// Whether the app has said that it has erased; nothing while it lasts.
    pub(super) erased: Vec<String>,
    pub(super) last_read: Option<String>,
    pub(super) reads: i64,
    /// The numbers of its receipts, for the worker.
    pub(super) receipts: Vec<i32>,
}

/// What the page says first.
#[derive(Debug, Deserialize)]
pub(crate) struct News {
    revoked: Option<String>,
}

/// Lists every authorisation, those in force first, and what she refused lately.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    SignedIn(session): SignedIn,
    Query(news): Query<News>,
) -> Result<Shown<Authorizations>, NotSignedIn> {
    let given = app.consent.given(&session).await?;
    let reminders = reminders::due(&app, &page, &session).await?;
    let refusals = refusals::lately(&app, &page, &session).await?;
    let own = |grant| Some(own_page(grant));
    let (mut active, mut past) = cards(&app, &page, given, own).await?;
    for (permission, number) in app.consent.receipts(&session).await? {
        let mut cards = active.iter_mut().chain(&mut past);
        if let Some(card) = cards.find(|card| card.grant == permission) {
            card.receipts.push(number);
        }
    }
    let form_token = session.form_token().to_owned();
    let revoked = news.revoked.is_some();
    Ok(Shown::new(Authorizations {
        page,
        form_token,
        revoked,
        reminders,
        active,
        past,
        refusals,
    }))
}

/// A revocation names its grant in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Revoke {}

/// Takes a grant back. When the page is shown again, the app's tokens are dead.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Path(grant): Path<Uuid>,
    form: OwnForm<Revoke>,
) -> Result<Redirect, Problem> {
    let Revoke {} = form.fields;
    match app.consent.revoke(&form.session, grant.into()).await {
        Ok(()) => Ok(Redirect::to("/authorizations?revoked=1")),
        Err(RevokeError::Unknown) => Err(Slug::NotFound.into()),
        Err(RevokeError::Fault(fault)) => Err(fault.into()),
    }
}

/// The worker's page of a grant.
fn own_page(grant: GrantId) -> String {
    format!("/authorizations/{grant}")
}

/// The cards of `given`: those in force or paused, and those that have ended. Each leads to the page
/// that `address` says.
pub(super) async fn cards(
    app: &App,
    page: &Page,
    given: Vec<Given>,
    address: impl Fn(GrantId) -> Option<String>,
) -> Result<(Vec<Card>, Vec<Card>), Fault> {
    let clients: Vec<_> = given.iter().map(|given| given.client_id.clone()).collect();
    let names = app.catalogue.app_names(&clients).await?;
    let (past, lasting): (Vec<_>, Vec<_>) =
        given.into_iter().partition(|given| given.state.has_ended());
    let now = app.clock.now();
    let cards = |given: Vec<Given>| {
        let cards = given.iter().map(|one| Card {
            address: address(one.grant),
            ..card(page, &names, one, now)
        });
        cards.collect()
    };
    Ok((cards(lasting), cards(past)))
}

fn card(page: &Page, names: &BTreeMap<String, String>, given: &Given, now: OffsetDateTime) -> Card {
    Card {
        grant: given.grant.uuid(),
        app: names
            .get(&given.client_id)
            .unwrap_or(&given.client_id)
            .clone(),
        purpose: page
            .say(&format!("purpose-{}", given.terms.purpose))
            .to_string(),
        sections: Opened::each(page, &given.terms.scope),
        since: day(page, given.given_at),
        until: day(page, given.terms.expires_at),
        address: None,
        paused: paused(page, given.state),
        ended: ended(page, given.state),
        erased: given
            .obligation
            .map(|owed| erased(page, owed.state(now)))
            .unwrap_or_default(),
        last_read: given.last_read.map(|(at, _)| moment(page, at)),
        reads: given.last_read.map_or(0, |(_, reads)| reads),
        receipts: Vec::new(),
    }
}

/// Since when a grant is paused, in words.
fn paused(page: &Page, state: GrantState) -> Option<String> {
    let GrantState::Paused { since, .. } = state else {
        return None;
    };
    let said = page.say("grant-paused").with("at", moment(page, since));
    Some(said.to_string())
}

/// Why a grant has ended, and when, in words.
fn ended(page: &Page, state: GrantState) -> Option<String> {
    let (reason, at) = match state {
        GrantState::Active { .. } | GrantState::Paused { .. } => return None,
        GrantState::Expired { at } => ("expired", at),
        GrantState::Ended { at, reason } => (reason.as_str(), at),
    };
    let said = page.say(&format!("grant-ended-{reason}"));
    Some(said.with("at", moment(page, at)).to_string())
}

/// Whether the app has said that it has erased, sentence by sentence.
fn erased(page: &Page, owed: ObligationState) -> Vec<String> {
    let say = |key: &str, at| page.say(key).with("at", day(page, at)).to_string();
    match owed {
        ObligationState::Due { by } => vec![say("erasure-due", by)],
        ObligationState::Attested { at, kept } => {
            let mut told = vec![say("erasure-attested", at)];
            if kept == Kept::LegalDuty {
                told.push(page.say("erasure-kept-legal_duty").to_string());
            }
            told
        }
        ObligationState::Overdue { since } => vec![
            say("erasure-overdue", since),
            page.say("erasure-overdue-advice").to_string(),
        ],
    }
}
