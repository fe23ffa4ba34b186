//! `GET /v1/batches/{id}`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use intake::{LegacyReport, ReportLine, Status};
use serde::Serialize;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, ObjectBuilder, RefOr, Response as Described},
};
use uuid::Uuid;

use super::{BatchSummary, FluxError, not_processed_yet};
use crate::{
    app::App,
    guard::OperatorKey,
    wire::{Found, PageOf, Paging, Path, Query, Refusal, Slug, described, slug},
};

/// A batch and its report: passage by passage, in the file's order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchReport {
    /// The batch.
    batch: BatchSummary,
    /// What became of each passage.
    passages: Vec<ReportedPassage>,
    /// What to send as `after` for the next passages; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What became of one passage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportedPassage {
    /// Its place in the file, from 1.
    #[schema(minimum = 1)]
    position: i32,
    /// The line of its start tag, from 1.
    line: u32,
    /// `idTechnique`, where it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    technical_id: Option<String>,
    /// `matched`, `waiting`, `already_known`, `ambiguous` or `rejected`.
    #[schema(value_type = String, example = "matched")]
    verdict: intake::Verdict,
    /// The trait that decided: `mandatory_traits`, `birth_date` or `birthplace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "birth_date")]
    decided_by: Option<&'static str>,
    /// Everything that is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FluxError>,
}

/// A report, in one of its two forms.
pub(crate) enum Shown {
    Report(Box<BatchReport>),
    Legacy(Box<LegacyReport>),
}

/// One batch, and what became of each passage.
///
/// Every error of every passage, with stable codes and line numbers, a page at a time. On
/// `Accept: application/xml`, the whole as the `rapport` document of the Caisse des Dépôts, once
/// the batch is processed.
#[utoipa::path(get, path = "/v1/batches/{id}", tag = "batches", operation_id = "show_batch",
    params(("id" = Uuid, Path, description = "The batch"), Paging),
    security(("operator_key" = [])))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    OperatorKey(operator): OperatorKey,
    Path(id): Path<Uuid>,
    Query(paging): Query<Paging>,
    headers: HeaderMap,
) -> Result<Shown, Refusal<(slug::NotFound, slug::Conflict)>> {
    let organisation = operator.organisation().id;
    let (after, limit) = (paging.after::<i32>()?, paging.limit()?);
    let batch = app
        .intake
        .batch(organisation, id.into())
        .await?
        .ok_or(Slug::NotFound)?;
    if prefers_xml(&headers) {
        if batch.status == Status::Received {
            return Err(not_processed_yet().into());
        }
        return Ok(Shown::Legacy(Box::new(
            app.intake.legacy_report(organisation, batch),
        )));
    }
    let lines = app
        .intake
        .report(organisation, batch.id, after.unwrap_or_default(), limit)
        .await?;
    let PageOf {
        items: passages,
        next,
    } = PageOf::of(
        lines,
        |line: &ReportLine| line.position,
        ReportedPassage::from,
    );
    Ok(Shown::Report(Box::new(BatchReport {
        batch: batch.into(),
        passages,
        next,
    })))
}

impl From<ReportLine> for ReportedPassage {
    fn from(line: ReportLine) -> Self {
        Self {
            position: line.position,
            line: line.line,
            technical_id: line.technical_id,
            verdict: line.verdict,
            decided_by: line.decided_by.map(intake::DecidedBy::as_str),
            errors: line.errors.into_iter().map(FluxError::from).collect(),
        }
    }
}

impl IntoResponse for Shown {
    fn into_response(self) -> Response {
        let mut response = match self {
            Self::Report(report) => Found(report).into_response(),
            Self::Legacy(report) => {
                let pieces = stream::try_unfold(report, |mut report| async move {
                    Ok::<_, kernel::Fault>(report.next().await?.map(|piece| (piece, report)))
                });
                let mut response = Body::from_stream(pieces).into_response();
                let xml = HeaderValue::from_static("application/xml; charset=utf-8");
                response.headers_mut().insert(header::CONTENT_TYPE, xml);
                response
            }
        };
        response
            .headers_mut()
            .insert(header::VARY, HeaderValue::from_static("Accept"));
        response
    }
}

impl IntoResponses for Shown {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let mut responses = Found::<BatchReport>::responses();
        let text = ObjectBuilder::new().schema_type(utoipa::openapi::Type::String);
        let legacy = ContentBuilder::new().schema(Some(text)).build();
        let both = described::<BatchReport>("Found.").content("application/xml", legacy);
        if let Some(RefOr::T(found)) = responses.get_mut("200") {
            let both = both.build();
            found.content = both.content;
        }
        responses
    }
}

/// Whether `Accept` (RFC 9110 §12.5.1) puts XML before JSON.
fn prefers_xml(headers: &HeaderMap) -> bool {
    let accept = headers
        .get_all(header::ACCEPT)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    let (mut xml, mut json) = (0.0_f32, 0.0_f32);
    for range in accept.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts
            .find_map(|part| part.strip_prefix("q=")?.parse().ok())
            .unwrap_or(1.0);
        match media.as_str() {
            "application/xml" | "text/xml" => xml = xml.max(weight),
            "application/json" | "application/*" | "*/*" => json = json.max(weight),
            _ => {}
        }
    }
    xml > json
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::prefers_xml;

    #[test]
    fn xml_is_for_who_prefers_it() {
        let prefers = |accept: &str| {
            let value = HeaderValue::from_str(accept).unwrap();
            prefers_xml(&HeaderMap::from_iter([(header::ACCEPT, value)]))
        };
        assert!(prefers("application/xml"));
        assert!(prefers("text/xml, application/json;q=0.5"));
        assert!(prefers("application/xml, */*;q=0.1"));
        for json in [
            "*/*",
            "application/json, application/xml;q=0.9",
            "text/html",
            "text/xml;q=0",
        ] {
            assert!(!prefers(json), "{json}");
        }
        assert!(!prefers_xml(&HeaderMap::new()));
    }
}
