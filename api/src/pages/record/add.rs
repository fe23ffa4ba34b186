//! `/record/{section}/add`: the worker declares an entry.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use declared::{DeclareError, Flaw, FlawKind};

use super::{EntryPage, form::Written, page::Writing};
use crate::{
    app::App,
    guard::{NotSignedIn, OwnForm, SignedIn},
    html::{Page, Shown},
    record::declared_section,
    wire::{Path, Problem, Slug},
};

/// Shows the empty form.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(name): Path<String>,
    SignedIn(session): SignedIn,
) -> Result<Shown<EntryPage>, NotSignedIn> {
    let writing = Writing {
        section: declared_section(&name)?,
        changed: None,
        written: &Written::default(),
        occupation: None,
        flaws: &[],
    };
    Ok(Shown::new(EntryPage::of(&app, page, &session, &writing)?))
}

/// Declares what she wrote, or shows it again with all that is wrong.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    page: Page,
    Path(name): Path<String>,
    OwnForm { session, fields }: OwnForm<Written>,
) -> Result<Response, Problem> {
    let section = declared_section(&name)?;
    let draft = fields.draft();
    match app.declarations.declare(&session, section, &draft).await {
        Ok(_entry) => {
            let there = format!("/record/{section}?done=added");
            Ok(Redirect::to(&there).into_response())
        }
        Err(DeclareError::Flaws(flaws)) => {
            let writing = Writing {
                section,
                changed: None,
                written: &fields,
                occupation: draft.occupation.as_deref(),
                flaws: of_the_form(&flaws)?,
            };
            Ok(EntryPage::of(&app, page, &session, &writing)?.refused())
        }
        Err(DeclareError::Unknown | DeclareError::Changed) => Err(Slug::NotFound.into()),
        Err(DeclareError::Fault(fault)) => Err(fault.into()),
    }
}

/// `flaws`, where a form of ours can have them: it has no field that its section has not.
pub(super) fn of_the_form(flaws: &[Flaw]) -> Result<&[Flaw], Problem> {
    let foreign = |flaw: &Flaw| flaw.kind == FlawKind::NotOfThisSection;
    if flaws.iter().any(foreign) {
        return Err(Slug::InvalidBody.into());
    }
    Ok(flaws)
}
