//! More nodes of one platform: processes of their own on the same database, one of them by a cable
//! that can be cut.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
    time::Duration,
};

use anyhow::Context;
use cable::Cable;
use tokio::{
    process::{Child, Command},
    time::sleep,
};

use crate::platform::{LIMITS, Platform};

/// How often it is asked whether it is ready.
const PULSE: Duration = Duration::from_millis(50);

/// A node, until dropped.
#[derive(Debug)]
pub(crate) struct Node {
    /// How it is called in the report.
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    /// Nothing for the platform's first, which `up` runs.
    _child: Option<Child>,
}

impl Node {
    /// The node that the platform was started with, on `port`.
    pub(crate) fn first(port: u16) -> Self {
        Self {
            name: "node 1",
            address: (Ipv4Addr::LOCALHOST, port).into(),
            _child: None,
        }
    }

    /// Another one on `port`, with its metrics on the next, and its database by `cable` if there is
    /// one.
    pub(crate) async fn beside(
        platform: &Platform,
        name: &'static str,
        port: u16,
        cable: Option<&Cable>,
    ) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?.with_file_name("cpf");
        let mut serve = Command::new(program);
        serve
            .arg("serve")
            .envs(&platform.settings)
            .envs(LIMITS)
            .env("CPF_LISTEN", format!("127.0.0.1:{port}"))
            .env("CPF_METRICS_LISTEN", format!("127.0.0.1:{}", port + 1))
            // What it refuses while it is cut off fills a screen.
            .env("CPF_LOG", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        if let Some(cable) = cable {
            serve.env("DATABASE_URL", cable.url());
        }
        let node = Self {
            name,
            address: (Ipv4Addr::LOCALHOST, port).into(),
            _child: Some(serve.spawn().context("starting another node")?),
        };
        let (ready, http) = (
            format!("{}/readyz", node.url()),
            reqwest::Client::builder().build()?,
        );
        for _ in 0..400 {
            let answer = http.get(&ready).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(node);
            }
            sleep(PULSE).await;
        }
        anyhow::bail!("{name} is not ready after 20 seconds")
    }

    /// Where it answers. Its cookies are those of the platform: they heed no port.
    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }
}
