//! Where most promises are tried: two workers, each with an app of her own, two certifiers that have
//! deposited certificates for both, and a counsellor whom both have mandated.

use std::path::Path;

use catalogue::{Description, InitialToken, Metadata};
use kernel::{OrganisationId, WorkerId};
use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::client;
use crate::harness::{
    Browser, EVERYTHING, Platform, Reply, TestApp, Tokens, asked_to_propose, contract, root, until,
};

/// A platform in use.
pub(super) struct Scene {
    pub(super) platform: Platform,
    /// Who is looked at.
    pub(super) ours: Side,
    /// Who must see nothing of it.
    pub(super) theirs: Side,
    /// Who acts in both their names.
    pub(super) counsellor: Browser,
    /// By what our worker allows it.
    pub(super) mandate: String,
}

/// A worker, her app and a certifier.
pub(super) struct Side {
    pub(super) worker: WorkerId,
    pub(super) browser: Browser,
    pub(super) app: TestApp,
    pub(super) tokens: Tokens,
    /// By which her app manages its grants.
    pub(super) management: String,
    pub(super) certifier: OrganisationId,
    pub(super) key: String,
    pub(super) batch: String,
    /// The certifier's initial access token, and what it registered: a client id and the token that
    /// manages it.
    pub(super) initial: String,
    pub(super) registration: (String, String),
}

impl Scene {
    /// Everything that can be in use is.
    pub(super) async fn set() -> Self {
        let platform = Platform::start().await;
        seed(&platform).await;
        // Both are known before anything is deposited, so that passages match them at once.
        let plain = Browser::of(&platform, "plain").await;
        let usage = Browser::of(&platform, "usage-name").await;
        let (key, other_key) = (platform.certifier().await, platform.other_certifier().await);
        let flux = flux("certificates.xml");
        let batch = deposit(&platform, &key, flux.clone()).await;
        let other_batch =
            deposit(&platform, &other_key, flux.replace("00TEST00", "00OTHER0")).await;
        let ours = Side::of(
            &platform,
            plain,
            "Orfeuillard",
            "first-app",
            "90000000100009",
        );
        let ours = ours.await.holding(key, batch);
        let theirs = Side::of(
            &platform,
            usage,
            "Boisjolain",
            "second-app",
            "90000000200007",
        );
        let theirs = theirs.await.holding(other_key, other_batch);
        platform.admit_counsellors().await;
        let counsellor = Browser::of_agent(&platform, "counsellor").await;
        let mandate = ours.browser.entrust(&counsellor, &EVERYTHING, "30").await;
        theirs.browser.entrust(&counsellor, &EVERYTHING, "30").await;
        Self {
            platform,
            ours,
            theirs,
            counsellor,
            mandate,
        }
    }

    /// The browser of whom the page at `path` is for.
    pub(super) fn reader(&self, path: &str) -> &Browser {
        if is_for_counsellors(path) {
            &self.counsellor
        } else {
            &self.ours.browser
        }
    }

    /// A page of our worker's grant.
    pub(super) fn grant_page(&self, page: &str) -> String {
        format!("/authorizations/{}{page}", self.ours.tokens.grant)
    }

    /// The token that the forms at `path` carry.
    pub(super) async fn form_token(&self, path: &str) -> String {
        let page = if is_for_counsellors(path) {
            "/counsellor"
        } else {
            "/record"
        };
        let page = self.reader(path).open_path(page).await;
        page.hidden("form_token")
    }
}

/// Whether the page at `path` is for counsellors.
pub(super) fn is_for_counsellors(path: &str) -> bool {
    path.starts_with("/counsellor")
}

impl Side {
    async fn of(platform: &Platform, browser: Browser, name: &str, app: &str, siret: &str) -> Self {
        let owner = platform.owner().await;
        let worker: Uuid =
            sqlx::query_scalar("SELECT worker_id FROM identities WHERE birth_name = $1")
                .bind(name)
                .fetch_one(&owner)
                .await
                .unwrap();
        let certifier: Uuid =
            sqlx::query_scalar("SELECT organisation_id FROM organisations WHERE siret = $1")
                .bind(siret)
                .fetch_one(&owner)
                .await
                .unwrap();
        let app = TestApp::named(platform, app);
        app.register(&platform.app).await;
        let asked = asked_to_propose();
        let tokens = app.connect_for(platform, &browser, &asked, &["skills"]);
        let tokens = tokens.await;
        declare(platform, &browser, &app, &tokens).await;
        let read = app.read("/v1/record/certificates", &tokens.access).await;
        if read.status != 200 {
            for l in crate::harness::net::caught()
                .lines()
                .filter(|l| l.contains("ERROR") || l.contains("WARN"))
            {
                eprintln!("{l}");
            }
        }
        assert_eq!(read.status, 200, "{}", read.body);
        assert!(!ids(&read.body).is_empty(), "{}", read.body);
        let management = app.manage(platform, "grant_management_query grant_management_revoke");
        let management = management.await;
        let (key, batch) = (String::new(), String::new());
        let (initial, registration) = register(platform, certifier.into(), &app).await;
        Self {
            worker: worker.into(),
            browser,
            app,
            tokens,
            management,
            certifier: certifier.into(),
            key,
            batch,
            initial,
            registration,
        }
    }

