//! `cpf receipt`.

mod verify;
mod words;

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Check consent receipts.
#[derive(Debug, Args)]
pub(super) struct Receipt {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Verify(verify::Verify),
}

impl Receipt {
    pub(super) fn run(self) -> ExitCode {
        match self.what {
            What::Verify(verify) => verify.run(),
        }
    }
}
