//! What the app asks for, pushed to the platform before the browser goes there (RFC 9126, 9396).

use axum::http::{Response, StatusCode};
use oauth2::{CsrfToken, PkceCodeChallenge};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{
    assertion::{ASSERTION_TYPE, assertion},
    routes::Coach,
    trouble::Trouble,
};

/// The sections the app would like to read, and to propose entries of; only the first is essential to it.
pub(crate) const SECTIONS: [&str; 4] = ["certificates", "skills", "experiences", "projects"];

#[derive(Debug, Deserialize)]
struct Pushed {
    request_uri: String,
}

#[derive(Debug, Deserialize)]
struct OAuthError {
    error: String,
}

/// The `authorization_details` parameter.
fn details() -> Value {
    json!([{
        "type": "cpf_record",
        "actions": ["read", "propose"],
        "sections": SECTIONS,
        "essential": ["certificates"],
        "purpose": "career_guidance",
        "duration": "P90D",
        "frequency": "ongoing",
        "retention": "P30D",
    }])
}

/// Pushes the request and tells where to send the browser.
pub(crate) async fn ask(
    coach: &Coach,
    state: &CsrfToken,
    challenge: &PkceCodeChallenge,
) -> Result<Url, Trouble> {
    let metadata = coach.platform.metadata().await?;
    let settings = &coach.settings;
    let form = [
        ("client_id", settings.client_id.as_str()),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &assertion(settings, &metadata.issuer)?),
        ("response_type", "code"),
        ("redirect_uri", &settings.redirect_uri()),
        ("state", state.secret()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", challenge.method().as_str()),
        ("authorization_details", &details().to_string()),
    ];
    let endpoint = &metadata.pushed_authorization_request_endpoint;
    let request = coach.platform.http().post(endpoint).form(&form).build()?;
    // With a proof, so that the code is of no use without our key.
    let request_uri = read_pushed(&coach.prove_and_send(request, None).await?)?;
    let mut url = Url::parse(&metadata.authorization_endpoint)
        .map_err(|_shape| Trouble::Unreadable("authorization_endpoint"))?;
    url.query_pairs_mut()
        .append_pair("client_id", &settings.client_id)
        .append_pair("request_uri", &request_uri);
    Ok(url)
}

/// The `request_uri`, or the platform's reason (RFC 9126 §2.2, §2.3).
fn read_pushed(answer: &Response<Vec<u8>>) -> Result<String, Trouble> {
    if answer.status() == StatusCode::CREATED {
        let pushed = serde_json::from_slice::<Pushed>(answer.body());
        return pushed
            .map(|pushed| pushed.request_uri)
            .map_err(|_shape| Trouble::Unreadable("the answer to the pushed request"));
    }
    let refused = serde_json::from_slice::<OAuthError>(answer.body())
        .map_err(|_shape| Trouble::Unreadable("the refusal of the pushed request"))?;
    Err(Trouble::Refused(refused.error))
}

#[cfg(test)]
mod tests {
    use axum::http::Response;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use oauth2::PkceCodeChallenge;
    use sha2::{Digest, Sha256};

    use super::{SECTIONS, details, read_pushed};
    use crate::trouble::Trouble;

    fn answer(status: u16, body: &str) -> Response<Vec<u8>> {
        Response::builder()
            .status(status)
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    #[test]
    fn only_what_the_service_cannot_do_without_is_essential() {
        let details = details();
        assert_eq!(details[0]["sections"], serde_json::json!(SECTIONS));
        assert_eq!(details[0]["essential"], serde_json::json!(["certificates"]));
        assert_eq!(
            details[0]["actions"],
            serde_json::json!(["read", "propose"])
        );
    }

    #[test]
    fn the_challenge_is_the_sha_256_of_the_verifier() {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let digest = Sha256::digest(verifier.secret());
        assert_eq!(challenge.as_str(), URL_SAFE_NO_PAD.encode(digest));
        assert_eq!(challenge.method().as_str(), "S256");
        assert!(verifier.secret().len() >= 43);
    }

    #[test]
    fn a_pushed_request_gives_its_address_or_the_platforms_reason() {
        let pushed = answer(
            201,
            r#"{"request_uri": "urn:x", "expires_in": 60, "new": true}"#,
        );
        assert_eq!(read_pushed(&pushed).unwrap(), "urn:x");
        let refused = answer(
            401,
            r#"{"error": "invalid_client", "error_description": "no"}"#,
        );
        let Err(Trouble::Refused(error)) = read_pushed(&refused) else {
            panic!("accepted")
        };
        assert_eq!(error, "invalid_client");
        assert!(matches!(
            read_pushed(&answer(200, "<html>")),
            Err(Trouble::Unreadable(_))
        ));
    }
}
