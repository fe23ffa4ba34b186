//! `cargo xtask`: starts, checks and measures.

mod bench;
mod check;
mod prepare;
mod root;
mod tidy;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Starts, checks and measures the platform.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Up(up::Options),
    Check(check::Options),
    Bench(bench::Options),
    /// Renew what is generated and committed: the answers of the database to the queries
    /// (`.sqlx/`), and the checksums of new migrations.
    Prepare {
        /// Change nothing; fail if `.sqlx/` is stale.
        #[arg(long)]
        check: bool,
    },
    /// The rules of the house: sizes, dependencies, walls, migrations, links.
    Tidy,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    match Xtask::parse().command {
        Task::Up(options) => up::run(&options),
        Task::Check(options) => check::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Prepare { check } => prepare::run(check),
        Task::Tidy => tidy::run(),
    }
}
