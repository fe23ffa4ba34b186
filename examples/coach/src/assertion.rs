//! How the app proves who it is: a JWT signed for one request (RFC 7523 §3, `private_key_jwt`).

use serde::Serialize;
use time::OffsetDateTime;
use uuid::Builder;

use crate::{Settings, trouble::Trouble};

/// The `client_assertion_type` parameter.
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion is good for, in seconds.
const LIFE: i64 = 60;

#[derive(Debug, Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
}

/// A fresh assertion for the server whose issuer identifier is `issuer`.
pub(crate) fn assertion(settings: &Settings, issuer: &str) -> Result<String, Trouble> {
    let now: OffsetDateTime = (settings.now)();
    let mut random = [0; 16];
    aws_lc_rs::rand::fill(&mut random).map_err(|_empty| Trouble::Random)?;
    let claims = Claims {
        iss: &settings.client_id,
        sub: &settings.client_id,
        aud: issuer,
        iat: now.unix_timestamp(),
        exp: now.unix_timestamp() + LIFE,
        jti: Builder::from_random_bytes(random).into_uuid().to_string(),
    };
    Ok(settings.key.sign(&claims)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    use serde_json::Value;
    use time::macros::datetime;

    use super::assertion;
    use crate::{Key, Settings};

    fn settings() -> Settings {
        Settings {
            platform: "https://cpf.test".into(),
            client_id: "cap-metier".into(),
            key: Key::from_pem(&Key::generate_pem().unwrap()).unwrap(),
            public_url: "https://coach.test".into(),
            now: Arc::new(|| datetime!(2026-11-23 08:00 UTC)),
        }
    }

    #[test]
    fn an_assertion_names_us_twice_and_the_issuer_alone_for_one_minute() {
        let settings = settings();
        let signed = assertion(&settings, "https://cpf.test").unwrap();
        let public = &settings.key.jwks().keys[0];
        let mut expected = Validation::new(Algorithm::ES256);
        expected.validate_exp = false;
        expected.set_audience(&["https://cpf.test"]);
        let key = DecodingKey::from_jwk(public).unwrap();
        let read = jsonwebtoken::decode::<Value>(&signed, &key, &expected).unwrap();
        assert_eq!(read.header.kid, public.common.key_id);
        assert_eq!(
            (&read.claims["iss"], &read.claims["sub"]),
            (&"cap-metier".into(), &"cap-metier".into())
        );
        assert_eq!(read.claims["aud"], "https://cpf.test");
        assert_eq!(
            read.claims["iat"],
            datetime!(2026-11-23 08:00 UTC).unix_timestamp()
        );
        assert_eq!(
            read.claims["exp"],
            datetime!(2026-11-23 08:01 UTC).unix_timestamp()
        );
    }

    #[test]
    fn no_two_assertions_share_an_identifier() {
        let settings = settings();
        let one = assertion(&settings, "https://cpf.test").unwrap();
        assert_ne!(one, assertion(&settings, "https://cpf.test").unwrap());
    }
}
