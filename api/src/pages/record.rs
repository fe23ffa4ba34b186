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

#[derive(Debug)]
struct Certificate {
    title: String,
    code: String,
    issuer: Option<String>,
    valid_from: String,
    valid_until: Option<String>,
    score: Option<String>,
    occupations: Vec<String>,
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

fn card(page: &Page, listed: Listed) -> Certificate {
    let (body, known) = (listed.entry.body, listed.qualification);
    let led = known.iter().flat_map(|known| &known.occupations);
    Certificate {
        occupations: led.map(|occupation| occupation.label.clone()).collect(),
        title: known.as_ref().map_or_else(
            || body.qualification_code.clone(),
            |known| known.label.clone(),
        ),
        code: body.qualification_code,
        issuer: listed.entry.attestor.map(|attestor| attestor.name),
        valid_from: date(page, body.valid_from),
        valid_until: body.valid_until.map(|day| date(page, day)),
        score: body.score,
    }
}
