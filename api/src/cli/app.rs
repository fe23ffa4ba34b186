//! `cpf app`.

use anyhow::{Context, bail};
use catalogue::AppEntry;
use clap::{Args, Subcommand};
use consent::switch_app;
use serde_json::json;

use super::administer::{Answer, Desk};
use crate::Config;

/// Apps, for the operator of the platform: see them, switch them off at once, and on again.
#[derive(Debug, Args)]
pub(super) struct App {
    #[command(subcommand)]
    what: What,

    #[command(flatten)]
    answer: Answer,

    #[command(flatten)]
    config: Config,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List every app.
    List,
    /// Switch an app off. Every token of it is dead on every node within moments, and it receives
    /// none. What workers gave it stays, and opens nothing meanwhile.
    Disable {
        /// Its client id.
        client_id: String,
        /// Say what would be done, and do nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Switch an app on again. Tokens from before stay dead; its refresh tokens give new ones.
    Enable {
        /// Its client id.
        client_id: String,
    },
    /// Print a new token that manages the registration of an app, this once, for a publisher that
    /// lost it. The one before is good no more.
    Token {
        /// Its client id.
        client_id: String,
    },
}

impl App {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let desk = Desk::open(&self.config).await?;
        let answer = &self.answer;
        match self.what {
            What::List => answer.list(&desk.catalogue.all_apps().await?, line),
            What::Disable { client_id, dry_run } => {
                let app = find(&desk, &client_id).await?;
                if !app.enabled {
                    bail!("{client_id} is off already");
                }
                if !dry_run {
                    switch_app(&desk.db, &desk.clock, &client_id, false).await?;
                }
                let words = if dry_run { "would be" } else { "is" };
                answer.done(
                    &format!(
                        "{} ({client_id}) {words} off, with {} grants ever given to it.",
                        app.name, app.grants
                    ),
                    &json!({"client_id": client_id, "disabled": !dry_run, "grants": app.grants}),
                )
            }
            What::Enable { client_id } => {
                let app = find(&desk, &client_id).await?;
                if app.deregistered_at.is_some() {
                    bail!("{client_id} is gone for good: its publisher ended its registration");
                }
                if app.enabled {
                    bail!("{client_id} is on already");
                }
                switch_app(&desk.db, &desk.clock, &client_id, true).await?;
                answer.done(
                    &format!("{} ({client_id}) is on.", app.name),
                    &json!({"client_id": client_id, "enabled": true}),
                )
            }
            What::Token { client_id } => {
                let token = desk.catalogue.replace_registration_token(&client_id);
                let token = token.await?.with_context(|| {
                    format!("no publisher manages a live app named {client_id}")
                })?;
                answer.secret("registration_access_token", &token)
            }
        }
    }
}

async fn find(desk: &Desk, client_id: &str) -> anyhow::Result<AppEntry> {
    let apps = desk.catalogue.all_apps().await?;
    let found = apps.into_iter().find(|app| app.client_id == client_id);
    found.with_context(|| {
        format!("no app is named {client_id}.\n`cpf app list` shows those there are.")
    })
}

fn line(app: &AppEntry) -> String {
    let state = match (app.deregistered_at, app.enabled) {
        (Some(_), _) => "gone",
        (None, true) => "on",
        (None, false) => "off",
    };
    let verified = if app.verified {
        "verified"
    } else {
        "unverified"
    };
    format!(
        "{}  {state}  {verified}  {} grants  since {}  {}, by {} ({})",
        app.client_id,
        app.grants,
        app.registered_at.date(),
        app.name,
        app.publisher,
        app.siret,
    )
}
