//! The steps that are more than one command.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};
use cluster::Cluster;

use super::{cargo, ledger::Totals};

/// Where the database of known vulnerabilities is kept, as `deny.toml` says too.
const ADVISORIES: &str = "https://github.com/rustsec/advisory-db";

/// Runs a command to its end.
pub(super) fn finish(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("running {command:?}"))?;
    ensure!(status.success(), "{status}");
    Ok(())
}

/// Whether the database of known vulnerabilities can be fetched.
pub(super) fn can_fetch_advisories() -> bool {
    let mut reach = Command::new("git");
    reach.args(["ls-remote", "--exit-code", ADVISORIES, "HEAD"]);
    reach
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    reach.status().is_ok_and(|status| status.success())
}

/// Unit tests, store tests, stories and promises.
pub(super) fn rust_tests(root: &Path) -> anyhow::Result<Totals> {
    counted(&mut cargo(root, &["test", "--workspace", "--no-fail-fast"]))
}

/// The story in a real browser, on the programs that the step before has built.
pub(super) fn browser_tests(root: &Path) -> anyhow::Result<Totals> {
    let directory = root.join("tests/browser");
    finish(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&directory),
    )?;
    counted(
        Command::new("npm")
            .args(["test", "--silent"])
            .current_dir(&directory),
    )
}

/// Stops the cluster that tests leave running for each other.
pub(super) fn stop_test_cluster(root: &Path) -> anyhow::Result<()> {
    if let Some(cluster) = Cluster::existing(&root.join(".local/test-postgres"))? {
        cluster.stop()?;
    }
    Ok(())
}

/// Runs a command that runs tests; shows what it says and counts them.
fn counted(command: &mut Command) -> anyhow::Result<Totals> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut totals = Totals::default();
    let said = child.stdout.take().context("no output to read")?;
    for line in BufReader::new(said).lines() {
        let line = line?;
        println!("{line}");
        totals.count(&line);
    }
    let status = child.wait()?;
    ensure!(status.success() || totals.failed > 0, "{status}");
    Ok(totals)
}
