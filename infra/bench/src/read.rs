//! `bench read`: a consent-gated read of a record, journalled durably before a byte leaves.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::sleep,
};

use crate::{
    app::App,
    cpu, from_memory,
    load::{Round, Target},
    pgbench::Bare,
    platform::Platform,
    record,
    report::{Measured, Report},
};

/// A warm consent-gated read of a 4 kB record, against `pgbench` doing the same SELECT and the
/// same journal INSERT, and against the same server returning the same bytes from memory.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many connections, one measure for each.
    #[arg(long, value_delimiter = ',', default_value = "1,8,32")]
    connections: Vec<usize>,
    /// How long each round lasts, in seconds.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// How many rounds of each kind, in turn; medians are shown.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The first of five ports.
    #[arg(long, default_value_t = 18_180)]
    ports_from: u16,
}

/// The most requests that are answered in a second, for which proofs are signed.
const MOST: usize = 12_000;

/// What is read.
pub(crate) const PATH: &str = "/v1/record/certificates";

/// Measures, and prints the ratios.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let platform = Platform::start(options.ports_from).await?;
    let measured = measure(options, &platform).await;
    platform.stop().await?;
    println!("{}", measured?);
    Ok(())
}

async fn measure(options: &Options, platform: &Platform) -> anyhow::Result<Report> {
    let FullRecord {
        app,
        worker,
        address,
        body,
    } = full_record(platform, options.ports_from).await?;
    let mut gated = Target {
        address,
        path: PATH.to_owned(),
        token: None,
    };
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("body");
    fs::write(&file, &body)?;
    let address = (Ipv4Addr::LOCALHOST, options.ports_from + 4).into();
    let memory = Memory::start(address, &file).await?;

    let bare = Bare {
        platform,
        worker: &worker,
    };
    let length = Duration::from_secs(options.seconds);
    let mut report = Report::new(body.len(), options.seconds);
    for &connections in &options.connections {
        for round in 0..=options.rounds {
            // Tokens live five minutes, a round far less.
            let times = MOST * usize::try_from(options.seconds)?;
            gated.token = Some(app.fresh_token(PATH, times).await?);
            let taken = Taken {
                read: watched(platform.process, gated.load(connections, length)).await?,
                bare: bare.load(connections, length).await?,
                memory: watched(memory.process()?, memory.target.load(connections, length)).await?,
            };
            // The first of each kind only warms up.
            if round > 0 {
                report.add(connections, taken);
            }
        }
    }
    memory.stop().await?;
    Ok(report)
}

/// A record of about 4 kB, and an app that may read it.
pub(crate) struct FullRecord<'a> {
    pub(crate) app: App<'a>,
    /// Whose it is.
    worker: String,
    /// Where the platform answers.
    pub(crate) address: SocketAddr,
    /// What it answers.
    body: Vec<u8>,
}

/// Fills the record of a worker who lets an app read it, on the platform at `port`.
pub(crate) async fn full_record(platform: &Platform, port: u16) -> anyhow::Result<FullRecord<'_>> {
    record::deposit(platform).await?;
    let app = App::connect(platform, "plain").await?;
    let grant = "SELECT worker_id FROM grants WHERE client_id = 'cap-metier' LIMIT 1";
    let worker = platform.sql(grant).await?;
    let address = (Ipv4Addr::LOCALHOST, port).into();
    let target = Target {
        address,
        path: PATH.to_owned(),
        token: Some(app.fresh_token(PATH, 1_000).await?),
    };
    let body = record::fill(platform, &worker, &target).await?;
    platform.sql("ANALYZE").await?;
    Ok(FullRecord {
        app,
        worker,
        address,
        body,
    })
}

/// One round of each kind, taken in turn so that the machine's moods fall on all.
pub(crate) struct Taken {
    pub(crate) read: Measured,
    pub(crate) bare: Round,
    pub(crate) memory: Measured,
}

/// A round, with what it cost `process`.
pub(crate) async fn watched(
    process: u32,
    load: impl Future<Output = anyhow::Result<Round>>,
) -> anyhow::Result<Measured> {
    let before = cpu::used_by(process)?;
    let round = load.await?;
    let used = cpu::used_by(process)?.saturating_sub(before);
    let requests = u32::try_from(round.completed)?;
    Ok(Measured {
        round,
        cpu_per_request: used / requests,
    })
}

/// The process that serves from memory.
struct Memory {
    child: Child,
    target: Target,
}

impl Memory {
    async fn start(address: SocketAddr, body: &Path) -> anyhow::Result<Self> {
        let mut program = Command::new(std::env::current_exe()?);
        program
            .args(["from-memory", &address.to_string()])
            .arg(body)
            .kill_on_drop(true);
        let child = program.spawn()?;
        for _ in 0..100 {
            if TcpStream::connect(address).await.is_ok() {
                let path = from_memory::PATH.to_owned();
                return Ok(Self {
                    child,
                    target: Target {
                        address,
                        path,
                        token: None,
                    },
                });
            }
            sleep(Duration::from_millis(20)).await;
        }
        anyhow::bail!("{address} does not answer")
    }

    fn process(&self) -> anyhow::Result<u32> {
        self.child.id().context("the server from memory has ended")
    }

    async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}
