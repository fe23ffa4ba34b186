//! The proof that goes with each request: what it must say, and everything that is refused.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Client;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{CERTIFICATES, accepted, assertion::rsa_key, good, now, start};
use crate::harness::{Browser, Platform, ProofKey, Reply, contract};

/// `seconds` as a number with a fraction (`NumericDate`, RFC 7519 §2).
fn fraction(seconds: i64, fraction: &str) -> Value {
    serde_json::from_str(&format!("{seconds}.{fraction}")).unwrap()
}

/// Reads with `token` under `scheme`, and these proofs.
async fn send(platform: &Platform, scheme: &str, token: &str, proofs: &[String]) -> Reply {
    let client = Client::builder().build().unwrap();
    let request = client.get(format!("{}{CERTIFICATES}", platform.url));
    let request = request.header("authorization", format!("{scheme} {token}"));
    let request = proofs
        .iter()
        .fold(request, |request, proof| request.header("dpop", proof));
    contract()
        .hold("get", CERTIFICATES, request.send().await.unwrap())
        .await
}

/// A platform, a worker, and a token that reads.
async fn granted() -> (Platform, Browser, String) {
    let (platform, worker) = start().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    (platform, worker, token)
}

/// The claims of a good proof, with `changes` made to them; null removes.
fn claims(platform: &Platform, token: &str, changes: &Value) -> Value {
    let uri = format!("{}{CERTIFICATES}", platform.url);
    let mut claims = platform
        .coach
        .key
        .claims(now(platform), "GET", &uri, Some(token));
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let members = claims.as_object_mut().unwrap();
    members.retain(|_, value| !value.is_null());
    claims
}

fn is_refused(reply: &Reply, why: &str) {
    assert_eq!(
        reply.verdict(),
        (401, "invalid-proof"),
        "{why}: {}",
        reply.body
    );
    let challenge = reply.headers["www-authenticate"].to_str().unwrap();
    let expected = "DPoP error=\"invalid_dpop_proof\", algs=\"ES256 PS256 EdDSA Ed25519\", \
                    resource_metadata=\"";
    assert!(challenge.starts_with(expected), "{why}: {challenge}");
}

/// OIDF: `AccessTokenTypeHeaderCaseSensitivity`.
#[tokio::test(flavor = "multi_thread")]
async fn the_case_of_the_scheme_does_not_matter() {
    let (platform, _, token) = granted().await;
    for scheme in ["DPoP", "dpop", "DPOP", "dPoP"] {
        let proof = platform.coach.prove("GET", CERTIFICATES, Some(&token));
        assert_eq!(
            send(&platform, scheme, &token, &[proof]).await.status,
            200,
            "{scheme}"
        );
    }
}

/// A good token and the key it is bound to, to be presented with all kinds of proofs.
struct Presenter<'a> {
    platform: &'a Platform,
    token: &'a str,
}

