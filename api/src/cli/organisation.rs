//! `cpf organisation`.

use anyhow::bail;
use catalogue::{NewOrganisation, Siret};
use clap::{Args, Subcommand};
use serde_json::json;

use super::administer::{Answer, Desk, credential, facts, line};
use crate::Config;

/// Organisations and the keys of their systems, for the operator of the platform.
#[derive(Debug, Args)]
pub(super) struct Organisation {
    #[command(subcommand)]
    what: What,

    #[command(flatten)]
    answer: Answer,

    #[command(flatten)]
    config: Config,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List every organisation.
    List,
    /// Add an organisation, or bring the one with this SIRET up to date.
    Add(Add),
    /// Say that the SIRET and the domain of an organisation were checked.
    Verify {
        /// Its SIRET.
        siret: Siret,
        /// Say that they are not any more. Its apps may ask no worker from then on.
        #[arg(long)]
        withdraw: bool,
    },
    /// Work on the keys that its systems present.
    #[command(subcommand)]
    Key(Key),
}

#[derive(Debug, Args)]
struct Add {
    /// Its SIRET.
    #[arg(long)]
    siret: Siret,
    /// Its name.
    #[arg(long)]
    name: String,
    /// `idClient` of the certifiers' flux, for those who deposit.
    #[arg(long)]
    flux_client_id: Option<String>,
    /// Its website.
    #[arg(long)]
    website: Option<String>,
    /// Its SIRET and its domain were checked.
    #[arg(long)]
    verified: bool,
    /// Workers may mandate its agents: it counsels, as a mission locale does.
    #[arg(long)]
    counsels: bool,
}

#[derive(Debug, Subcommand)]
enum Key {
    /// Issue a key. It is printed this once.
    Issue {
        /// The organisation's SIRET.
        siret: Siret,
        /// What it is for.
        #[arg(long)]
        label: String,
    },
    /// List the keys, by what is left of them.
    List {
        /// The organisation's SIRET.
        siret: Siret,
    },
    /// Revoke a key: it opens nothing from then on.
    Revoke {
        /// The organisation's SIRET.
        siret: Siret,
        /// Its id, as the list says.
        id: String,
        /// Say what would be done, and do nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

impl Organisation {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let desk = Desk::open(&self.config).await?;
        let answer = &self.answer;
        match self.what {
            What::List => {
                let all = desk.catalogue.all_organisations().await?;
                let all: Vec<_> = all.iter().map(facts).collect();
                answer.list(&all, line)
            }
            What::Add(add) => {
                let siret = add.siret.clone();
                let new = NewOrganisation {
                    siret: add.siret,
                    name: add.name,
                    flux_client_id: add.flux_client_id,
                    website: add.website,
                    verified: add.verified,
                    counsels: add.counsels,
                };
                desk.catalogue.register_organisation(&new).await?;
                let organisation = desk.organisation(&siret).await?;
                answer.done(
                    &format!("{} is known.", organisation.name),
                    &facts(&organisation),
                )
            }
            What::Verify { siret, withdraw } => {
                let organisation = desk.organisation(&siret).await?;
                desk.catalogue.verify(organisation.id, !withdraw).await?;
                let organisation = desk.organisation(&siret).await?;
                let state = if withdraw { "unverified" } else { "verified" };
                let words = format!("{} is {state}.", organisation.name);
                answer.done(&words, &facts(&organisation))
            }
            What::Key(key) => key.run(&desk, answer).await,
        }
    }
}

impl Key {
    async fn run(self, desk: &Desk, answer: &Answer) -> anyhow::Result<()> {
        match self {
            Self::Issue { siret, label } => {
                let organisation = desk.organisation(&siret).await?;
                let key = desk.catalogue.issue_key(organisation.id, &label).await?;
                answer.secret("key", &key)
            }
            Self::List { siret } => {
                let organisation = desk.organisation(&siret).await?;
                answer.list(&desk.catalogue.keys_of(organisation.id).await?, credential)
            }
            Self::Revoke { siret, id, dry_run } => {
                let organisation = desk.organisation(&siret).await?;
                let keys = desk.catalogue.keys_of(organisation.id).await?;
                let live = |key: &catalogue::Credential| key.id == id && key.revoked_at.is_none();
                if !keys.iter().any(live) {
                    bail!("{} has no live key {id}", organisation.name);
                }
                if !dry_run {
                    desk.catalogue.revoke_key(organisation.id, &id).await?;
                }
                let words = if dry_run { "would open" } else { "opens" };
                answer.done(
                    &format!("Key {id} of {} {words} nothing.", organisation.name),
                    &json!({"id": id, "revoked": !dry_run}),
                )
            }
        }
    }
}
