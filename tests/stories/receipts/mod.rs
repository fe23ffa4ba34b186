//! Receipts: both sides hold the same document, of each version and of the end, and anybody checks it
//! without the platform. Nobody gets another's.

mod ended;
mod given;
mod mandates;
mod refused;

use reqwest::header;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    commands::{Ended, cpf},
    harness::{Browser, Platform, Reply},
};

/// Where apps ask.
const PATH: &str = "/oauth/grants/receipt";

/// A platform, a worker, and where files are kept.
struct Scene {
    platform: Platform,
    worker: Browser,
    files: TempDir,
}

impl Scene {
    async fn set() -> Self {
        let platform = Platform::start().await;
        Self {
            worker: Browser::of(&platform, "plain").await,
            files: tempfile::tempdir().unwrap(),
            platform,
        }
    }

    /// Downloads `path` as `browser`, and keeps it under `name`.
    async fn keep(&self, browser: &Browser, path: &str, name: &str) -> String {
        let reply = browser.get(path).send().await.unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        let disposition = reply.headers()[header::CONTENT_DISPOSITION].to_str();
        assert!(disposition.unwrap().starts_with("attachment"), "{path}");
        assert_eq!(reply.headers()[header::CACHE_CONTROL], "no-store");
        let text = reply.text().await.unwrap();
        std::fs::write(self.files.path().join(name), &text).unwrap();
        text
    }

    /// Keeps the platform's public keys as `keys.json`.
    async fn keep_keys(&self) {
        let address = format!("{}/.well-known/jwks.json", self.platform.url);
        let keys = reqwest::get(address).await.unwrap().text().await.unwrap();
        std::fs::write(self.files.path().join("keys.json"), keys).unwrap();
    }

    /// `cpf receipt verify` with these arguments, on files that were kept.
    async fn verify(&self, arguments: &[&str]) -> Ended {
        let mut command = cpf(&["receipt", "verify"]);
        command.args(arguments).current_dir(self.files.path());
        Ended::of(command).await
    }

    /// The receipt of this number, or the latest, as the coach gets it.
    async fn asked(&self, grant: &str, number: Option<&str>) -> Reply {
        let mut fields = vec![("grant_id", grant)];
        fields.extend(number.map(|number| ("number", number)));
        self.platform
            .coach
            .call(&self.platform, PATH, &fields)
            .await
    }
}

/// What a signed receipt says.
fn document(signed: &str) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = signed.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The states that a signed receipt tells of, the oldest first.
fn states(signed: &str) -> Vec<String> {
    let read = document(signed);
    let events = read["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"].clone();
    let events = events.as_array().unwrap().iter();
    let state = |event: &Value| event["@type"][0].as_str().unwrap().to_owned();
    events.map(state).collect()
}