impl Presenter<'_> {
    fn good(&self) -> String {
        let coach = &self.platform.coach;
        coach.prove("GET", CERTIFICATES, Some(self.token))
    }

    async fn present(&self, proofs: &[String]) -> Reply {
        send(self.platform, "DPoP", self.token, proofs).await
    }

    /// With a proof that is good but for `changes` to its claims.
    async fn claiming(&self, changes: &Value) -> Reply {
        let key = &self.platform.coach.key;
        let claims = claims(self.platform, self.token, changes);
        self.present(&[key.sign(&key.header(), &claims)]).await
    }

    /// With a proof that is good but for `changes` to its header; null removes.
    async fn under(&self, changes: &Value) -> Reply {
        let key = &self.platform.coach.key;
        let mut header = key.header();
        for (name, value) in changes.as_object().unwrap() {
            header[name] = value.clone();
        }
        let members = header.as_object_mut().unwrap();
        members.retain(|_, value| !value.is_null());
        let claims = claims(self.platform, self.token, &json!({}));
        self.present(&[key.sign(&header, &claims)]).await
    }

    async fn shapes_are_refused(&self) {
        let good = || self.good();
        let (signed, signature) = good()
            .rsplit_once('.')
            .map(|(signed, signature)| (signed.to_owned(), signature.to_owned()))
            .unwrap();
        let reversed: String = signature.chars().rev().collect();
        for (proofs, why) in [
            (vec![], "no proof"),
            (vec![good(), good()], "two proofs"),
            (vec![format!("{}, {}", good(), good())], "two in one header"),
            (vec![good().replace('.', "")], "no JWT"),
            (vec!["a".repeat(4_097)], "too long"),
            (vec![format!("{signed}.")], "no signature"),
            (vec![format!("{signed}.{reversed}")], "another signature"),
        ] {
            is_refused(&self.present(&proofs).await, why);
        }
    }

    async fn claims_are_refused(&self) {
        for claim in ["jti", "htm", "htu", "iat", "ath"] {
            is_refused(&self.claiming(&json!({claim: null})).await, claim);
        }
        let (now, hour) = (now(self.platform), 3_600);
        let elsewhere = format!("{}/v1/record/skills", self.platform.url);
        let other_hash = URL_SAFE_NO_PAD.encode(Sha256::digest("another token"));
        for changes in [
            json!({"htm": "PUT"}),
            json!({"htm": "get"}),
            json!({"htu": elsewhere}),
            json!({"htu": "https://other.example/v1/record/certificates"}),
            json!({"iat": now + hour}),
            json!({"iat": now - hour}),
            json!({"iat": now - 61}),
            json!({"iat": now + 11}),
            json!({"iat": i64::MAX}),
            json!({"iat": i64::MIN}),
            json!({"exp": now - hour}),
            json!({"nbf": now + hour}),
            json!({"ath": other_hash}),
            json!({"ath": self.token}),
            json!({"jti": ""}),
            json!({"jti": "j".repeat(201)}),
            json!({"jti": 1}),
            json!({"iat": "now"}),
            json!({"iat": 1e300}),
            json!({"htu": self.elsewhere("http:/", "")}),
            json!({"htu": self.elsewhere("http://", " ")}),
            json!({"htu": self.elsewhere(" http://", "")}),
            json!({"htu": self.elsewhere("http://", "").replace("record", "re\tcord")}),
            json!({"htu": self.elsewhere("http://", "").replace("/v1", "\\v1")}),
        ] {
            is_refused(&self.claiming(&changes).await, &changes.to_string());
        }
    }

    /// The address as a browser would read it too, and no other program.
    fn elsewhere(&self, begin: &str, end: &str) -> String {
        let url = format!("{}{CERTIFICATES}{end}", self.platform.url);
        url.replacen("http://", begin, 1)
    }

    async fn arrays_are_refused(&self) {
        let key = &self.platform.coach.key;
        let (header, claims) = (key.header(), claims(self.platform, self.token, &json!({})));
        let array = |of: &Value, members: &[&str]| {
            let members = members.iter().map(|member| of[*member].clone());
            members.collect::<Value>()
        };
        let members = ["jti", "htm", "htu", "iat", "exp", "nbf", "ath", "nonce"];
        let proof = key.sign(&header, &array(&claims, &members));
        is_refused(&self.present(&[proof]).await, "claims in an array");
        let proof = key.sign(&array(&header, &["typ", "alg", "jwk", "crit"]), &claims);
        is_refused(&self.present(&[proof]).await, "a header in an array");
    }

    async fn headers_are_refused(&self) {
        let mut private = self.platform.coach.key.header()["jwk"].clone();
        private["d"] = json!("A".repeat(43));
        let marked = |member: &str, value: Value| {
            let mut public = self.platform.coach.key.header()["jwk"].clone();
            public[member] = value;
            public
        };
        for changes in [
            json!({"typ": null}),
            json!({"typ": "JWT"}),
            json!({"alg": null}),
            json!({"alg": "none"}),
            json!({"alg": "HS256"}),
            json!({"alg": "RS256"}),
            json!({"alg": "PS256"}),
            json!({"jwk": null}),
            json!({"jwk": ProofKey::generate().header()["jwk"]}),
            json!({"jwk": private}),
            json!({"jwk": marked("use", json!("enc"))}),
            json!({"jwk": marked("key_ops", json!(["sign"]))}),
            json!({"jwk": marked("alg", json!("PS256"))}),
            json!({"crit": ["exp"]}),
        ] {
            is_refused(&self.under(&changes).await, &changes.to_string());
        }
    }

    async fn what_is_no_flaw_is_accepted(&self) {
        let url = &self.platform.url;
        let port = url.strip_prefix("http://localhost").unwrap();
        for changes in [
            json!({"htu": format!("{url}{CERTIFICATES}?limit=1#top")}),
            json!({"htu": format!("HTTP://LOCALHOST{port}{CERTIFICATES}")}),
            json!({"htu": format!("{url}/v1/./record/%63ertificates")}),
            json!({"unknown": {"more": true}}),
            json!({"iat": fraction(now(self.platform), "0")}),
            json!({"iat": fraction(now(self.platform) - 1, "5")}),
        ] {
            assert_eq!(self.claiming(&changes).await.status, 200, "{changes}");
        }
        let more = json!({"unknown": true, "kid": "k"});
        assert_eq!(self.under(&more).await.status, 200);
    }
}

