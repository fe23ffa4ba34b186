//! `pgbench` doing the same SELECT and the same journal INSERT, one transaction each, prepared,
//! over the same Unix socket.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use tokio::process::Command;

use crate::{load::Round, platform::Platform};

/// The transaction of one read. `journal.line_id` is drawn by the server, the cheapest way here.
const SCRIPT: &str = include_str!("read.sql");

/// Reads of the record of one worker, by the database alone.
#[derive(Debug)]
pub(crate) struct Bare<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) worker: &'a str,
}

impl Bare<'_> {
    /// Runs for `length` over as many connections.
    pub(crate) async fn load(&self, connections: usize, length: Duration) -> anyhow::Result<Round> {
        let directory = tempfile::tempdir()?;
        let script = directory.path().join("read.sql");
        fs::write(&script, SCRIPT)?;
        let mut pgbench = Command::new(self.platform.binaries.join("pgbench"));
        pgbench.current_dir(directory.path());
        pgbench.args([
            "--no-vacuum",
            "--protocol=prepared",
            "--log",
            "--log-prefix=times",
        ]);
        pgbench.arg(format!("--client={connections}"));
        pgbench.arg(format!("--jobs={}", connections.min(2)));
        pgbench.arg(format!("--time={}", length.as_secs()));
        pgbench.arg(format!("--define=worker={}", self.worker));
        pgbench
            .arg("--file")
            .arg(&script)
            .arg(&self.platform.owner_url);
        let start = Instant::now();
        let output = pgbench.output().await.context("running pgbench")?;
        let elapsed = start.elapsed();
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut round = Round::of(times_in(directory.path())?, elapsed)?;
        // Its own figure leaves out the time it takes to connect.
        let said = String::from_utf8_lossy(&output.stdout);
        round.per_second = tps_in(&said).with_context(|| said.to_string())?;
        Ok(round)
    }
}

/// The latency of each transaction: the third field, in microseconds, of the logs of all jobs.
fn times_in(directory: &Path) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if !path.to_string_lossy().contains("/times.") {
            continue;
        }
        for line in fs::read_to_string(&path)?.lines() {
            let time = line.split(' ').nth(2).context("a line of another shape")?;
            times.push(Duration::from_micros(time.parse()?));
        }
    }
    Ok(times)
}

/// `tps = 8123.456789 (without initial connection time)`.
fn tps_in(said: &str) -> Option<f64> {
    let line = said.lines().find(|line| line.starts_with("tps = "))?;
    line.split_whitespace().nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::tps_in;

    #[test]
    fn the_rate_is_read_from_what_pgbench_says() {
        let said = "latency average = 0.123 ms\ntps = 8123.5 (without initial connection time)\n";
        assert_eq!(tps_in(said), Some(8123.5));
        assert_eq!(tps_in("pgbench: error"), None);
    }
}
