//! `/record/{section}`: all that the worker declares in one section, page by page.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use declared::Listed;
use kernel::Limit;
use uuid::Uuid;

use super::{News, words::Card};
use crate::{
    app::App,
    guard::{NotSignedIn, SignedIn},
    html::{Page, Shown},
    record::declared_section,
    wire::{PageOf, Paging, Path, Query},
};

#[derive(Debug, Template)]
#[template(path = "record_section.html")]
pub(crate) struct Section {
    page: Page,
    form_token: String,
    name: &'static str,
    label: String,
    /// What has just been done.
    done: Option<String>,
    entries: Vec<Card>,
    next: Option<String>,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(name): Path<String>,
    SignedIn(session): SignedIn,
    Query(paging): Query<Paging>,
    Query(news): Query<News>,
) -> Result<Shown<Section>, NotSignedIn> {
    let section = declared_section(&name)?;
    let after = paging.after::<Uuid>()?.map(Into::into);
    let access = app.consent.own(&session).await?;
    let declarations = &app.declarations;
    let found = declarations
        .list(access, section, after, Limit::DEFAULT)
        .await?;
    let listed = PageOf::of(
        found,
        |last: &Listed| last.entry.id.uuid(),
        |listed| Card::of(&page, section, listed),
    );
    Ok(Shown::new(Section {
        form_token: session.form_token().to_owned(),
        name: section.as_str(),
        label: page.say(&format!("section-{section}")).to_string(),
        done: news.said(&page),
        entries: listed.items,
        next: listed.next,
        page,
    }))
}
