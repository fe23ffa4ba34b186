//! Measures the platform side by side, in one run, with what bounds it: the same work done by the
//! database alone, and the same bytes served from memory. Only the ratios travel from one machine
//! to another.

mod app;
mod cpu;
mod from_memory;
mod load;
mod pgbench;
mod platform;
mod proof;
mod read;
mod record;
mod report;

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
        Measure::FromMemory { listen, body } => from_memory::serve(listen, &body).await,
    }
}
