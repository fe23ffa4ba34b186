//! `/record/entries/{id}`: the worker changes an entry that she declared.
//!
//! The form carries the version that it was shown with. When the entry has another one by then, nothing is
//! written, and the page shows what it says now beside what she wrote.

use std::sync::Arc;

use ::consent::Section;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use declared::{DeclareError, Listed};
use identity::Session;
use kernel::EntryId;
use uuid::Uuid;

use super::{
    EntryPage,
    add::of_the_form,
    form::Written,
    page::{Changed, Writing},
};
use crate::{
    app::App,
    guard::{NotSignedIn, OwnForm, SignedIn},
    html::{Page, Shown},
    wire::{Path, Problem, Slug},
};

/// Shows the form with what the entry says.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(entry): Path<Uuid>,
    SignedIn(session): SignedIn,
) -> Result<Shown<EntryPage>, NotSignedIn> {
    let (section, listed) = known(&app, &session, entry.into()).await?;
    let shown = as_it_is(&app, page, &session, section, &listed)?;
    Ok(Shown::new(shown))
}

/// Writes the change, or shows it again with all that is wrong.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    page: Page,
    Path(entry): Path<Uuid>,
    OwnForm {
        session,
        fields: written,
    }: OwnForm<Written>,
) -> Result<Response, Problem> {
    let entry = EntryId::from(entry);
    let (section, _) = known(&app, &session, entry).await?;
    let version = written.version.ok_or(Slug::InvalidBody)?;
    let draft = written.draft();
    match app
        .declarations
        .amend(&session, entry, version, &draft)
        .await
    {
        Ok(()) => {
            let there = format!("/record/{section}?done=amended");
            Ok(Redirect::to(&there).into_response())
        }
        Err(DeclareError::Flaws(flaws)) => {
            let writing = Writing {
                section,
                changed: Some(Changed { entry, version }),
                written: &written,
                occupation: draft.occupation.as_deref(),
                flaws: of_the_form(&flaws)?,
            };
            Ok(EntryPage::of(&app, page, &session, &writing)?.refused())
        }
        Err(DeclareError::Changed) => {
            // It was looked up before it was refused: it may have changed in between.
            let (section, listed) = known(&app, &session, entry).await?;
            let shown = as_it_is(&app, page, &session, section, &listed)?;
            let shown = Shown::new(shown.moved(section, &written));
            Ok((StatusCode::CONFLICT, shown).into_response())
        }
        Err(DeclareError::Unknown) => Err(Slug::NotFound.into()),
        Err(DeclareError::Fault(fault)) => Err(fault.into()),
    }
}

/// The entry, or a problem: who declared no such entry must not learn that there is one.
pub(super) async fn known(
    app: &App,
    session: &Session,
    entry: EntryId,
) -> Result<(Section, Listed), Problem> {
    let known = app.declarations.entry(session, entry).await?;
    known.ok_or_else(|| Slug::NotFound.into())
}

/// The form with what the entry says now.
fn as_it_is(
    app: &App,
    page: Page,
    session: &Session,
    section: Section,
    listed: &Listed,
) -> Result<EntryPage, Problem> {
    let (entry, version) = (listed.entry.id, listed.entry.version);
    let writing = Writing {
        section,
        changed: Some(Changed { entry, version }),
        written: &Written::of(&listed.entry.body),
        occupation: listed.entry.body.occupation.as_deref(),
        flaws: &[],
    };
    EntryPage::of(app, page, session, &writing)
}
