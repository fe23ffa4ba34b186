//! `cpf migrate`.

use anyhow::Context;
use clap::Args;
use kernel::Db;

use crate::Config;

/// Bring the database's schema up to date, as its owner.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    config: Config,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let owner = self.config.owner_url()?;
        Db::migrate(owner.expose()).await.context(
            "the schema was not brought up to date.\n\
             CPF_DATABASE_OWNER_URL must name a role that owns the database and may create roles.",
        )?;
        eprintln!("The schema is current.");
        Ok(())
    }
}
