//! `POST /hooks/cpf`: the platform tells that a permission has ended, and the app erases and says so.

use std::sync::{Arc, PoisonError, RwLock};

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use serde_json::Value;
use standardwebhooks::Webhook;
use time::format_description::well_known::Rfc3339;

use crate::{call::call, routes::Coach, trouble::Trouble};

/// The secret that signs the platform's messages, once the app has enrolled.
#[derive(Default)]
pub(crate) struct HookSecret(RwLock<Option<String>>);

/// A message, as far as this app acts on it. It tells no more than ids; what it does not know, the
/// app passes by.
#[derive(Debug, Deserialize)]
struct Message {
    r#type: String,
    #[serde(default)]
    data: Data,
}

#[derive(Debug, Default, Deserialize)]
struct Data {
    grant_id: Option<String>,
}

impl HookSecret {
    pub(crate) fn keep(&self, secret: String) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(secret);
    }

    /// Whether the platform signed this, within five minutes of now.
    fn believes(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let secret = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let webhook = secret.as_deref().and_then(|text| Webhook::new(text).ok());
        webhook.is_some_and(|webhook| webhook.verify(body, headers).is_ok())
    }
}

/// Believes only what is signed. Says that a message was taken once everything is done: what fails
/// half way comes again, and doing it twice does no harm.
pub(crate) async fn hook(
    State(coach): State<Arc<Coach>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if !coach.hook_secret.believes(&headers, &body) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(message) = serde_json::from_slice::<Message>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let ("grant.ended", Some(grant)) = (message.r#type.as_str(), message.data.grant_id) else {
        return StatusCode::NO_CONTENT;
    };
    coach.sessions.forget_grant(&grant);
    match attest(&coach, &grant).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(trouble) => {
            tracing::warn!(%trouble, "an erasure could not be attested; the message comes again");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Says that everything read under `grant` is erased. This app keeps the record nowhere, so that to
/// forget the permission is to erase.
async fn attest(coach: &Coach, grant: &str) -> Result<(), Trouble> {
    let now = (coach.settings.now)();
    let erased_at = now
        .format(&Rfc3339)
        .map_err(|_range| Trouble::Unreadable("our own clock"))?;
    let fields = [
        ("grant_id", grant),
        ("erased_at", &erased_at),
        ("kept", "nothing"),
        ("responsible", "Déléguée à la protection des données"),
    ];
    let metadata = coach.platform.metadata().await?;
    let endpoint = metadata.cpf_attestation_endpoint.as_deref();
    let endpoint = endpoint.ok_or(Trouble::Unreadable("it takes no attestation"))?;
    let _: Value = call(coach, endpoint, &fields).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use standardwebhooks::Webhook;

    use super::HookSecret;
    use crate::system_clock;

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn signed(secret: &str, at: i64, body: &str) -> HeaderMap {
        let signature = Webhook::new(secret)
            .unwrap()
            .sign("an-id", at, body.as_bytes());
        let at = at.to_string();
        [
            ("webhook-id", "an-id"),
            ("webhook-timestamp", &at),
            ("webhook-signature", &signature.unwrap()),
        ]
        .into_iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect()
    }

    #[test]
    fn only_what_is_signed_with_our_secret_and_fresh_is_believed() {
        let now = system_clock()().unix_timestamp();
        let body = r#"{"type": "grant.ended", "data": {"grant_id": "g"}}"#;
        let secret = HookSecret::default();
        let good = signed(SECRET, now, body);
        assert!(!secret.believes(&good, body.as_bytes()), "not enrolled yet");
        secret.keep(SECRET.into());
        assert!(secret.believes(&good, body.as_bytes()));
        assert!(!secret.believes(&good, body.replace('g', "h").as_bytes()));
        assert!(!secret.believes(&HeaderMap::new(), body.as_bytes()));
        let other = signed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now, body);
        assert!(!secret.believes(&other, body.as_bytes()));
        let old = signed(SECRET, now - 600, body);
        assert!(!secret.believes(&old, body.as_bytes()));
    }
}
