//! `GET /journal/export`: a worker's lines with their salts and their proofs, for `cpf journal
//! verify` and for whatever else reads the format (`docs/journal.md`).

use std::sync::Arc;

use ::journal::Exporter;
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::stream;
use identity::Session;
use kernel::{Fault, Limit, LineId};
use serde::Deserialize;

use super::value;
use crate::{
    app::App,
    guard::{NotSignedIn, SignedIn},
    wire::{Query, Slug, invalid},
};

/// How many older trees one export may be related to.
const MOST: usize = 16;

/// Older trees.
#[derive(Debug, Deserialize)]
pub(super) struct Since {
    /// Their sizes: the export proves that it continues each.
    #[serde(default)]
    since: Vec<u64>,
}

/// An export that is being sent.
struct Download {
    app: Arc<App>,
    session: Session,
    exporter: Exporter,
    left: Left,
}

/// What is left to send.
enum Left {
    Header(String),
    /// Lines before this one; before none, all.
    Lines(Option<LineId>),
    End,
    Nothing,
}

pub(super) async fn download(
    State(app): State<Arc<App>>,
    SignedIn(session): SignedIn,
    Query(Since { since }): Query<Since>,
) -> Result<Response, NotSignedIn> {
    if since.len() > MOST {
        return Err(invalid("since", "too-many", format!("at most {MOST} sizes")).into());
    }
    let begun = Exporter::begin(app.log.clone(), session.worker(), &since).await?;
    let (exporter, header) = begun.ok_or(Slug::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, value("application/x-ndjson")),
        (
            header::CONTENT_DISPOSITION,
            value("attachment; filename=\"journal.ndjson\""),
        ),
        (header::CACHE_CONTROL, value("no-store")),
    ];
    let download = Download {
        app,
        session,
        exporter,
        left: Left::Header(header),
    };
    // A page of lines at a time, and no faster than it is read.
    let rows = stream::try_unfold(download, |mut download| async move {
        let rows = download.next().await.inspect_err(|fault| {
            let error = fault as &dyn std::error::Error;
            tracing::error!(error, "an export was cut");
        })?;
        Ok::<_, Fault>(rows.map(|rows| (rows, download)))
    });
    Ok((headers, Body::from_stream(rows)).into_response())
}

impl Download {
    async fn next(&mut self) -> Result<Option<String>, Fault> {
        let before = match std::mem::replace(&mut self.left, Left::Nothing) {
            Left::Header(header) => {
                self.left = Left::Lines(None);
                return Ok(Some(header));
            }
            Left::Lines(before) => before,
            Left::End => return Ok(Some(self.exporter.end())),
            Left::Nothing => return Ok(None),
        };
        let limit = Limit::new(Limit::MAX).unwrap_or(Limit::DEFAULT);
        let page = self
            .app
            .consent
            .history(&self.session, before, limit)
            .await?;
        let last = page.items.last().filter(|_| page.more);
        self.left = last.map_or(Left::End, |last| Left::Lines(Some(last.line.id)));
        Ok(Some(self.exporter.lines(&page.items).await?))
    }
}
