//! `bench tokens`: what a token costs at the token endpoint, at introspection and at a read, with
//! appended blocks and without, seen before and not, beside the bare signatures in each.

mod report;

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use attenuate::{Narrowing, narrow};
use clap::Args;
use serde_json::Value;

use crate::{
    app::App,
    load::{Prepared, get},
    platform::Platform,
    read::{PATH, full_record, watched},
    report::Measured,
    signatures::Bare,
};
use report::Report;

/// The token endpoint, introspection and reads, beside bare signature verification.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many connections.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// How long each round lasts at most, in seconds.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// How many rounds of each kind, in turn; medians are shown.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The first of four ports.
    #[arg(long, default_value_t = 18_380)]
    ports_from: u16,
}

/// The most that is answered in a second, for which requests are written.
const MOST_READS: usize = 10_000;
/// The same, of requests whose token or assertion is new each time.
const MOST_NEW: usize = 4_000;

/// A kind of request, and the signatures that nobody can answer it without verifying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A refresh token is traded: an assertion, a proof; a token is signed.
    Refresh,
    /// A consent token is introspected: an assertion.
    Introspect,
    /// A record is read by a token with so many appended blocks: a proof, and unless the token was
    /// seen before, each block.
    Read { blocks: u32, seen: bool },
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Refresh,
        Self::Introspect,
        read(0, true),
        read(1, true),
        read(3, true),
        read(0, false),
        read(1, false),
        read(3, false),
    ];

    /// How many signatures by ES256 and by Ed25519 are verified.
    const fn signatures(self) -> (u32, u32) {
        match self {
            Self::Refresh => (2, 0),
            Self::Introspect | Self::Read { seen: true, .. } => (1, 0),
            Self::Read {
                blocks,
                seen: false,
            } => (1, 1 + blocks),
        }
    }
}

const fn read(blocks: u32, seen: bool) -> Kind {
    Kind::Read { blocks, seen }
}

/// Measures, and prints the ratios.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let platform = Platform::start(options.ports_from).await?;
    let measured = measure(options, &platform).await;
    platform.stop().await?;
    println!("{}", measured?);
    Ok(())
}

async fn measure(options: &Options, platform: &Platform) -> anyhow::Result<Report> {
    let record = full_record(platform, options.ports_from).await?;
    let seconds = usize::try_from(options.seconds)?;
    let mut writer = Writer {
        app: &record.app,
        address: record.address,
        reads: MOST_READS * seconds,
        new: MOST_NEW * seconds,
        tokens: Vec::new(),
    };
    let bare = Bare::measure(record.app.key())?;
    let mut report = Report::new(bare, options.connections);
    let length = Duration::from_secs(options.seconds);
    for round in 0..=options.rounds {
        for kind in Kind::ALL {
            let prepared = Prepared::new(record.address, writer.write(kind).await?);
            let mut bodies = Vec::new();
            let load = async {
                let (round, came) = prepared.load(options.connections, length).await?;
                bodies = came;
                Ok::<_, anyhow::Error>(round)
            };
            let taken = watched(platform.process, load).await?;
            if kind == Kind::Refresh {
                writer.tokens = bodies
                    .iter()
                    .map(|body| token_in(body))
                    .collect::<Result<_, _>>()?;
            }
            // The first of each kind only warms up.
            if round > 0 {
                report.add(kind, taken);
            }
        }
    }
    Ok(report)
}

/// Writes the requests of a round.
struct Writer<'a> {
    app: &'a App<'a>,
    address: SocketAddr,
    reads: usize,
    new: usize,
    /// Tokens that were issued and never presented.
    tokens: Vec<String>,
}

impl Writer<'_> {
    async fn write(&mut self, kind: Kind) -> anyhow::Result<Vec<String>> {
        let app = self.app;
        match kind {
            Kind::Refresh => {
                let form = app.refreshing();
                let written = (0..self.new).map(|_| app.written("/oauth/token", &form));
                written.collect()
            }
            Kind::Introspect => {
                let token = app.access_token().await?;
                let form = [("token", token.as_str())];
                let written = (0..self.new).map(|_| app.written("/oauth/introspect", &form));
                written.collect()
            }
            Kind::Read { blocks, seen: true } => {
                let token = narrowed(app.access_token().await?, blocks)?;
                let bound = app.bind(PATH, token, self.reads)?;
                (0..self.reads)
                    .map(|_| Ok(get(self.address, PATH, &bound.headers()?)))
                    .collect()
            }
            Kind::Read {
                blocks,
                seen: false,
            } => {
                // One that was narrowed is another each time; a whole one must be issued anew.
                let tokens = match blocks {
                    0 => std::mem::take(&mut self.tokens),
                    _ => vec![app.access_token().await?; self.new],
                };
                let written = tokens.into_iter().map(|token| {
                    let bound = app.bind(PATH, narrowed(token, blocks)?, 1)?;
                    Ok(get(self.address, PATH, &bound.headers()?))
                });
                written.collect()
            }
        }
    }
}

/// `token` with so many blocks appended, each of which lets the read through.
fn narrowed(token: String, blocks: u32) -> anyhow::Result<String> {
    let less = Narrowing::default().to_sections(["certificates", "skills"]);
    (0..blocks).try_fold(token, |token, _| Ok(narrow(&token, &less)?))
}

fn token_in(body: &[u8]) -> anyhow::Result<String> {
    let answer: Value = serde_json::from_slice(body)?;
    let token = answer["access_token"].as_str();
    Ok(token.context("no access token")?.to_owned())
}

/// The rounds of one kind.
type Rounds = Vec<Measured>;