/// OIDF: `DpopNegativeTests`.
#[tokio::test(flavor = "multi_thread")]
async fn every_flaw_of_a_proof_is_refused_and_what_is_no_flaw_accepted() {
    let (platform, _, token) = granted().await;
    let presenter = Presenter {
        platform: &platform,
        token: &token,
    };
    presenter.shapes_are_refused().await;
    presenter.claims_are_refused().await;
    presenter.headers_are_refused().await;
    presenter.arrays_are_refused().await;
    presenter.what_is_no_flaw_is_accepted().await;

    let fixed = json!({"jti": "the-same-twice"});
    assert_eq!(presenter.claiming(&fixed).await.status, 200);
    is_refused(&presenter.claiming(&fixed).await, "the same jti again");
    for proofs in [vec![presenter.good()], vec![]] {
        let bearer = send(&platform, "Bearer", &token, &proofs).await;
        assert_eq!(bearer.verdict(), (401, "unauthenticated"));
    }
    let good = [presenter.good()];
    assert_eq!(presenter.present(&good).await.status, 200, "still good");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_of_no_use_with_another_key_s_proof() {
    let (platform, _, token) = granted().await;
    let other = ProofKey::generate();
    let proof = other.sign(&other.header(), &claims(&platform, &token, &json!({})));
    let reply = send(&platform, "DPoP", &token, &[proof]).await;
    assert_eq!(reply.verdict(), (401, "invalid-token"), "{}", reply.body);
    let challenge = reply.headers["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.starts_with("DPoP error=\"invalid_token\""),
        "{challenge}"
    );
}

/// OIDF: `CheckDpopProofNbfExp`.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_may_say_from_when_until_when_it_is_good() {
    let (platform, worker) = start().await;
    let key = &platform.coach.key;
    let times = json!({"nbf": now(&platform), "exp": now(&platform) + 300});
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let mut claims_at_token = claims(&platform, "", &times);
    claims_at_token["htm"] = json!("POST");
    claims_at_token["htu"] = json!(format!("{}/oauth/token", platform.url));
    let proof = key.sign(&key.header(), &claims_at_token);
    let reply = super::trade(&platform, &code, proof).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let token = reply.body["access_token"].as_str().unwrap();
    let proof = key.sign(&key.header(), &claims(&platform, token, &times));
    assert_eq!(send(&platform, "DPoP", token, &[proof]).await.status, 200);
}

/// A whole flow, with proofs at all three addresses that were signed `ahead` seconds from now.
async fn flows(ahead: i64) {
    let (platform, worker) = start().await;
    let key = &platform.coach.key;
    let proof = |method: &str, path: &str, token: Option<&str>| {
        let uri = format!("{}{path}", platform.url);
        let claims = key.claims(now(&platform) + ahead, method, &uri, token);
        key.sign(&key.header(), &claims)
    };
    let at_par = proof("POST", "/oauth/par", None);
    let back = accepted(&platform.coach, &worker, &good(&platform), &[at_par]).await;
    let code = back.parameter("code").unwrap();
    let reply = super::trade(&platform, &code, proof("POST", "/oauth/token", None)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let token = reply.body["access_token"].as_str().unwrap();
    let proof = proof("GET", CERTIFICATES, Some(token));
    let read = send(&platform, "DPoP", token, &[proof]).await;
    assert_eq!(read.status, 200, "{}", read.body);
}

/// OIDF: `EnsureDpopProofWithIat10SecondsAfterSucceeds`.
#[tokio::test(flavor = "multi_thread")]
async fn proofs_of_ten_seconds_ahead_are_accepted_everywhere() {
    flows(10).await;
}

/// OIDF: `EnsureDpopProofWithIat10SecondsBeforeSucceeds`.
#[tokio::test(flavor = "multi_thread")]
async fn proofs_of_ten_seconds_ago_are_accepted_everywhere() {
    flows(-10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_each_algorithm_prove_and_rs256_proves_nothing() {
    let (platform, worker) = start().await;
    let ed25519 = Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    let ed25519 = EncodingKey::from_ed_der(ed25519.as_ref());
    let refresh = platform
        .coach
        .connect(&platform, &worker)
        .await
        .refresh
        .unwrap();
    let trade = async |key: &ProofKey| {
        let mut form = platform.coach.assertion_form(now(&platform));
        form.push(("grant_type".into(), "refresh_token".into()));
        form.push(("refresh_token".into(), refresh.clone()));
        let uri = format!("{}/oauth/token", platform.url);
        let proof = key.sign(
            &key.header(),
            &key.claims(now(&platform), "POST", &uri, None),
        );
        platform
            .coach
            .post_proving("/oauth/token", &form, &[proof])
            .await
    };
    for key in [
        ProofKey::generate(),
        ProofKey::of(ed25519, Algorithm::EdDSA),
        ProofKey::of(rsa_key(), Algorithm::PS256),
    ] {
        let reply = trade(&key).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let token = reply.body["access_token"].as_str().unwrap();
        let proof = key.sign(&key.header(), &claims(&platform, token, &json!({})));
        let read = send(&platform, "DPoP", token, &[proof]).await;
        assert_eq!(read.status, 200, "{}: {}", key.header(), read.body);
    }
    let reply = trade(&ProofKey::of(rsa_key(), Algorithm::RS256)).await;
    assert_eq!(
        reply.verdict(),
        (400, "invalid_dpop_proof"),
        "{}",
        reply.body
    );
}
