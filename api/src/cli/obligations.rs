//! `cpf obligations`.

use std::{collections::BTreeMap, io::Write};

use clap::Args;
use consent::Overdue;
use kernel::{Clock, Db};
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::Config;

/// Print which apps have not attested in time that they erased what they read. No worker is named.
#[derive(Debug, Args)]
pub(super) struct Obligations {
    /// Only those whose time is over: the only ones that can be asked for yet.
    #[arg(long, required = true)]
    overdue: bool,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    config: Config,
}

impl Obligations {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let db = Db::connect(self.config.login_url()?.expose(), 2).await?;
        let overdue = consent::overdue(&db, Clock::system().now()).await?;
        db.close();
        let mut out = std::io::stdout().lock();
        if self.json {
            let items: Vec<_> = overdue.iter().map(document).collect();
            writeln!(out, "{}", json!({ "overdue": items }))?;
            return Ok(());
        }
        let mut by_app: BTreeMap<&str, Vec<&Overdue>> = BTreeMap::new();
        for one in &overdue {
            by_app.entry(&one.client_id).or_default().push(one);
        }
        for (app, owed) in by_app {
            writeln!(out, "{app}: {} not attested", owed.len())?;
            for one in owed {
                let (due, ended) = (written(one.due_at), written(one.ended_at));
                writeln!(out, "  grant {}, ended {ended}, due {due}", one.grant)?;
            }
        }
        writeln!(out, "Overdue: {}.", overdue.len())?;
        Ok(())
    }
}

fn document(one: &Overdue) -> serde_json::Value {
    json!({
        "client_id": one.client_id,
        "grant_id": one.grant.uuid(),
        "ended_at": written(one.ended_at),
        "due_at": written(one.due_at),
    })
}

fn written(at: OffsetDateTime) -> String {
    // Dates of this era are always writable.
    at.format(&Rfc3339).unwrap_or_default()
}
