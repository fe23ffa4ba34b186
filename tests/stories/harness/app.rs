//! An app's back end: it signs assertions, pushes requests, trades codes, reads the record.

use std::sync::atomic::{AtomicU64, Ordering};

use api::App;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use catalogue::AppKeys;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::JwkSet};
use kernel::Clock;
use reqwest::{Client, Method, RequestBuilder, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Browser, ConsentPage, Platform, ProofKey, Reply, answer, asked, contract};

/// Where the worker is sent back: no program listens there.
pub(crate) const CALLBACK: &str = "https://coach.example/callback";

/// The sections that apps of the stories declare in the catalogue.
const SECTIONS: [&str; 6] = [
    "certificates",
    "trainings",
    "diplomas",
    "experiences",
    "skills",
    "projects",
];

/// The verifier behind every code challenge of the stories.
const VERIFIER: &str = "a-verifier-of-the-stories-that-is-long-enough-1234";

/// An app with its key.
pub(crate) struct TestApp {
    /// Its client id.
    pub(crate) client_id: String,
    /// The name that workers read.
    pub(crate) name: String,
    /// The key that its tokens are bound to.
    pub(crate) key: ProofKey,
    platform: String,
    clock: Clock,
    pem: String,
    http: Client,
    assertions: AtomicU64,
}

/// What a trade gives.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) grant: String,
    pub(crate) details: Value,
}

impl TestApp {
    /// The demonstration app for the platform at this address and with this clock.
    pub(crate) fn generate(platform: &str, clock: &Clock) -> Self {
        Self {
            name: "Cap Métier".into(),
            ..Self::at(platform, clock, "cap-metier")
        }
    }

    /// Another app, called by its client id.
    pub(crate) fn named(platform: &Platform, client_id: &str) -> Self {
        Self::at(&platform.url, &platform.clock, client_id)
    }

    fn at(platform: &str, clock: &Clock, client_id: &str) -> Self {
        Self {
            client_id: client_id.into(),
            name: client_id.into(),
            key: ProofKey::generate(),
            platform: platform.into(),
            clock: clock.clone(),
            pem: coach::Key::generate_pem().unwrap(),
            http: Client::builder().build().unwrap(),
            assertions: AtomicU64::new(0),
        }
    }

    /// Registers it, and its keys, with a publisher of its own.
    pub(crate) async fn register(&self, app: &App) {
        let keys = serde_json::to_value(self.jwks()).unwrap();
        self.register_with(app, AppKeys::Registered(keys)).await;
    }

    /// Registers it, with its keys wherever they are.
    pub(crate) async fn register_with(&self, app: &App, keys: AppKeys) {
        let publisher = serde_json::from_value(json!({
            "siret": "73282932000074", "name": "Éditions du Chemin", "flux_client_id": null,
            "website": "https://coach.example", "verified": true,
        }));
        let publisher = app
            .catalogue
            .register_organisation(&publisher.unwrap())
            .await
            .unwrap();
        let description = json!({"fr": "Un service de conseil.", "en": "A coaching service."});
        let entry = catalogue::NewApp {
            publisher,
            app: catalogue::App {
                client_id: self.client_id.clone(),
                name: self.name.clone(),
                name_en: None,
                description: serde_json::from_value(description).unwrap(),
                homepage: "https://coach.example/".into(),
                redirect_uris: vec![CALLBACK.into()],
                keys,
                sections: SECTIONS.map(str::to_owned).into(),
                purposes: vec!["career_guidance".into()],
            },
        };
        app.catalogue.register_app(&entry).await.unwrap();
    }

    /// The claims of a good assertion at `now` (Unix seconds).
    pub(crate) fn claims(&self, now: i64) -> Value {
        let number = self.assertions.fetch_add(1, Ordering::Relaxed);
        json!({
            "iss": self.client_id, "sub": self.client_id, "aud": self.platform,
            "iat": now, "exp": now + 60, "jti": format!("{now}-{number}"),
        })
    }

