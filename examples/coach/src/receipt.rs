//! `GET /receipt`: the receipt of the permission, for the worker to keep. The platform gives both sides
//! the same signed document (GDPR, article 7(1)), so that neither has to take the other's word.
//!
//! This app asks for it anew each time, and gives the latest. An app that keeps data keeps the receipts
//! as well, for as long as it must be able to show them.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use crate::{
    call::call, language::Language, notice::Notice, pages, routes::Coach, session::name_in,
    trouble::Trouble,
};

/// A receipt, as far as this app needs to know.
#[derive(Debug, Deserialize)]
struct Receipt {
    /// Its number among those of the permission, from 1.
    number: u32,
    /// A JWS in compact form (RFC 7515 §7.1).
    receipt: String,
}

/// The latest receipt of this browser's permission, as a file.
pub(crate) async fn receipt(
    State(coach): State<Arc<Coach>>,
    language: Language,
    jar: CookieJar,
) -> Response {
    let now = (coach.settings.now)();
    let connection = name_in(&jar).and_then(|name| coach.sessions.connection(&name, now));
    let Some(grant) = connection.and_then(|connection| connection.grant) else {
        return pages::notice(&coach, language, StatusCode::NOT_FOUND, Notice::Missing);
    };
    match latest(&coach, &grant).await {
        Ok(receipt) => receipt.into_response(),
        Err(trouble) => pages::trouble(&coach, language, &trouble),
    }
}

async fn latest(coach: &Coach, grant: &str) -> Result<Receipt, Trouble> {
    let metadata = coach.platform.metadata().await?;
    let endpoint = metadata.cpf_receipt_endpoint.as_deref();
    let endpoint = endpoint.ok_or(Trouble::Unreadable("it gives no receipts"))?;
    call(coach, endpoint, &[("grant_id", grant)]).await
}

impl IntoResponse for Receipt {
    fn into_response(self) -> Response {
        let name = format!("attachment; filename=\"cap-metier-{}.jwt\"", self.number);
        let headers = [
            (header::CONTENT_TYPE, "application/jwt"),
            (header::CONTENT_DISPOSITION, name.as_str()),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (headers, self.receipt).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::{http::header, response::IntoResponse};

    use super::Receipt;

    #[test]
    fn a_receipt_is_a_file_to_keep_under_its_number_whatever_else_comes_with_it() {
        let answer =
            r#"{"grant_id": "g", "number": 2, "version": 2, "receipt": "a.b.c", "new": 1}"#;
        let receipt: Receipt = serde_json::from_str(answer).unwrap();
        assert_eq!(receipt.receipt, "a.b.c");
        let response = receipt.into_response();
        let said = |name| response.headers()[name].to_str().unwrap();
        assert_eq!(said(header::CONTENT_TYPE), "application/jwt");
        let name = said(header::CONTENT_DISPOSITION);
        assert_eq!(name, "attachment; filename=\"cap-metier-2.jwt\"");
        assert_eq!(said(header::CACHE_CONTROL), "no-store");
    }
}
