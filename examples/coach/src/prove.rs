//! Proof of possession (DPoP, RFC 9449): with each request goes a JWT, signed for that very request
//! with the key that our tokens are bound to. Who steals a token and not the key has nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderValue, Response, StatusCode, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oauth2::AccessToken;
use reqwest::Request;
use serde::Serialize;
use uuid::Builder;

use crate::{Key, Now, routes::Coach, trouble::Trouble};

/// The key of this process. It is never written down: tokens do not outlive the process either.
pub(crate) struct Prover {
    key: Key,
    now: Now,
    /// What the platform last asked us to repeat in our proofs, if it ever did (RFC 9449 §8).
    nonce: Mutex<Option<String>>,
}

#[derive(Debug, Serialize)]
struct Claims<'a> {
    jti: String,
    htm: &'a str,
    htu: String,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
}

impl Prover {
    /// A prover with a fresh key.
    pub(crate) fn generate(now: Now) -> anyhow::Result<Self> {
        Ok(Self {
            key: Key::from_pem(&Key::generate_pem()?)?,
            now,
            nonce: Mutex::default(),
        })
    }

    /// A proof for `request`, and for `token` where the request carries one.
    fn proof(&self, request: &Request, token: Option<&AccessToken>) -> Result<String, Trouble> {
        let mut random = [0; 16];
        aws_lc_rs::rand::fill(&mut random).map_err(|_empty| Trouble::Random)?;
        // The address without its query and fragment.
        let mut address = request.url().clone();
        address.set_query(None);
        address.set_fragment(None);
        let hash = |token: &AccessToken| digest(&SHA256, token.secret().as_bytes());
        let claims = Claims {
            jti: Builder::from_random_bytes(random).into_uuid().to_string(),
            htm: request.method().as_str(),
            htu: address.into(),
            iat: (self.now)().unix_timestamp(),
            ath: token.map(|token| URL_SAFE_NO_PAD.encode(hash(token))),
            nonce: self.nonce().clone(),
        };
        Ok(self.key.prove(&claims)?)
    }

    /// Whether `answer` refuses a proof for want of a nonce. It is kept for the next one.
    fn learns_nonce(&self, answer: &Response<Vec<u8>>) -> bool {
        let refused = [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED];
        let given = answer.headers().get("dpop-nonce");
        let given = given.and_then(|value| value.to_str().ok());
        let Some(given) = given.filter(|_| refused.contains(&answer.status())) else {
            return false;
        };
        self.nonce().replace(given.to_owned()).as_deref() != Some(given)
    }

    fn nonce(&self) -> MutexGuard<'_, Option<String>> {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Coach {
    /// Sends `request` with a proof, and with `token` where one is needed. Should the platform want
    /// a nonce of its own in the proof, sends it once more.
    pub(crate) async fn prove_and_send(
        &self,
        request: Request,
        token: Option<&AccessToken>,
    ) -> Result<Response<Vec<u8>>, Trouble> {
        let again = request.try_clone();
        let answer = self.platform.send(self.proven(request, token)?).await?;
        match again {
            Some(again) if self.prover.learns_nonce(&answer) => {
                self.platform.send(self.proven(again, token)?).await
            }
            _ => Ok(answer),
        }
    }

    fn proven(
        &self,
        mut request: Request,
        token: Option<&AccessToken>,
    ) -> Result<Request, Trouble> {
        let written = |text: String| {
            HeaderValue::try_from(text).map_err(|_shape| Trouble::Unreadable("the access token"))
        };
        let proof = written(self.prover.proof(&request, token)?)?;
        let headers = request.headers_mut();
        headers.insert("dpop", proof);
        if let Some(token) = token {
            let presented = written(format!("DPoP {}", token.secret()))?;
            headers.insert(header::AUTHORIZATION, presented);
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::Response;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
    use oauth2::AccessToken;
    use reqwest::{Method, Request};
    use serde_json::Value;
    use time::macros::datetime;

    use super::Prover;

    fn prover() -> Prover {
        Prover::generate(Arc::new(|| datetime!(2026-11-23 08:00 UTC))).unwrap()
    }

    fn request() -> Request {
        let address = "https://cpf.test/v1/record/certificates?after=x#top";
        Request::new(Method::GET, address.parse().unwrap())
    }

    /// The claims of a proof, verified by the key that it carries.
    fn read(proof: &str) -> Value {
        let header = decode_header(proof).unwrap();
        assert_eq!(header.typ.as_deref(), Some("dpop+jwt"));
        let key = DecodingKey::from_jwk(&header.jwk.unwrap()).unwrap();
        let mut expected = Validation::new(Algorithm::ES256);
        expected.required_spec_claims.clear();
        expected.validate_exp = false;
        decode(proof, &key, &expected).unwrap().claims
    }

    #[test]
    fn a_proof_is_for_one_request_with_one_token() {
        let prover = prover();
        // The token and the hash of RFC 9449 §7.1.
        let token = AccessToken::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU".into());
        let claims = read(&prover.proof(&request(), Some(&token)).unwrap());
        assert_eq!(
            (&claims["htm"], &claims["htu"]),
            (
                &"GET".into(),
                &"https://cpf.test/v1/record/certificates".into()
            )
        );
        assert_eq!(claims["ath"], "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
        assert_eq!(
            claims["iat"],
            datetime!(2026-11-23 08:00 UTC).unix_timestamp()
        );
        let another = read(&prover.proof(&request(), None).unwrap());
        assert_ne!(another["jti"], claims["jti"]);
        assert_eq!((another.get("ath"), another.get("nonce")), (None, None));
    }

    #[test]
    fn a_nonce_that_is_asked_for_is_repeated_and_asked_for_again_only_when_new() {
        let prover = prover();
        let answer = |status: u16, nonce: &str| {
            let answer = Response::builder()
                .status(status)
                .header("dpop-nonce", nonce);
            answer.body(Vec::new()).unwrap()
        };
        assert!(!prover.learns_nonce(&answer(200, "first")));
        assert!(prover.learns_nonce(&answer(401, "first")));
        assert!(
            !prover.learns_nonce(&answer(401, "first")),
            "it did not help"
        );
        assert!(prover.learns_nonce(&answer(400, "second")));
        assert!(!prover.learns_nonce(&Response::new(Vec::new())));
        let claims = read(&prover.proof(&request(), None).unwrap());
        assert_eq!(claims["nonce"], "second");
    }
}
