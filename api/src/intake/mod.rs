//! `/v1/batches`: what an organisation deposits in bulk, and what became of it.

pub(crate) mod deposit;
pub(crate) mod list_batches;
pub(crate) mod show_batch;

use axum::http::{HeaderValue, header};
use intake::{Batch, DepositError, Finding, RefusalKind};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::{Flaw, Problem, Slug};

/// One bulk deposit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchSummary {
    /// Its id.
    id: Uuid,
    /// The file's name, as its emitter calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "export-2026-11.xml")]
    file_name: Option<String>,
    /// SHA-256 of the file, in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    content_sha256: String,
    /// The file's size.
    size_bytes: u64,
    /// When it was received.
    #[serde(with = "time::serde::rfc3339")]
    received_at: OffsetDateTime,
    /// `received`: waiting to be processed; `done`: see each passage; `refused`: nothing was
    /// stored, see `errors`.
    #[schema(value_type = String, example = "done")]
    status: intake::Status,
    /// When its processing ended.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    finished_at: Option<OffsetDateTime>,
    /// `idFlux`, as the emitter wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    flux_id: Option<String>,
    /// What became of its passages.
    counts: PassageCounts,
    /// Why it was refused whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FluxError>,
}

/// How many passages met each verdict.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PassageCounts {
    /// In their workers' records.
    matched: u32,
    /// Sealed until a worker of these traits signs in.
    waiting: u32,
    /// Deposited before, the same: nothing changed.
    already_known: u32,
    /// Fitting several workers: nothing stored.
    ambiguous: u32,
    /// Wrong in some way: nothing stored.
    rejected: u32,
}

/// One error of a flux. It names the element and never repeats its value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FluxError {
    /// What is wrong, for programs. Codes are added, never changed.
    #[schema(example = "no_such_day")]
    code: &'static str,
    /// The line of the file, from 1.
    line: u32,
    /// The element, as the flux's schema names it.
    #[schema(example = "dateFinExamen")]
    field: String,
    /// What is wrong, for people.
    #[schema(example = "There is no such day in the calendar")]
    detail: String,
}

impl From<Batch> for BatchSummary {
    fn from(batch: Batch) -> Self {
        let counts = batch.counts;
        Self {
            id: batch.id.uuid(),
            file_name: batch.file_name,
            content_sha256: batch.content_sha256.to_hex(),
            size_bytes: batch.size_bytes,
            received_at: batch.received_at,
            status: batch.status,
            finished_at: batch.finished_at,
            flux_id: batch.flux_id,
            counts: PassageCounts {
                matched: counts.matched,
                waiting: counts.waiting,
                already_known: counts.already_known,
                ambiguous: counts.ambiguous,
                rejected: counts.rejected,
            },
            errors: batch.errors.into_iter().map(FluxError::from).collect(),
        }
    }
}

impl From<Finding> for FluxError {
    fn from(finding: Finding) -> Self {
        Self {
            code: finding.code.as_str(),
            line: finding.line,
            detail: finding.words(),
            field: finding.field.into_owned(),
        }
    }
}

impl From<DepositError> for Problem {
    fn from(error: DepositError) -> Self {
        match error {
            DepositError::Refused(refusal) => {
                let slug = match refusal.code.refusal_kind() {
                    RefusalKind::Malformed => Slug::MalformedFlux,
                    RefusalKind::Hostile => Slug::HostileFlux,
                    RefusalKind::Unsupported => Slug::UnsupportedFlux,
                    RefusalKind::TooLarge => Slug::TooLarge,
                };
                let detail = format!("{}: {}", refusal.code.title_en(), refusal.detail);
                Self::new(slug).flaw(Flaw::on_line(
                    refusal.line.into(),
                    refusal.code.as_str(),
                    detail,
                ))
            }
            DepositError::DigestMismatch => Slug::DigestMismatch.into(),
            DepositError::Interrupted(_) | DepositError::Stalled => {
                Self::new(Slug::MalformedRequest)
                    .detail("the file stopped arriving; nothing was stored")
                    .because(error)
            }
            DepositError::Fault(fault) => fault.into(),
        }
    }
}

/// A problem that a moment's patience solves.
fn not_processed_yet() -> Problem {
    Problem::new(Slug::Conflict)
        .detail("the batch is not processed yet")
        .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
}
