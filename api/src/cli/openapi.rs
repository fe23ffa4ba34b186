//! `cpf openapi`.

use std::io::Write;

use clap::Args;

use crate::routes;

/// Print the OpenAPI document of this build. Needs no database.
#[derive(Debug, Args)]
pub(super) struct Openapi {}

impl Openapi {
    #[expect(clippy::unused_self, reason = "every command runs alike")]
    pub(super) fn run(self) -> anyhow::Result<()> {
        let document = routes::document().to_pretty_json()?;
        writeln!(std::io::stdout(), "{document}")?;
        Ok(())
    }
}
