//! The platform under measure: `xtask up`, in release, on a durable database of its own.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// One app asks for all that the platform can give: its limits are counted, and far away.
pub(crate) const LIMITS: [(&str, &str); 3] = [
    ("CPF_LIMIT_ADDRESS", "1000000/1"),
    ("CPF_LIMIT_CLIENT", "1000000/1"),
    ("CPF_LIMIT_RECORD", "1000000/1"),
];

/// A running platform.
#[derive(Debug)]
pub(crate) struct Platform {
    child: Child,
    /// Where it answers.
    pub(crate) url: String,
    /// The demonstration app, as which we ask.
    pub(crate) coach: String,
    /// Where the owner of the schema connects.
    pub(crate) owner_url: String,
    /// The directory of `psql` and `pgbench`.
    pub(crate) binaries: PathBuf,
    /// The directory of the keys.
    pub(crate) files: PathBuf,
    /// The process of `cpf serve`.
    pub(crate) process: u32,
    /// The settings it runs with, by their variables.
    pub(crate) settings: BTreeMap<String, String>,
}

impl Platform {
    /// Starts it on `port` and the three after it.
    pub(crate) async fn start(port: u16) -> anyhow::Result<Self> {
        let here = std::env::current_exe()?;
        let mut up = Command::new(here.with_file_name("xtask"));
        up.args([
            "up",
            "--ephemeral",
            "--durable",
            "--ports-from",
            &port.to_string(),
        ]);
        up.envs(LIMITS);
        let mut child = up
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the platform")?;
        let said = child.stdout.take().context("no output")?;
        let line = BufReader::new(said).lines().next_line().await?;
        let line: Value = serde_json::from_str(&line.context("the platform did not start")?)?;
        let text = |name: &str| {
            line[name]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("no {name}"))
        };
        let process = line["process"].as_u64().context("no process")?;
        Ok(Self {
            url: text("platform")?,
            coach: text("coach")?,
            owner_url: text("owner_url")?,
            binaries: text("binaries")?.into(),
            files: text("files")?.into(),
            process: process.try_into()?,
            settings: serde_json::from_value(line["settings"].clone())?,
            child,
        })
    }

    /// Runs `sql` as the owner, and answers what it returned.
    pub(crate) async fn sql(&self, sql: &str) -> anyhow::Result<String> {
        let mut psql = Command::new(self.binaries.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        psql.args([
            "--set=ON_ERROR_STOP=1",
            "--dbname",
            &self.owner_url,
            "--command",
            sql,
        ]);
        let output = psql.output().await?;
        anyhow::ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Stops all of it and waits.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(pid) = self
            .child
            .id()
            .and_then(|id| Pid::from_raw(id.try_into().ok()?))
        {
            kill_process(pid, Signal::TERM)?;
        }
        self.child.wait().await?;
        Ok(())
    }
}
