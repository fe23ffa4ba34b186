//! `POST /oauth/grants/receipt`.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    super::{Answer, Client, OauthError},
    grant_id, unknown,
};
use crate::app::App;

/// The form that asks for a receipt.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct ReceiptForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// The grant, as the token endpoint named it.
    grant_id: Uuid,
    /// Which receipt; the latest when absent. That of a version bears the version's number, that of
    /// the end the next one.
    #[schema(minimum = 1)]
    number: Option<i32>,
}

/// A receipt of a grant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantReceipt {
    /// The grant.
    grant_id: Uuid,
    /// The receipt's number, from 1.
    #[schema(minimum = 1)]
    number: i32,
    /// The version of the grant that it tells of.
    #[schema(minimum = 1)]
    version: i32,
    /// The receipt: JSON-LD after ISO/IEC TS 27560, as a JWS of type `consent-receipt+jwt`, signed by a
    /// key of `jwks_uri`. The same bytes each time.
    receipt: String,
}

/// Get the receipt of a grant.
///
/// What you keep to show that the worker agreed (GDPR, article 7(1)): who may do what with which data,
/// until when, what she was shown, and what has happened to the grant since. She has the very same
/// receipt. Keep the receipts of a grant for as long as you must be able to show it; whether she still
/// agrees is not for a receipt to say, but for the token endpoint.
#[utoipa::path(post, path = "/oauth/grants/receipt", tag = "consent",
    operation_id = "grant_receipt",
    request_body(content = ReceiptForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn receipt(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<GrantReceipt, 200>, OauthError> {
    let grant = grant_id(&mut parameters)?;
    let number = parameters
        .take("number")
        .map(|number| number.parse::<i32>());
    let number = number
        .transpose()
        .map_err(|_not_a_number| OauthError::invalid("`number` is not a number"))?;
    let found = app.consent.receipt_for(&client, grant, number).await?;
    let receipt = found.ok_or_else(unknown)?;
    Ok(Answer(GrantReceipt {
        grant_id: grant.uuid(),
        number: receipt.number,
        version: receipt.document.record.version,
        receipt: receipt.signed,
    }))
}
