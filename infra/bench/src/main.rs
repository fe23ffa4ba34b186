//! Measures the platform side by side, in one run, with what bounds it: the same work done by the
//! database alone, the same bytes served from memory, bare signatures. Only the ratios travel from
//! one machine to another. Revocation is measured against its bounds instead.

mod app;
mod cpu;
mod from_memory;
mod load;
mod nodes;
mod pgbench;
mod platform;
mod probe;
mod proof;
mod read;
mod record;
mod report;
mod revoke;
mod signatures;
mod tokens;

use std::net::SocketAddr;

use clap::{Parser, Subcommand};

/// Measures the platform.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Bench {
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Debug, Subcommand)]
enum Measure {
    Read(read::Options),
    Revoke(revoke::Options),
    Tokens(tokens::Options),
    /// Serve the bytes of a file from memory, behind the platform's own boundary.
    #[command(hide = true)]
    FromMemory {
        listen: SocketAddr,
        body: std::path::PathBuf,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Bench::parse().measure {
        Measure::Read(options) => read::run(&options).await,
        Measure::Revoke(options) => revoke::run(&options).await,
        Measure::Tokens(options) => tokens::run(&options).await,
        Measure::FromMemory { listen, body } => from_memory::serve(listen, &body).await,
    }
}
