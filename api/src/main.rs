//! The `cpf` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::run()
}
