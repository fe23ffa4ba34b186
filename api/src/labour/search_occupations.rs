//! `GET /v1/occupations`.

use std::sync::Arc;

use axum::extract::State;
use labour::{Hit, RomeCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Published;
use crate::{
    app::App,
    wire::{PageOf, Paging, Problem, Query, Refusal, invalid},
};

/// The longest text that is searched for, in characters: above any job title.
const LONGEST: usize = 200;

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The beginning of a job title, as somebody types it: words may be half typed, accents,
    /// gender and typing errors are forgiven.
    #[param(example = "boulang", max_length = 200)]
    q: Option<String>,
}

/// An occupation of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedOccupation {
    /// Its code in ROME 4.0.
    #[schema(example = "D1102", pattern = r"^[A-N]\d{4}$")]
    code: String,
    /// Its label, in both genders as ROME writes it.
    #[schema(example = "Boulanger / Boulangère")]
    label: String,
    /// The job title that matched what was searched for: the label itself, or one of the titles
    /// that the occupation covers. Absent where nothing was searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Boulanger-pâtissier / Boulangère-pâtissière")]
    appellation: Option<String>,
}

/// Occupations, found as one types
///
/// With `q`: the occupations that it may mean, the likeliest first, on one page. Without: all of
/// the release in force, in the order of their codes, page by page.
#[utoipa::path(get, path = "/v1/occupations", tag = "labour", params(Asked, Paging), security(()))]
pub(crate) async fn search_occupations(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    Query(paging): Query<Paging>,
) -> Result<Published<PageOf<ListedOccupation>>, Refusal<()>> {
    let limit = paging.limit()?;
    let after = after(&paging)?;
    let Some(text) = asked.q else {
        let page = app.labour.occupations(after.as_ref(), limit).await?;
        let page = PageOf::of(
            page,
            |last| last.code.clone(),
            |occupation| ListedOccupation {
                code: occupation.code,
                label: occupation.label,
                appellation: None,
            },
        );
        return Ok(Published(page));
    };
    if text.chars().count() > LONGEST {
        let detail = format!("expected at most {LONGEST} characters");
        return Err(invalid("q", "too-long", detail).into());
    }
    if after.is_some() {
        return Err(invalid("after", "not-a-cursor", "what `q` finds is on one page").into());
    }
    let hits = app.labour.search(&text, limit)?;
    let items = hits.into_iter().map(ListedOccupation::from).collect();
    Ok(Published(PageOf { items, next: None }))
}

impl From<Hit> for ListedOccupation {
    fn from(hit: Hit) -> Self {
        Self {
            code: hit.occupation.code,
            label: hit.occupation.label,
            appellation: Some(hit.appellation),
        }
    }
}

fn after(paging: &Paging) -> Result<Option<RomeCode>, Problem> {
    let Some(code) = paging.after::<String>()? else {
        return Ok(None);
    };
    let code = code.parse().map_err(|_other_list| {
        invalid(
            "after",
            "not-a-cursor",
            "expected `next` of the page before",
        )
    })?;
    Ok(Some(code))
}