    /// `request` as this side's app sends it.
    pub(super) fn authorize(&self, request: RequestBuilder) -> RequestBuilder {
        self.app.authorize(request, &self.tokens.access)
    }

    /// `request` as this side's app manages its grants.
    pub(super) fn manage(&self, request: RequestBuilder) -> RequestBuilder {
        self.app.authorize(request, &self.management)
    }

    /// The page of an entry that this side's worker declared.
    pub(super) async fn entry_page(&self) -> String {
        let record = self.browser.open_path("/record").await;
        let entry = record.between("href=\"/record/entries/", "\"");
        format!("/record/entries/{entry}")
    }

    fn holding(self, key: String, batch: String) -> Self {
        Self { key, batch, ..self }
    }
}

/// Has `app` propose three skills of its own name, of which the worker of `browser` accepts two.
async fn declare(platform: &Platform, browser: &Browser, app: &TestApp, tokens: &Tokens) {
    let titled = |number| json!({ "title": format!("Skill {number} by {}", app.name) });
    let proposed = json!([titled(1), titled(2), titled(3)]);
    let proposed = app.propose("skills", &proposed, &tokens.access).await;
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    let session = browser.cookie("session").unwrap();
    let session = platform.app.identity.session(&session).await.unwrap();
    for id in ids(&proposed.body).into_iter().take(2) {
        let id = id.parse().unwrap();
        platform
            .app
            .declarations
            .accept(&session, id)
            .await
            .unwrap();
    }
}

/// An initial access token of `publisher`, and an app that it registered with the keys of `app`.
async fn register(
    platform: &Platform,
    publisher: OrganisationId,
    app: &TestApp,
) -> (String, (String, String)) {
    let catalogue = &platform.app.catalogue;
    let new = InitialToken {
        organisation: publisher,
        label: "story".into(),
        expires_at: None,
        uses: None,
    };
    let initial = catalogue.issue_initial_token(&new).await.unwrap();
    let presented = catalogue.publisher(initial.expose()).await.unwrap();
    let metadata = Metadata {
        name: format!("Service {}", app.client_id),
        name_en: None,
        homepage: "https://service.example/".into(),
        redirect_uris: vec!["https://service.example/back".into()],
        jwks: Some(serde_json::to_value(app.jwks()).unwrap()),
        jwks_uri: None,
        description: Description {
            fr: "Un service de plus.".into(),
            en: "One more service.".into(),
        },
        sections: vec!["certificates".into()],
        purposes: vec!["career_guidance".into()],
        contacts: vec!["dev@service.example".into()],
        software_id: None,
        software_version: None,
    };
    let registered = catalogue.register(&presented, metadata, true).await;
    let (registered, token) = registered.unwrap();
    let registration = (registered.app.client_id, token.into_exposed());
    (initial.into_exposed(), registration)
}

/// Puts the sandbox's labour data in force.
pub(crate) async fn seed(platform: &Platform) {
    let samples = root().join("sandbox/data");
    platform
        .app
        .labour
        .import_rome(&samples.join("rome"), |_| {})
        .await
        .unwrap();
    platform
        .app
        .labour
        .import_qualifications(&samples)
        .await
        .unwrap();
}

/// A flux of the sandbox.
pub(crate) fn flux(name: &str) -> String {
    std::fs::read_to_string(root().join("sandbox/data/flux").join(Path::new(name))).unwrap()
}

/// Deposits `flux`, waits until it is processed, and answers the batch.
pub(crate) async fn deposit(platform: &Platform, key: &str, flux: String) -> String {
    let sent = send_flux(platform, key, flux).await;
    assert_eq!(sent.status, 202, "{}", sent.body);
    let batch = sent.body["id"].as_str().unwrap().to_owned();
    until("the batch is processed", async || {
        show_batch(platform, key, &batch).await.body["batch"]["status"] == "done"
    })
    .await;
    batch
}

/// Sends `flux`.
pub(super) async fn send_flux(platform: &Platform, key: &str, flux: impl Into<Vec<u8>>) -> Reply {
    let sent = client()
        .post(format!("{}/v1/batches", platform.url))
        .bearer_auth(key)
        .header(header::CONTENT_TYPE, "application/xml")
        .body(flux.into())
        .send();
    contract()
        .hold("post", "/v1/batches", sent.await.unwrap())
        .await
}

/// What became of `batch`, as the holder of `key` may know it.
pub(super) async fn show_batch(platform: &Platform, key: &str, batch: &str) -> Reply {
    let address = format!("{}/v1/batches/{batch}", platform.url);
    let sent = client().get(address).bearer_auth(key).send().await.unwrap();
    contract().hold("get", "/v1/batches/{id}", sent).await
}

/// The ids of a list.
pub(super) fn ids(list: &Value) -> Vec<String> {
    let items = list["items"]
        .as_array()
        .unwrap_or_else(|| panic!("no items: {list}"));
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}
