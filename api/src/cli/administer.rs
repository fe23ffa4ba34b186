//! What the operator's commands share: the catalogue they work on, and how they answer.

use std::io::Write;

use anyhow::Context;
use catalogue::{Catalogue, Credential, Organisation, Siret};
use clap::Args;
use kernel::{Clock, Db, Entropy, Secret};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Config;

/// The database, opened for one command.
pub(super) struct Desk {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) catalogue: Catalogue,
}

/// How a command answers.
#[derive(Debug, Clone, Args)]
pub(super) struct Answer {
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

impl Desk {
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let db = Db::connect(config.login_url()?.expose(), 2)
            .await
            .context("the database cannot be reached.\nStart it, or correct DATABASE_URL.")?;
        let clock = Clock::system();
        let catalogue = Catalogue::new(db.clone(), clock.clone(), Entropy::system());
        Ok(Self {
            db,
            clock,
            catalogue,
        })
    }

    /// The organisation of this SIRET, or what to do about it.
    pub(super) async fn organisation(&self, siret: &Siret) -> anyhow::Result<Organisation> {
        let found = self.catalogue.organisation_of(siret).await?;
        found.with_context(|| {
            format!("no organisation has the SIRET {siret}.\nAdd it with `cpf organisation add`.")
        })
    }
}

impl Answer {
    /// Prints a list: each entry as `line` writes it, or as JSON.
    pub(super) fn list<T: Serialize>(
        &self,
        entries: &[T],
        line: impl Fn(&T) -> String,
    ) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{}", serde_json::to_string_pretty(entries)?)?;
        } else {
            for entry in entries {
                writeln!(out, "{}", line(entry))?;
            }
        }
        Ok(())
    }

    /// Says what was done: in words on standard error, or as JSON.
    pub(super) fn done(&self, words: &str, facts: &Value) -> anyhow::Result<()> {
        if self.json {
            writeln!(std::io::stdout(), "{facts}")?;
        } else {
            eprintln!("{words}");
        }
        Ok(())
    }

    /// Gives a secret out, the only time it can be: alone on standard output, or as JSON.
    pub(super) fn secret(&self, name: &str, secret: &Secret<String>) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{}", json!({ name: secret.expose() }))?;
        } else {
            eprintln!("Keep it: it is shown this once.");
            writeln!(out, "{}", secret.expose())?;
        }
        Ok(())
    }
}

/// An organisation as commands print it.
pub(super) fn facts(organisation: &Organisation) -> Value {
    json!({
        "siret": organisation.siret.as_str(),
        "name": organisation.name,
        "flux_client_id": organisation.flux_client_id,
        "website": organisation.website,
        "verified": organisation.verified,
    })
}

/// An organisation on one line.
pub(super) fn line(facts: &Value) -> String {
    let text = |name: &str| facts[name].as_str().unwrap_or("-").to_owned();
    let verified = if facts["verified"] == true {
        "verified"
    } else {
        "unverified"
    };
    format!(
        "{}  {verified}  {}  {}",
        text("siret"),
        text("name"),
        text("website")
    )
}

/// A secret on one line: its id, and whether it still opens anything.
pub(super) fn credential(one: &Credential) -> String {
    let state = match (one.revoked_at, one.expires_at) {
        (Some(at), _) => format!("revoked {}", at.date()),
        (None, Some(at)) => format!("good until {}", at.date()),
        (None, None) => "good until revoked".to_owned(),
    };
    let uses = one
        .uses_left
        .map_or_else(String::new, |left| format!(", for {left} more apps"));
    format!("{}  {state}{uses}  {}", one.id, one.label)
}
