//! `cpf journal`.

mod audit;
mod verify;

use clap::{Args, Subcommand};

use super::on_runtime;

/// Check that no line of the journal was changed or removed.
#[derive(Debug, Args)]
pub(super) struct Journal {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Verify(verify::Verify),
    Audit(Box<audit::Audit>),
}

impl Journal {
    pub(super) fn run(self) -> anyhow::Result<()> {
        match self.what {
            What::Verify(verify) => verify.run(),
            What::Audit(audit) => on_runtime(audit.run()),
        }
    }
}
