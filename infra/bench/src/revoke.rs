//! `bench revoke`: from the acknowledgement of a revocation to the first refusal on every node, under
//! load; and a node that is cut off from its database.

mod report;

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use cable::Cable;
use clap::Args;
use reqwest::{RequestBuilder, StatusCode};
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    app::App,
    nodes::Node,
    platform::Platform,
    probe::{Probe, Read},
    record,
};
use report::Report;

/// Takes authorisations back while every node is read from, and cuts a node off from its database.
/// Fails when a single read was served too late.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many authorisations are taken back while all nodes are healthy.
    #[arg(long, default_value_t = 120)]
    revocations: usize,
    /// How often a node is cut off and rejoined.
    #[arg(long, default_value_t = 6)]
    cuts: usize,
    /// How many connections read other records at each node meanwhile.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// By when every healthy node must refuse, in milliseconds after the acknowledgement.
    #[arg(long, default_value_t = 100)]
    bound: u64,
    /// The first of eight ports.
    #[arg(long, default_value_t = 18_280)]
    ports_from: u16,
}

/// How long a node may serve without having read the log of revocations.
const LEASE: Duration = Duration::from_secs(2);
/// How long a cable stays cut: longer than the lease.
const CUT: Duration = Duration::from_secs(3);
/// How long a refusal is waited for before the measure fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who gives, of the test provider's people, and of whom other records are read meanwhile.
const GIVING: [&str; 6] = [
    "plain",
    "year-only",
    "month-only",
    "corsica",
    "accents",
    "usage-name",
];
const OTHERS: [&str; 4] = [
    "foreign-birth",
    "several-first-names",
    "long-name",
    "no-record",
];

/// What became of one authorisation that was taken back.
struct Revocation {
    /// The node that acknowledged, by its place.
    by: usize,
    acknowledged: Instant,
    /// At each node, in the order in which they were sent.
    reads: Vec<Vec<Read>>,
}

/// What a node answered that was cut off, and then rejoined.
struct Cut {
    at: Instant,
    mended: Instant,
    reads: Vec<Read>,
}

/// Measures, prints the distributions, and fails when a read was served too late.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let platform = Platform::start(options.ports_from).await?;
    let measured = measure(options, &platform).await;
    platform.stop().await?;
    let report = measured?;
    println!("{report}");
    let late = report.served_late();
    ensure!(late == 0, "{late} reads were served too late");
    Ok(())
}

async fn measure(options: &Options, platform: &Platform) -> anyhow::Result<Report> {
    record::deposit(platform).await?;
    let database = platform.settings.get("DATABASE_URL");
    let cable = Cable::lay(database.context("no database")?)?;
    let port = options.ports_from + 4;
    let nodes = [
        Node::first(options.ports_from),
        Node::beside(platform, "node 2", port, None).await?,
        Node::beside(platform, "node 3", port + 2, Some(&cable)).await?,
    ];
    let mut others = Vec::new();
    for persona in OTHERS {
        others.push(App::connect(platform, persona).await?);
    }
    let names = nodes.each_ref().map(|node| node.name);
    let mut report = Report::new(names, Duration::from_millis(options.bound), LEASE);

    let load = Load::start(&nodes, &others, options.connections).await?;
    for number in 0..options.revocations {
        let app = App::connect(platform, GIVING[number % GIVING.len()]).await?;
        // The two that are never cut off acknowledge in turn.
        report.add(&take_back(&app, &nodes, number % 2).await?);
    }
    report.add_load(&load.stop().await?);

    // The node that will be cut off has no other readers: they would only wait.
    let load = Load::start(&nodes[..2], &others, options.connections).await?;
    for number in 0..options.cuts {
        let app = App::connect(platform, GIVING[number % GIVING.len()]).await?;
        report.add_cut(&cut_off(&app, &nodes, &cable).await?);
    }
    report.add_load(&load.stop().await?);
    Ok(report)
}

/// One authorisation is read everywhere and taken back at the node `by`.
async fn take_back(app: &App<'_>, nodes: &[Node], by: usize) -> anyhow::Result<Revocation> {
    let held = app.held().await?;
    let stop = app.stop(&nodes[by].url()).await?;
    let (mut reading, mut served) = (Vec::new(), Vec::new());
    for node in nodes {
        let probe = Probe {
            node: node.address,
            held: held.clone(),
        };
        let (tell, told) = oneshot::channel();
        reading.push(tokio::spawn(probe.until_refused(tell)));
        served.push(told);
    }
    for told in served {
        told.await.context("a node served nothing")?;
    }
    let acknowledged = acknowledged(stop).await?;
    let mut reads = Vec::new();
    for reading in reading {
        let read = timeout(PATIENCE, reading).await;
        reads.push(read.context("a node goes on serving")???);
    }
    Ok(Revocation {
        by,
        acknowledged,
        reads,
    })
}

/// The last node is cut off; meanwhile an authorisation that is read there is taken back elsewhere.
/// It is rejoined once its lease must have run out.
async fn cut_off(app: &App<'_>, nodes: &[Node; 3], cable: &Cable) -> anyhow::Result<Cut> {
    let stop = app.stop(&nodes[0].url()).await?;
    let probe = Probe {
        node: nodes[2].address,
        held: app.held().await?,
    };
    let (tell, told) = watch::channel(false);
    let (heard, mut answers) = watch::channel(None);
    let reading = tokio::spawn(probe.every_beat(told, heard));
    let is =
        |status: u16| move |read: &Option<Read>| read.is_some_and(|read| read.status == status);
    drop(timeout(PATIENCE, answers.wait_for(is(200))).await??);
    cable.silence();
    let at = Instant::now();
    acknowledged(stop).await?;
    sleep(CUT).await;
    cable.mend();
    let mended = Instant::now();
    let back = timeout(PATIENCE, answers.wait_for(is(401))).await;
    drop(back.context("the node does not come back")??);
    tell.send_replace(true);
    Ok(Cut {
        at,
        mended,
        reads: reading.await??,
    })
}

/// Takes back, and says when that was acknowledged.
async fn acknowledged(stop: RequestBuilder) -> anyhow::Result<Instant> {
    let answer = stop.send().await?;
    let acknowledged = Instant::now();
    ensure!(
        answer.status() == StatusCode::SEE_OTHER,
        "not taken back: {}",
        answer.status()
    );
    Ok(acknowledged)
}

/// Reads of records that stay readable.
struct Load {
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<anyhow::Result<Vec<Read>>>>,
    begun: Instant,
}

/// How that went.
struct Loaded {
    reads: Vec<Read>,
    lasted: Duration,
}

impl Load {
    async fn start(nodes: &[Node], others: &[App<'_>], connections: usize) -> anyhow::Result<Self> {
        let (stop, told) = watch::channel(false);
        let mut running = Vec::new();
        for node in nodes {
            for other in others.iter().cycle().take(connections) {
                let probe = Probe {
                    node: node.address,
                    held: other.held().await?,
                };
                running.push(tokio::spawn(probe.until_told(told.clone())));
            }
        }
        Ok(Self {
            stop,
            running,
            begun: Instant::now(),
        })
    }

    async fn stop(self) -> anyhow::Result<Loaded> {
        self.stop.send_replace(true);
        let lasted = self.begun.elapsed();
        let mut reads = Vec::new();
        for running in self.running {
            reads.extend(running.await??);
        }
        ensure!(
            !reads.iter().any(|read| read.status == 401),
            "what was not taken back was refused, or the measure lasted longer than a token lives"
        );
        Ok(Loaded { reads, lasted })
    }
}
