//! `cargo xtask bench`: builds everything as it is shipped, and measures it.

use std::{path::PathBuf, process::Command};

use anyhow::ensure;
use clap::Args;

use crate::root;

/// Measure the platform, built for release: `cargo xtask bench --help`.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// What to measure, and how.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds and measures.
#[expect(
    clippy::disallowed_methods,
    reason = "where cargo puts programs is cargo's setting"
)]
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let root = root::find()?;
    let packages = ["api", "provider", "coach", "bench", "xtask"];
    let mut build = Command::new("cargo");
    build
        .args(["build", "--release", "--quiet", "--bins"])
        .current_dir(&root);
    build.args(packages.iter().flat_map(|package| ["--package", package]));
    ensure!(build.status()?.success(), "the build failed");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let mut bench = Command::new(target.join("release/bench"));
    ensure!(
        bench.args(&options.arguments).status()?.success(),
        "the measure failed"
    );
    Ok(())
}
