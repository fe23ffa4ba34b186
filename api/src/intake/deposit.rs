//! `POST /v1/batches`.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, BodyDataStream},
    extract::State,
    http::{HeaderMap, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::StreamExt;
use intake::{Delivery, DepositError};
use kernel::Digest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    app::App,
    guard::DepositorKey,
    wire::{Accepted, Problem, Query, Refusal, Slug, invalid, slug},
};

/// What the emitter says of the file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// The file's name, for the report. `Content-Disposition` may say it instead.
    #[param(example = "export-2026-11.xml")]
    file_name: Option<String>,
}

/// A file that was received and will be processed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceivedBatch {
    /// The batch.
    id: Uuid,
    /// The file's size, as received.
    size_bytes: u64,
    /// SHA-256 of the file, as received, in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    content_sha256: String,
}

type Refused = Refusal<(
    slug::MalformedFlux,
    slug::HostileFlux,
    slug::UnsupportedFlux,
    slug::DigestMismatch,
    slug::TooLarge,
    slug::UnsupportedMediaType,
)>;

/// Deposit a file of the certifiers' flux.
///
/// The file is read as it arrives: damaged, cut, hostile or of another version, it is refused with
/// the line, and nothing is stored. Once `202` is answered it is durable, and it is processed
/// within seconds: `Location` tells what became of each passage. Depositing the same file again
/// changes nothing.
#[utoipa::path(post, path = "/v1/batches", tag = "batches", operation_id = "deposit_batch",
    params(Named, ("Content-Digest" = Option<String>, Header,
        description = "The file's digest (RFC 9530); its `sha-256` is checked.")),
    request_body(content = String, content_type = "application/xml",
        description = "A `cpf:flux` of version 1.1.2, in UTF-8."),
    security(("operator_key" = [])))]
pub(crate) async fn deposit(
    State(app): State<Arc<App>>,
    DepositorKey(operator): DepositorKey,
    Query(named): Query<Named>,
    headers: HeaderMap,
    body: Body,
) -> Result<Accepted<ReceivedBatch>, Refused> {
    check_media_type(&headers)?;
    let delivery = Delivery {
        organisation: operator.organisation().id,
        file_name: named.file_name.or_else(|| disposition(&headers)),
        expected: announced_digest(&headers)?,
    };
    let mut body = body.into_data_stream();
    let received = app.intake.deposit(delivery, &mut body).await;
    if let Err(DepositError::Refused(_) | DepositError::DigestMismatch) = received {
        linger(body, app.config.max_batch_bytes).await;
    }
    let received = received?;
    Ok(Accepted {
        location: format!("/v1/batches/{}", received.batch),
        body: ReceivedBatch {
            id: received.batch.uuid(),
            size_bytes: received.size_bytes,
            content_sha256: received.content_sha256.to_hex(),
        },
    })
}

/// Takes in what the emitter is still sending, for a while: a connection closed under it would
/// hide from it why it was refused.
async fn linger(mut body: BodyDataStream, limit: u64) {
    let rest = async {
        let mut left = limit;
        while let Some(Ok(bytes)) = body.next().await {
            let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let Some(less) = left.checked_sub(size) else {
                break;
            };
            left = less;
        }
    };
    // Whether it ended or ran out of time, the refusal is what counts.
    let _ = tokio::time::timeout(Duration::from_secs(10), rest).await;
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let declared = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let mut parts = declared.unwrap_or_default().split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"'))
    });
    let utf_8 = charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
    if utf_8 && matches!(media.as_str(), "application/xml" | "text/xml") {
        return Ok(());
    }
    Err(Problem::new(Slug::UnsupportedMediaType).detail("expected application/xml in UTF-8"))
}

/// `filename` of `Content-Disposition` (RFC 6266).
fn disposition(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_DISPOSITION)?.to_str().ok()?;
    value.split(';').find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("filename");
        named.then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// `sha-256` of `Content-Digest` (RFC 9530 §2). Other algorithms are passed by, as it permits.
fn announced_digest(headers: &HeaderMap) -> Result<Option<Digest>, Problem> {
    let flaw = || {
        invalid(
            "Content-Digest",
            "not-a-digest",
            "expected sha-256=:base64:",
        )
    };
    for value in headers.get_all("content-digest") {
        let value = value.to_str().map_err(|_not_ascii| flaw())?;
        for member in value.split(',') {
            let Some((algorithm, digest)) = member.trim().split_once('=') else {
                continue;
            };
            if algorithm != "sha-256" {
                continue;
            }
            let base64 = digest
                .strip_prefix(':')
                .and_then(|digest| digest.strip_suffix(':'));
            let bytes = base64.and_then(|base64| STANDARD.decode(base64).ok());
            let bytes = bytes
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(flaw)?;
            return Ok(Some(Digest::from_bytes(bytes)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
    use kernel::Digest;

    use super::{announced_digest, check_media_type, disposition};

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_digest_is_read_among_others_and_a_broken_one_is_refused() {
        let name = HeaderName::from_static("content-digest");
        let empty = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
        for good in [empty.to_owned(), format!("sha-512=:AA==:, {empty}")] {
            let digest = announced_digest(&with(name.clone(), &good)).unwrap();
            assert_eq!(digest, Some(Digest::of("")));
        }
        assert_eq!(
            announced_digest(&with(name.clone(), "sha-512=:AA==:")).unwrap(),
            None
        );
        for bad in ["sha-256=:AA==:", "sha-256=abc", "sha-256=::"] {
            assert!(announced_digest(&with(name.clone(), bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_xml_in_utf_8_is_taken() {
        for good in [
            "application/xml",
            "text/xml; charset=UTF-8",
            "Application/XML;charset=\"utf-8\"",
        ] {
            assert!(
                check_media_type(&with(header::CONTENT_TYPE, good)).is_ok(),
                "{good}"
            );
        }
        for bad in [
            "",
            "application/json",
            "application/xml; charset=iso-8859-1",
        ] {
            assert!(
                check_media_type(&with(header::CONTENT_TYPE, bad)).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn the_file_is_named_by_its_disposition() {
        let headers = with(
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"a b.xml\"",
        );
        assert_eq!(disposition(&headers).as_deref(), Some("a b.xml"));
        assert_eq!(
            disposition(&with(header::CONTENT_DISPOSITION, "inline")),
            None
        );
    }
}
