//! The `cpf` command: what can be typed, and how each ends.
//!
//! Exit codes: 0 done; 1 it failed, and standard error says why and what to do; 2 what was typed
//! is not a command.

mod administer;
mod app;
mod config;
mod import;
mod journal;
mod keys;
mod migrate;
mod obligations;
mod openapi;
mod organisation;
mod publisher;
mod push;
mod receipt;
mod seed;
mod serve;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// The open service platform for the Compte personnel de formation.
#[derive(Debug, Parser)]
#[command(
    name = "cpf",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 done; 1 failed, and why is said; 2 not a command.\n\
        Every setting can also be given by the variable named beside it: see `cpf config`."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Import(import::Import),
    Push(push::Push),
    Keys(keys::KeysCommand),
    Organisation(organisation::Organisation),
    Publisher(publisher::Publisher),
    App(app::App),
    Obligations(obligations::Obligations),
    Sandbox(seed::Sandbox),
    Journal(journal::Journal),
    Receipt(receipt::Receipt),
    Openapi(openapi::Openapi),
    Config(config::Show),
}

/// Runs what was typed.
pub fn run() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let done = match cli.command {
        Command::Serve(serve) => on_runtime(serve.run()),
        Command::Migrate(migrate) => on_runtime(migrate.run()),
        Command::Import(import) => on_runtime(import.run()),
        // It tells a file with errors from a failure.
        Command::Push(push) => return push.run(),
        Command::Keys(keys) => on_runtime(keys.run()),
        Command::Organisation(organisation) => on_runtime(organisation.run()),
        Command::Publisher(publisher) => on_runtime(publisher.run()),
        Command::App(app) => on_runtime(app.run()),
        Command::Obligations(obligations) => on_runtime(obligations.run()),
        Command::Sandbox(sandbox) => on_runtime(sandbox.run()),
        Command::Journal(journal) => journal.run(),
        // It tells what does not hold from what could not be checked.
        Command::Receipt(receipt) => return receipt.run(),
        Command::Openapi(openapi) => openapi.run(),
        Command::Config(show) => show.run(matches.subcommand_matches("config").unwrap_or(&matches)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cpf: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

fn on_runtime(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
