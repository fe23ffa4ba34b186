//! The worker's own pages: what she declares, and what apps propose to her.

mod decided;
mod listed;
mod moved;
mod refused;
mod written;

use serde_json::{Value, json};

use crate::{
    harness::{Browser, Platform, Seen, TestApp, Tokens, asked_to_propose},
    promises::scene::seed,
};

/// A worker at her record, and a coach that may propose skills and experiences.
struct Desk {
    platform: Platform,
    worker: Browser,
    tokens: Tokens,
    form_token: String,
}

impl Desk {
    async fn start() -> Self {
        let platform = Platform::start().await;
        seed(&platform).await;
        let worker = Browser::of(&platform, "plain").await;
        let mut asked = asked_to_propose();
        asked[0]["sections"] = json!(["certificates", "skills", "experiences"]);
        let ticked = ["skills", "experiences"];
        let coach = &platform.coach;
        let tokens = coach.connect_for(&platform, &worker, &asked, &ticked).await;
        let form_token = worker.form_token().await;
        Self {
            platform,
            worker,
            tokens,
            form_token,
        }
    }

    fn coach(&self) -> &TestApp {
        &self.platform.coach
    }

    /// Has the coach propose `entry` for `section`; answers its id.
    async fn propose(&self, section: &str, entry: Value) -> String {
        let (coach, token) = (self.coach(), &self.tokens.access);
        let proposed = coach.propose(section, &json!([entry]), token).await;
        assert_eq!(proposed.status, 201, "{}", proposed.body);
        proposed.body["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Where the coach is told that its proposals for `section` stand.
    async fn standings(&self, section: &str) -> Vec<String> {
        let path = format!("/v1/record/{section}/proposals");
        let told = self.coach().read(&path, &self.tokens.access).await;
        let items = told.body["items"].as_array().unwrap().iter();
        items
            .map(|item| item["state"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Sends a form of hers to `path`, and follows.
    async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let mut form = vec![("form_token", self.form_token.as_str())];
        form.extend(fields);
        self.worker.submit(path, &form).await
    }

    /// Adds an entry to `section`; answers the page that follows.
    async fn add(&self, section: &str, fields: &[(&str, &str)]) -> Seen {
        let seen = self.submit(&format!("/record/{section}/add"), fields).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        assert_eq!(seen.url.path(), format!("/record/{section}"));
        seen
    }

    async fn open(&self, path: &str) -> String {
        let seen = self.worker.open_path(path).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.html);
        seen.html
    }
}

/// The id of the first entry on the page.
fn first_entry(seen: &Seen) -> String {
    seen.between("href=\"/record/entries/", "\"")
}

/// Holds `html` to contain each of `texts`.
fn says(html: &str, texts: &[&str]) {
    for text in texts {
        assert!(html.contains(text), "no {text}: {html}");
    }
}
