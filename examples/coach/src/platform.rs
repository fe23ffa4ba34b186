//! The platform, as its own discovery document describes it, and the one HTTP client.

use std::time::Duration;

use axum::http::{Response, StatusCode};
use serde::Deserialize;
use tokio::sync::OnceCell;

use crate::trouble::Trouble;

/// The largest answer read, in bytes.
const ANSWER_LIMIT: usize = 2 * 1024 * 1024;

/// The platform.
pub(crate) struct Platform {
    issuer: String,
    http: reqwest::Client,
    metadata: OnceCell<Metadata>,
}

/// What the app needs of the discovery document (RFC 8414 §2); the rest is skipped.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Metadata {
    /// The server's name for itself: audience of assertions, `iss` of answers.
    pub(crate) issuer: String,
    /// Where the browser is sent.
    pub(crate) authorization_endpoint: String,
    /// Where codes and refresh tokens are exchanged.
    pub(crate) token_endpoint: String,
    /// Where requests are pushed (RFC 9126 §5).
    pub(crate) pushed_authorization_request_endpoint: String,
    /// Where a token is given back (RFC 7009), if the platform has such a place.
    pub(crate) revocation_endpoint: Option<String>,
    /// Where an app says where it is told of its grants.
    pub(crate) cpf_webhook_endpoint: Option<String>,
    /// Where an app gets the receipts of a permission.
    pub(crate) cpf_receipt_endpoint: Option<String>,
    /// Where an app attests that it has erased.
    pub(crate) cpf_attestation_endpoint: Option<String>,
}

impl Platform {
    /// The platform whose issuer identifier is `issuer`.
    pub(crate) fn new(issuer: String) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Self {
            issuer,
            http,
            metadata: OnceCell::new(),
        })
    }

    /// The issuer identifier.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The discovery document, fetched once it can be.
    pub(crate) async fn metadata(&self) -> Result<&Metadata, Trouble> {
        self.metadata.get_or_try_init(|| self.discover()).await
    }

    async fn discover(&self) -> Result<Metadata, Trouble> {
        let url = format!("{}/.well-known/oauth-authorization-server", self.issuer);
        let answer = self.send(self.http.get(url).build()?).await?;
        let found = read_metadata(answer.status(), answer.body())?;
        if found.issuer != self.issuer {
            // RFC 8414 §3.3: a document that names another server is not used.
            return Err(Trouble::Unreadable(
                "the discovery document names another issuer",
            ));
        }
        Ok(found)
    }

    /// The client, to build requests that go through [`send`](Self::send).
    pub(crate) const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Sends a request and reads a bounded answer. "Come back later" is told apart here.
    pub(crate) async fn send(
        &self,
        request: reqwest::Request,
    ) -> Result<Response<Vec<u8>>, Trouble> {
        let mut answer = self.http.execute(request).await?;
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Trouble::Busy(status));
        }
        let headers = std::mem::take(answer.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(Trouble::Unreadable("longer than two megabytes"));
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = Response::new(body);
        *whole.status_mut() = status;
        *whole.headers_mut() = headers;
        Ok(whole)
    }
}

fn read_metadata(status: StatusCode, body: &[u8]) -> Result<Metadata, Trouble> {
    if status != StatusCode::OK {
        return Err(Trouble::Unreadable("no discovery document"));
    }
    serde_json::from_slice(body).map_err(|_shape| Trouble::Unreadable("the discovery document"))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::read_metadata;

    #[test]
    fn members_we_do_not_know_are_skipped_and_missing_ones_are_told() {
        let document = br#"{"issuer": "https://cpf.test", "authorization_endpoint": "a",
            "token_endpoint": "t", "pushed_authorization_request_endpoint": "p",
            "something_new": {"x": [1]}}"#;
        let found = read_metadata(StatusCode::OK, document).unwrap();
        assert_eq!(found.pushed_authorization_request_endpoint, "p");
        assert_eq!(found.revocation_endpoint, None);
        assert!(read_metadata(StatusCode::OK, br#"{"issuer": "https://cpf.test"}"#).is_err());
        assert!(read_metadata(StatusCode::NOT_FOUND, document).is_err());
    }
}
