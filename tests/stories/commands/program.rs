//! The real program: run to its end, or serving beside the story's platform.

use std::{
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
};

use tokio::net::TcpListener;

use crate::harness::{Platform, root, until_ready};

/// The program, beside this test's own; built when it is not there yet.
fn path() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let this = std::env::current_exe().unwrap();
        // `target/debug/deps/stories-…`, and `target/debug/cpf`.
        let path = this.parent().unwrap().parent().unwrap().join("cpf");
        if !path.exists() {
            let mut cargo = Command::new(env!("CARGO"));
            cargo
                .args(["build", "--quiet", "-p", "api", "--bin", "cpf"])
                .current_dir(root());
            assert!(cargo.status().unwrap().success(), "cpf cannot be built");
        }
        path
    })
}

/// `cpf` with these arguments and no setting but what is added.
pub(crate) fn cpf(arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.args(arguments).env_clear().current_dir(root());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Runs `command` to its end, where it delays nobody.
    pub(crate) async fn of(mut command: Command) -> Self {
        let child = command.spawn().unwrap();
        let ended = tokio::task::spawn_blocking(move || child.wait_with_output());
        let Output {
            status,
            stdout,
            stderr,
        } = ended.await.unwrap().unwrap();
        Self {
            code: status.code(),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
        }
    }

    /// The one JSON object that standard output holds.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|flaw| panic!("{flaw}: {self:?}"))
    }
}

/// `cpf serve` on the database of a story's platform, until dropped.
#[derive(Debug)]
pub(crate) struct Served {
    /// Its address.
    pub(crate) url: String,
    child: Child,
}

impl Served {
    /// Starts it and waits until it is ready.
    pub(crate) async fn beside(platform: &Platform) -> Self {
        let config = &platform.config;
        let (listen, metrics) = (free_address().await, free_address().await);
        let mut command = cpf(&["serve"]);
        command
            .env(
                "DATABASE_URL",
                config.database_url.as_ref().unwrap().expose(),
            )
            .env("CPF_LISTEN", &listen)
            .env("CPF_METRICS_LISTEN", metrics)
            .env("CPF_PUBLIC_URL", config.public_url.as_str())
            .env("CPF_PROVIDER_ISSUER", config.provider_issuer.as_str())
            .env(
                "CPF_AGENT_PROVIDER_ISSUER",
                config.agent_provider_issuer.as_str(),
            )
            .env(
                "CPF_AGENT_PROVIDER_CLIENT_SECRET_FILE",
                &config.agent_provider_client_secret_file,
            )
            .env("CPF_MASTER_KEY_FILE", &config.master_key_file)
            .env(
                "CPF_PROVIDER_CLIENT_SECRET_FILE",
                &config.provider_client_secret_file,
            )
            .env("CPF_SANDBOX", "true")
            .env("CPF_JOURNAL_SEAL_SECONDS", "1")
            .env("CPF_LOG", "error")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit());
        let served = Self {
            url: format!("http://{listen}"),
            child: command.spawn().unwrap(),
        };
        until_ready(&served.url).await;
        served
    }

    /// The most memory it has ever held, in mebibytes.
    pub(crate) fn peak_mib(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        peak.trim()
            .strip_suffix(" kB")
            .unwrap()
            .parse::<u64>()
            .unwrap()
            / 1024
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address that nobody listens on.
async fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}
