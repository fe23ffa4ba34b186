//! `/record`: the worker's own certificates.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use certificates::Listed;
use kernel::Limit;
use uuid::Uuid;

use super::date;
use crate::{
    app::App,
    guard::{NotSignedIn, SignedIn},
    html::{Page, Shown},
    wire::{PageOf, Paging, Query},
};

#[derive(Debug, Template)]
#[template(path = "record.html")]
pub(crate) struct Record {
    page: Page,
    form_token: String,
    certificates: Vec<Certificate>,
    next: Option<String>,
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

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    SignedIn(session): SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Shown<Record>, NotSignedIn> {
    let after = paging.after::<Uuid>()?.map(Into::into);
    let access = app.consent.own(&session).await?;
    let found = app.certificates.list(access, after, Limit::DEFAULT).await?;
    let listed = PageOf::of(
        found,
        |last: &Listed| last.entry.id.uuid(),
        |listed| card(&page, listed),
    );
    let form_token = session.form_token().to_owned();
    Ok(Shown::new(Record {
        page,
        form_token,
        certificates: listed.items,
        next: listed.next,
    }))
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
