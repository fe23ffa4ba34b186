//! The journal that proves it was not altered: lines are sealed in a public log, a worker checks
//! hers without the platform, and whoever changes or removes one is found out.

mod checked;
mod erased;
mod public;
mod sealed;
mod tampered;

use ::journal::{Action, Actor, Line};
use kernel::{Confinement, EntryId, LineId, WorkerId};
use sqlx::{AssertSqlSafe, PgPool};
use tempfile::TempDir;

use crate::{
    commands::{Ended, cpf},
    harness::{Browser, Platform, Tokens},
};

/// A platform, and a worker whose journal has some lines.
struct Scene {
    platform: Platform,
    worker: Browser,
    tokens: Tokens,
    /// Where what was downloaded is kept.
    files: TempDir,
}

impl Scene {
    /// The worker gave an authorisation, and the app has read twice.
    async fn set() -> Self {
        let platform = Platform::start().await;
        let worker = Browser::of(&platform, "plain").await;
        let tokens = platform.coach.connect(&platform, &worker).await;
        let scene = Self {
            platform,
            worker,
            tokens,
            files: tempfile::tempdir().unwrap(),
        };
        scene.read().await;
        scene.read().await;
        scene
    }

    /// The app reads, a minute after what came before.
    async fn read(&self) {
        self.platform
            .clock
            .advance(std::time::Duration::from_mins(1));
        let path = "/v1/record/certificates";
        let read = self.platform.coach.read(path, &self.tokens.access).await;
        assert_eq!(read.status, 200, "{}", read.body);
    }

    /// Seals all that waits.
    async fn seal(&self) -> usize {
        self.platform.app.log.seal().await.unwrap()
    }

    async fn id(&self, browser: &Browser) -> WorkerId {
        let secret = browser.cookie("session").unwrap();
        let session = self.platform.app.identity.session(&secret).await;
        session.unwrap().worker()
    }

    /// Many lines of a worker, written as readers' lines are, and sealed at once.
    async fn write(&self, worker: WorkerId, number: usize) {
        let app = &self.platform.app;
        let line = |_| Line {
            worker,
            id: LineId::generate(&app.clock, &app.entropy),
            at: app.clock.now(),
            actor: Actor::App("cap-metier".into()),
            action: Action::Read,
            section: Some("certificates".into()),
            under: None,
            entries: vec![EntryId::generate(&app.clock, &app.entropy)],
        };
        let lines: Vec<_> = (0..number).map(line).collect();
        let mut tx = app.db.begin(Confinement::Worker(worker)).await.unwrap();
        ::journal::append(&mut tx, &app.entropy, &lines)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// What anybody gets at `path`.
    async fn get(&self, path: &str) -> String {
        let address = format!("{}{path}", self.platform.url);
        let reply = reqwest::get(address).await.unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        reply.text().await.unwrap()
    }

    /// Downloads `path` as `browser`, and keeps it under `name`.
    async fn keep(&self, browser: &Browser, path: &str, name: &str) -> String {
        let reply = browser.get(path).send().await.unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        let text = reply.text().await.unwrap();
        std::fs::write(self.files.path().join(name), &text).unwrap();
        text
    }

    /// `cpf journal verify` with these arguments, on files that were kept.
    async fn verify(&self, arguments: &[&str]) -> Ended {
        let key = self.get("/journal/key").await;
        let mut command = cpf(&["journal", "verify", "--key", key.trim()]);
        command.args(arguments).current_dir(self.files.path());
        Ended::of(command).await
    }

    /// `cpf journal audit`.
    async fn audit(&self, arguments: &[&str]) -> Ended {
        let config = &self.platform.config;
        let mut command = cpf(&["journal", "audit"]);
        let owner = config.database_owner_url.as_ref().unwrap();
        command
            .args(arguments)
            .env("CPF_DATABASE_OWNER_URL", owner.expose())
            .env("CPF_MASTER_KEY_FILE", &config.master_key_file)
            .env("CPF_PUBLIC_URL", config.public_url.as_str());
        Ended::of(command).await
    }

    /// A superuser of the database does what no role of the platform may.
    async fn as_superuser(&self, statement: &str) -> u64 {
        let owner: PgPool = self.platform.owner().await;
        let done = sqlx::query(AssertSqlSafe(statement.to_owned()))
            .execute(&owner)
            .await;
        done.unwrap().rows_affected()
    }
}

/// Holds a command to its success, and answers what it said.
fn succeeded(ended: &Ended) -> &str {
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    &ended.out
}

/// Holds a command to its failure, and answers what it said.
fn failed(ended: &Ended) -> &str {
    assert_eq!(ended.code, Some(1), "{ended:?}");
    &ended.err
}
