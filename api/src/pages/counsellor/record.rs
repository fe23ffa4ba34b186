//! The certificates of a worker, read in her name.

use std::sync::Arc;

use ::consent::{Act, Section};
use askama::Template;
use axum::extract::State;
use certificates::Listed;
use kernel::Limit;
use uuid::Uuid;

use super::{Acting, Barred};
use crate::{
    app::App,
    guard::Counselling,
    html::{Page, Shown},
    pages::record::{Certificate, card},
    wire::{PageOf, Paging, Path, Query},
};

#[derive(Debug, Template)]
#[template(path = "counsellor_record.html")]
pub(crate) struct Record {
    page: Page,
    form_token: String,
    acting: Acting,
    certificates: Vec<Certificate>,
    next: Option<String>,
}

/// Reads the certificates. The worker sees it in her journal.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(mandate): Path<Uuid>,
    by: Counselling,
    Query(paging): Query<Paging>,
) -> Result<Shown<Record>, Barred> {
    let after = paging.after::<Uuid>()?.map(Into::into);
    let (consent, mandate) = (&app.consent, mandate.into());
    let held = consent.held_mandate(&by.counsellor, mandate).await?;
    let act = Act::Read(Section::Certificates);
    let access = consent.as_counsellor(&by.counsellor, mandate, act).await?;
    let found = app.certificates.list(access, after, Limit::DEFAULT).await?;
    let listed = PageOf::of(
        found,
        |last: &Listed| last.entry.id.uuid(),
        |listed| card(&page, listed),
    );
    Ok(Shown::new(Record {
        form_token: by.form_token,
        acting: Acting::of(&page, &held),
        certificates: listed.items,
        next: listed.next,
        page,
    }))
}