    /// `claims` signed with the app's key.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_under(&Header::new(Algorithm::ES256), claims)
    }

    /// `claims` signed with the app's key, under a header of the story's own.
    pub(crate) fn sign_under(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private_key()).unwrap()
    }

    /// The private half of that key.
    pub(crate) fn private_key(&self) -> EncodingKey {
        EncodingKey::from_ec_pem(self.pem.as_bytes()).unwrap()
    }

    /// The key that it signs assertions with.
    pub(crate) fn signing_key(&self) -> coach::Key {
        coach::Key::from_pem(&self.pem).unwrap()
    }

    /// Its public keys.
    pub(crate) fn jwks(&self) -> JwkSet {
        self.signing_key().jwks()
    }

    /// The form of a good pushed request for `details`.
    pub(crate) fn push_form(&self, now: i64, details: &Value) -> Vec<(String, String)> {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut form = self.assertion_form(now);
        form.extend(
            [
                ("response_type", "code"),
                ("redirect_uri", CALLBACK),
                ("state", "a-state"),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
                ("authorization_details", &details.to_string()),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        form
    }

    /// The part of a form that proves who the app is.
    pub(crate) fn assertion_form(&self, now: i64) -> Vec<(String, String)> {
        let assertion = self.sign(&self.claims(now));
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        vec![
            ("client_assertion_type".into(), kind.into()),
            ("client_assertion".into(), assertion),
        ]
    }

    /// Sends a form to the back channel, with a proof where a token is bound to its key, and holds
    /// the answer to the contract.
    pub(crate) async fn post(&self, path: &str, form: &[(String, String)]) -> Reply {
        let proof = (path == "/oauth/token").then(|| self.prove("POST", path, None));
        self.post_proving(path, form, proof.as_slice()).await
    }

    /// Sends a form to the back channel with these proofs.
    pub(crate) async fn post_proving(
        &self,
        path: &str,
        form: &[(String, String)],
        proofs: &[String],
    ) -> Reply {
        let request = self.http.post(format!("{}{path}", self.platform));
        let request = proofs
            .iter()
            .fold(request, |request, proof| request.header("dpop", proof));
        let sent = request.form(form).send().await;
        contract().hold("post", path, sent.unwrap()).await
    }

    /// A proof for a request to `path` of the platform, with `token` where it carries one.
    pub(crate) fn prove(&self, method: &str, path: &str, token: Option<&str>) -> String {
        let now = self.clock.now().unix_timestamp();
        let uri = format!("{}{path}", self.platform);
        let claims = self.key.claims(now, method, &uri, token);
        self.key.sign(&self.key.header(), &claims)
    }

    /// `request` with `token`, and the proof that this app holds its key. It may go to any node.
    pub(crate) fn authorize(&self, request: RequestBuilder, token: &str) -> RequestBuilder {
        let (client, request) = request.build_split();
        let mut request = request.unwrap();
        let proof = self.prove(request.method().as_str(), request.url().path(), Some(token));
        let headers = request.headers_mut();
        headers.insert("dpop", proof.parse().unwrap());
        let presented = format!("DPoP {token}").parse().unwrap();
        headers.insert(header::AUTHORIZATION, presented);
        RequestBuilder::from_parts(client, request)
    }

    /// Sends these fields to the back channel, with what proves who the app is.
    pub(crate) async fn call(
        &self,
        platform: &Platform,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let mut form = self.assertion_form(platform.clock.now().unix_timestamp());
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        form.extend(fields.iter().map(owned));
        self.post(path, &form).await
    }

    /// Sends any body to the back channel and holds the answer to the contract.
    pub(crate) async fn post_body(&self, path: &str, media_type: &str, body: Vec<u8>) -> Reply {
        let request = self.http.post(format!("{}{path}", self.platform));
        let sent = request
            .header("content-type", media_type)
            .body(body)
            .send()
            .await;
        contract().hold("post", path, sent.unwrap()).await
    }

    /// Pushes a request and answers the path of the consent page.
    pub(crate) async fn ask(&self, platform: &Platform, details: &Value) -> String {
        let now = platform.clock.now().unix_timestamp();
        self.ask_by(&self.push_form(now, details)).await
    }

    /// Pushes this form and answers the path of the consent page.
    pub(crate) async fn ask_by(&self, form: &[(String, String)]) -> String {
        let reply = self.post("/oauth/par", form).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        let query = serde_urlencoded::to_string([
            ("client_id", self.client_id.as_str()),
            ("request_uri", reply.body["request_uri"].as_str().unwrap()),
        ]);
        format!("/oauth/authorize?{}", query.unwrap())
    }

    /// Has the worker of `browser` accept with these sections ticked; answers the code.
    pub(crate) async fn code(
        &self,
        platform: &Platform,
        browser: &Browser,
        ticked: &[&str],
    ) -> String {
        let page = ConsentPage::open(platform, browser, self, &asked()).await;
        let back = page.accept(browser, ticked).await;
        assert_eq!(
            back.parameter("iss").as_deref(),
            Some(platform.url.as_str()),
            "{}",
            back.html
        );
        assert_eq!(back.parameter("state").as_deref(), Some("a-state"));
        back.parameter("code").unwrap()
    }

    /// The form that trades `code`.
    pub(crate) fn trade_form(&self, now: i64, code: &str) -> Vec<(String, String)> {
        let mut form = self.assertion_form(now);
        form.extend(
            [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        form
    }

    /// Trades `code`.
    pub(crate) async fn trade(&self, platform: &Platform, code: &str) -> Tokens {
        let now = platform.clock.now().unix_timestamp();
        let reply = self.post("/oauth/token", &self.trade_form(now, code)).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        Tokens {
            access: reply.body["access_token"].as_str().unwrap().into(),
            refresh: reply.body["refresh_token"].as_str().map(str::to_owned),
            grant: reply.body["grant_id"].as_str().unwrap().into(),
            details: reply.body["authorization_details"][0].clone(),
        }
    }

    /// Trades a refresh token.
    pub(crate) async fn refresh(&self, platform: &Platform, token: &str) -> Reply {
        let mut form = self.assertion_form(platform.clock.now().unix_timestamp());
        form.push(("grant_type".into(), "refresh_token".into()));
        form.push(("refresh_token".into(), token.into()));
        self.post("/oauth/token", &form).await
    }

    /// A token to manage its grants with, for these scopes.
    pub(crate) async fn manage(&self, platform: &Platform, scope: &str) -> String {
        let asked = [("grant_type", "client_credentials"), ("scope", scope)];
        let reply = self.call(platform, "/oauth/token", &asked).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body["access_token"].as_str().unwrap().into()
    }

    /// From nothing to tokens: the worker of `browser` accepts and the app trades.
    pub(crate) async fn connect(&self, platform: &Platform, browser: &Browser) -> Tokens {
        let code = self.code(platform, browser, &["skills"]).await;
        self.trade(platform, &code).await
    }

    /// Asks about `grant`, or ends it, with `token`, as soon as the platform knows.
    pub(crate) async fn manage_grant(&self, method: &str, grant: &str, token: &str) -> Reply {
        let address = format!("{}/oauth/grants/{grant}", self.platform);
        let verb: Method = method.to_uppercase().parse().unwrap();
        answer(async || {
            let request = self.http.request(verb.clone(), &address);
            let sent = self.authorize(request, token).send().await;
            let template = "/oauth/grants/{grant_id}";
            contract().hold(method, template, sent.unwrap()).await
        })
        .await
    }

    /// From nothing to tokens for `details`: the worker of `browser` ticks `sections`, and the app trades.
    pub(crate) async fn connect_for(
        &self,
        platform: &Platform,
        browser: &Browser,
        details: &Value,
        sections: &[&str],
    ) -> Tokens {
        let page = ConsentPage::open(platform, browser, self, details).await;
        let back = page.accept(browser, sections).await;
        let code = back.parameter("code");
        let code = code.unwrap_or_else(|| panic!("not accepted: {}", back.html));
        self.trade(platform, &code).await
    }

    /// Proposes `entries` for `section` with `token`.
    pub(crate) async fn propose(&self, section: &str, entries: &Value, token: &str) -> Reply {
        let path = format!("/v1/record/{section}/proposals");
        let request = self.http.post(format!("{}{path}", self.platform));
        let request = request.json(&json!({ "entries": entries }));
        let sent = self.authorize(request, token).send().await;
        let template = "/v1/record/{section}/proposals";
        contract().hold("post", template, sent.unwrap()).await
    }

    /// Reads a path of the record with `token`, as soon as the platform knows.
    pub(crate) async fn read(&self, path: &str, token: &str) -> Reply {
        answer(async || self.read_once(path, token).await).await
    }

    /// The same, asked once: the platform may not know.
    pub(crate) async fn read_once(&self, path: &str, token: &str) -> Reply {
        let request = self.http.get(format!("{}{path}", self.platform));
        let sent = self.authorize(request, token).send().await;
        contract().hold("get", &template(path), sent.unwrap()).await
    }
}

/// The template that the document has for `path` of the record.
fn template(path: &str) -> String {
    let bare = path.split('?').next().unwrap();
    let steps: Vec<_> = bare.split('/').collect();
    match steps.as_slice() {
        ["", "v1", "record", section, ..] if *section != "certificates" => {
            bare.replacen(section, "{section}", 1)
        }
        _ => bare.to_owned(),
    }
}
