//! Signing messages as Standard Webhooks does: HMAC-SHA-256 over the id, the time and the body.
//!
//! A secret is derived from the platform's master secret, for one app and one generation, and
//! stored nowhere: it is needed again for each message, so that a digest would not do.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use kernel::{EventId, Keys, Secret};
use sha2::Sha256;
use time::OffsetDateTime;

/// The secret of one generation of one app's webhook.
#[derive(Debug)]
pub(crate) struct SigningSecret(Secret<[u8; 32]>);

impl SigningSecret {
    pub(crate) fn derive(keys: &Keys, client_id: &str, generation: u16) -> Self {
        Self(keys.derive(&format!("webhook-secret/{client_id}"), generation))
    }

    /// As the app keeps it: `whsec_` and 32 bytes in base64.
    pub(crate) fn text(&self) -> Secret<String> {
        Secret::new(format!("whsec_{}", STANDARD.encode(self.0.expose())))
    }

    fn sign(&self, id: EventId, at: i64, body: &str) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose()).expect("any key length");
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The headers of a message: its id, when it was sent, and one signature for each live secret.
pub(crate) fn headers(
    secrets: &[SigningSecret],
    id: EventId,
    now: OffsetDateTime,
    body: &str,
) -> Vec<(&'static str, String)> {
    let at = now.unix_timestamp();
    let signatures: Vec<_> = secrets
        .iter()
        .map(|secret| secret.sign(id, at, body))
        .collect();
    vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", at.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    use kernel::Keys;
    use standardwebhooks::Webhook;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::{SigningSecret, headers};

    fn secret(client_id: &str, generation: u16) -> SigningSecret {
        SigningSecret::derive(&Keys::new([7; 32].into()), client_id, generation)
    }

    #[test]
    fn another_implementation_signs_the_same_way() {
        let now = datetime!(2026-11-24 08:00 UTC);
        let id = Uuid::from_u128(7).into();
        let body = r#"{"type":"grant.ended"}"#;
        let both = [secret("coach", 2), secret("coach", 1)];
        let headers = headers(&both, id, now, body);
        let signatures = &headers
            .iter()
            .find(|(name, _)| *name == "webhook-signature");
        let signatures = &signatures.unwrap().1;
        for secret in &both {
            let theirs = Webhook::new(secret.text().expose()).unwrap();
            let id = id.to_string();
            let signature = theirs.sign(&id, now.unix_timestamp(), body.as_bytes());
            let signature = signature.unwrap();
            assert!(signatures.split(' ').any(|ours| ours == signature));
        }
        assert_eq!(signatures.split(' ').count(), 2);
    }

    #[test]
    fn a_secret_is_of_one_app_and_one_generation() {
        let text = |client, generation| secret(client, generation).text().into_exposed();
        assert_eq!(text("coach", 1), text("coach", 1));
        assert_ne!(text("coach", 1), text("coach", 2));
        assert_ne!(text("coach", 1), text("coach-2", 1));
        assert!(text("coach", 1).starts_with("whsec_"));
        assert!(!format!("{:?}", secret("coach", 1)).contains("whsec"));
    }
}
