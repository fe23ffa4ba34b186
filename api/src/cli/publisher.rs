//! `cpf publisher`.

use anyhow::bail;
use catalogue::{Credential, InitialToken, NewOrganisation, Siret};
use clap::{Args, Subcommand};
use serde_json::json;

use super::administer::{Answer, Desk, credential};
use crate::Config;

/// Publishers, and the tokens with which they register their apps.
#[derive(Debug, Args)]
pub(super) struct Publisher {
    #[command(subcommand)]
    what: What,

    #[command(flatten)]
    answer: Answer,

    #[command(flatten)]
    config: Config,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add a publisher, and print a token to register apps with, this once. Until it is verified
    /// its apps may ask no worker, except in a sandbox.
    Add {
        /// Its SIRET.
        #[arg(long)]
        siret: Siret,
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its website: its apps live on this domain.
        #[arg(long)]
        website: String,
        #[command(flatten)]
        token: Terms,
    },
    /// Print another token to register apps with, this once.
    Token {
        /// The publisher's SIRET.
        siret: Siret,
        #[command(flatten)]
        token: Terms,
    },
    /// List the tokens of a publisher, by what is left of them.
    Tokens {
        /// The publisher's SIRET.
        siret: Siret,
    },
    /// Revoke a token. What it registered stays.
    RevokeToken {
        /// The publisher's SIRET.
        siret: Siret,
        /// Its id, as the list says.
        id: String,
        /// Say what would be done, and do nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// What a token is good for.
#[derive(Debug, Args)]
struct Terms {
    /// What it is for.
    #[arg(long, default_value = "registration")]
    label: String,
    /// For how many days it is good.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
    /// How many apps it registers.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..=1000))]
    uses: i32,
}

impl Publisher {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let desk = Desk::open(&self.config).await?;
        let answer = &self.answer;
        match self.what {
            What::Add {
                siret,
                name,
                website,
                token,
            } => {
                if desk.catalogue.organisation_of(&siret).await?.is_some() {
                    bail!(
                        "{siret} is known already.\n\
                         Issue it a token with `cpf publisher token {siret}`."
                    );
                }
                let new = NewOrganisation {
                    siret: siret.clone(),
                    name,
                    flux_client_id: None,
                    website: Some(website),
                    verified: false,
                    counsels: false,
                };
                desk.catalogue.register_organisation(&new).await?;
                issue(&desk, answer, &siret, token).await
            }
            What::Token { siret, token } => issue(&desk, answer, &siret, token).await,
            What::Tokens { siret } => {
                let organisation = desk.organisation(&siret).await?;
                let tokens = desk.catalogue.initial_tokens_of(organisation.id).await?;
                answer.list(&tokens, credential)
            }
            What::RevokeToken { siret, id, dry_run } => {
                revoke(&desk, answer, &siret, &id, dry_run).await
            }
        }
    }
}

async fn issue(desk: &Desk, answer: &Answer, siret: &Siret, terms: Terms) -> anyhow::Result<()> {
    let organisation = desk.organisation(siret).await?;
    let new = InitialToken {
        organisation: organisation.id,
        label: terms.label,
        expires_at: Some(desk.clock.now() + time::Duration::days(terms.days.into())),
        uses: Some(terms.uses),
    };
    let token = desk.catalogue.issue_initial_token(&new).await?;
    answer.secret("initial_access_token", &token)
}

async fn revoke(
    desk: &Desk,
    answer: &Answer,
    siret: &Siret,
    id: &str,
    dry_run: bool,
) -> anyhow::Result<()> {
    let organisation = desk.organisation(siret).await?;
    let tokens = desk.catalogue.initial_tokens_of(organisation.id).await?;
    let live = |token: &Credential| token.id == id && token.revoked_at.is_none();
    if !tokens.iter().any(live) {
        bail!("{} has no live token {id}", organisation.name);
    }
    if !dry_run {
        desk.catalogue
            .revoke_initial_token(organisation.id, id)
            .await?;
    }
    let words = if dry_run {
        "would register"
    } else {
        "registers"
    };
    answer.done(
        &format!("Token {id} of {} {words} nothing.", organisation.name),
        &json!({"id": id, "revoked": !dry_run}),
    )
}
