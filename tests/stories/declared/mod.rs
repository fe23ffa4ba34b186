//! What workers declare, and what apps propose that they declare.

mod any_grant;
mod at_once;
mod coached;
mod confined;
mod decided;
mod forgotten;
mod proposed;
mod read;
mod refused;

use ::declared::{DecideError, Draft};
use identity::Session;
use kernel::{EntryId, ProposalId};
use serde_json::{Value, json};

use crate::harness::{Browser, Platform, Reply, TestApp, Tokens, asked_to_propose};

/// A worker, and the coach that she lets read and propose.
struct Proposing {
    platform: Platform,
    worker: Browser,
    tokens: Tokens,
}

impl Proposing {
    async fn start() -> Self {
        let platform = Platform::start().await;
        let worker = Browser::of(&platform, "plain").await;
        let (coach, asked) = (&platform.coach, declared_asked());
        let ticked = ["skills", "experiences"];
        let tokens = coach.connect_for(&platform, &worker, &asked, &ticked);
        let tokens = tokens.await;
        Self {
            platform,
            worker,
            tokens,
        }
    }

    fn coach(&self) -> &TestApp {
        &self.platform.coach
    }

    /// Proposes `entries` for `section`.
    async fn propose(&self, section: &str, entries: Value) -> Reply {
        let token = &self.tokens.access;
        self.coach().propose(section, &entries, token).await
    }

    /// Proposes skills of these titles; answers their ids.
    async fn propose_skills(&self, titles: &[&str]) -> Vec<ProposalId> {
        let entries = titles.iter().map(|title| json!({ "title": title }));
        let proposed = self.propose("skills", entries.collect()).await;
        assert_eq!(proposed.status, 201, "{}", proposed.body);
        standings(&proposed).into_iter().map(|(id, _)| id).collect()
    }

    /// Where the coach is told that its proposals of skills stand.
    async fn follow(&self) -> Vec<(ProposalId, String)> {
        let path = "/v1/record/skills/proposals";
        standings(&self.coach().read(path, &self.tokens.access).await)
    }

    /// What the coach reads of her skills.
    async fn skills(&self) -> Vec<Value> {
        let read = self.coach().read("/v1/record/skills", &self.tokens.access);
        let read = read.await;
        assert_eq!(read.status, 200, "{}", read.body);
        read.body["items"].as_array().unwrap().clone()
    }

    /// Her session.
    async fn session(&self) -> Session {
        let cookie = self.worker.cookie("session").unwrap();
        let session = self.platform.app.identity.session(&cookie).await;
        session.unwrap()
    }

    async fn accept(&self, proposal: ProposalId) -> Result<EntryId, DecideError> {
        let session = self.session().await;
        self.platform
            .app
            .declarations
            .accept(&session, proposal)
            .await
    }

    async fn decline(&self, proposal: ProposalId) -> Result<(), DecideError> {
        let session = self.session().await;
        self.platform
            .app
            .declarations
            .decline(&session, proposal)
            .await
    }

    /// The titles of what waits for her.
    async fn waiting(&self) -> Vec<String> {
        let session = self.session().await;
        let waiting = self.platform.app.declarations.waiting(&session).await;
        let waiting = waiting.unwrap().into_iter();
        waiting.map(|one| one.declared.title).collect()
    }
}

/// What the coach asks: certificates, without which it cannot work, and what she declares.
fn declared_asked() -> Value {
    let mut asked = asked_to_propose();
    asked[0]["sections"] = json!(["certificates", "skills", "experiences"]);
    asked
}

/// Each proposal of a reply, and where it stands.
fn standings(reply: &Reply) -> Vec<(ProposalId, String)> {
    let items = reply.body["items"].as_array();
    let items = items.unwrap_or_else(|| panic!("{}", reply.body));
    let standing = |item: &Value| {
        let text = |member: &str| item[member].as_str().unwrap();
        (text("id").parse().unwrap(), text("state").to_owned())
    };
    items.iter().map(standing).collect()
}

/// A skill of this title, as she writes it.
fn skill(title: &str) -> Draft {
    Draft {
        title: Some(title.to_owned()),
        ..Draft::default()
    }
}
