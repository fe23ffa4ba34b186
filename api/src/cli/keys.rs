//! `cpf keys`.

use std::{io::Write, sync::Arc};

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand};
use kernel::{Clock, Db, Entropy};
use serde::Serialize;
use signing::{
    ChangeError, Generation, Keeper, Key, Purpose, Schedule, ScheduleError, SigningKeys,
};
use time::{Duration, OffsetDateTime};

use crate::{Config, master_key};

/// Look at the keys that the platform signs with, and replace them. No key is ever printed.
#[derive(Debug, Args)]
pub(super) struct KeysCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print every generation of every signing key: what it does now, since when, until when.
    List(Common),
    /// Publish the next generation of a key. It signs once everybody had time to learn of it; what
    /// the one before signed stays valid until it dies by itself. Nobody notices.
    Rotate(Rotate),
    /// End a generation at once, because it has leaked: nothing that it signed is believed any
    /// more. Where it was signing, the next one signs from now on.
    Retire(Retire),
}

#[derive(Debug, Args)]
struct Common {
    /// Print JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    config: Config,
}

#[derive(Debug, Args)]
struct Rotate {
    /// The key: consent-token or jwt.
    #[arg(value_parser = purpose)]
    purpose: Purpose,

    /// For how long it is published before it signs. Others keep the published keys for five
    /// minutes.
    #[arg(long, value_name = "MINUTES", default_value_t = 10,
        value_parser = clap::value_parser!(u16).range(10..=1440))]
    overlap: u16,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Retire {
    /// The key: consent-token or jwt.
    #[arg(value_parser = purpose)]
    purpose: Purpose,

    /// The generation to end, as `cpf keys list` numbers it.
    generation: u16,

    /// Say what would happen, and change nothing.
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    common: Common,
}

/// A generation, for programs and for people.
#[derive(Serialize)]
struct Line {
    purpose: &'static str,
    generation: u16,
    state: &'static str,
    #[serde(with = "time::serde::rfc3339")]
    published_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    signs_from: OffsetDateTime,
    /// Nothing while it is open.
    #[serde(with = "time::serde::rfc3339::option")]
    verifies_until: Option<OffsetDateTime>,
    kid: Option<String>,
}

fn purpose(name: &str) -> Result<Purpose, String> {
    let names = Purpose::ALL.map(Purpose::as_str).join(", ");
    Purpose::parse(name).ok_or(format!("the keys are {names}"))
}

impl KeysCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (What::List(common)
        | What::Rotate(Rotate { common, .. })
        | What::Retire(Retire { common, .. })) = &self.what;
        let office = Office::open(&common.config).await?;
        let json = common.json;
        let lines = match self.what {
            What::List(_) => office.all(),
            What::Rotate(rotate) => office.rotate(&rotate).await?,
            What::Retire(retire) => office.retire(&retire).await?,
        };
        let mut out = std::io::stdout().lock();
        if json {
            writeln!(out, "{}", serde_json::to_string_pretty(&lines)?)?;
        } else {
            write(&mut out, &lines)?;
        }
        Ok(())
    }
}

/// What the commands work with.
struct Office {
    clock: Clock,
    signing: SigningKeys,
    keeper: Keeper,
}

impl Office {
    async fn open(config: &Config) -> anyhow::Result<Self> {
        let clock = Clock::system();
        let keys = master_key::load(&config.master_key_file, config.sandbox, &Entropy::system())?;
        let db = Db::connect(config.login_url()?.expose(), 2).await?;
        let signing = SigningKeys::new(clock.clone(), keys);
        let keeper = Keeper::new(db, clock.clone(), signing.clone());
        keeper.refresh().await.context(
            "the schedule of keys cannot be read.\n\
             If the database is older than this program, run `cpf migrate`.",
        )?;
        Ok(Self {
            clock,
            signing,
            keeper,
        })
    }

    async fn rotate(&self, rotate: &Rotate) -> anyhow::Result<Vec<Line>> {
        let overlap = Duration::minutes(rotate.overlap.into());
        let changed = self.keeper.rotate(rotate.purpose, overlap).await;
        let next = changed.map_err(|error| explained(error, rotate.purpose))?;
        let (schedule, keys) = self.schedule(rotate.purpose)?;
        Ok(self.lines(&schedule, &keys, [next]))
    }

    async fn retire(&self, retire: &Retire) -> anyhow::Result<Vec<Line>> {
        let (purpose, number) = (retire.purpose, retire.generation);
        let refused = |error| explained(error, purpose);
        if retire.dry_run {
            let (schedule, keys) = self.schedule(purpose)?;
            let planned = schedule.retire(number, self.clock.now());
            let planned = planned.map_err(|error| refused(error.into()))?;
            let schedule = schedule.with(planned.changed());
            return Ok(self.lines(&schedule, &keys, planned.changed()));
        }
        let done = self.keeper.retire(purpose, number).await;
        let done = done.map_err(refused)?;
        let (schedule, keys) = self.schedule(purpose)?;
        Ok(self.lines(&schedule, &keys, done.changed()))
    }

    /// Every generation of every purpose.
    fn all(&self) -> Vec<Line> {
        let schedules = self.signing.schedules();
        let lines = schedules.iter().flat_map(|(schedule, keys)| {
            let generations = schedule.generations().iter().copied();
            self.lines(schedule, keys, generations)
        });
        lines.collect()
    }

    /// What `schedule` says of `generations` now.
    fn lines(
        &self,
        schedule: &Schedule,
        keys: &[Arc<Key>],
        generations: impl IntoIterator<Item = Generation>,
    ) -> Vec<Line> {
        let now = self.clock.now();
        let line = |generation: Generation| {
            let mut keys = keys.iter();
            let key = keys.find(|key| key.generation() == generation.number);
            Line {
                purpose: schedule.purpose().as_str(),
                generation: generation.number,
                state: schedule.standing(&generation, now).as_str(),
                published_at: generation.published_at,
                signs_from: generation.signs_from,
                verifies_until: schedule.ends_at(&generation),
                kid: key.map(|key| key.kid().to_owned()),
            }
        };
        generations.into_iter().map(line).collect()
    }

    fn schedule(&self, purpose: Purpose) -> anyhow::Result<(Schedule, Vec<Arc<Key>>)> {
        let mut known = self.signing.schedules().into_iter();
        known
            .find(|(schedule, _keys)| schedule.purpose() == purpose)
            .ok_or(anyhow!("no generation of {} exists", purpose.as_str()))
    }
}

/// What was not done, and what to type next.
fn explained(error: ChangeError, purpose: Purpose) -> anyhow::Error {
    let purpose = purpose.as_str();
    let next = match &error {
        ChangeError::Schedule(ScheduleError::UnderWay(number)) => {
            format!("Wait until it does, or end it with `cpf keys retire {purpose} {number}`.")
        }
        ChangeError::Schedule(_) | ChangeError::Fault(_) => {
            "Type `cpf keys list` to see what holds.".to_owned()
        }
    };
    anyhow::Error::new(error).context(format!("{purpose} was not changed.\n{next}"))
}

fn write(out: &mut impl Write, lines: &[Line]) -> anyhow::Result<()> {
    writeln!(
        out,
        "{:<13}  {:>10}  {:<9}  {:<20}  {:<20}  KID",
        "KEY", "GENERATION", "STATE", "SIGNS FROM", "BELIEVED UNTIL"
    )?;
    for line in lines {
        let until = line.verifies_until.map_or("-".to_owned(), to_the_second);
        writeln!(
            out,
            "{:<13}  {:>10}  {:<9}  {:<20}  {until:<20}  {}",
            line.purpose,
            line.generation,
            line.state,
            to_the_second(line.signs_from),
            line.kid.as_deref().unwrap_or("-"),
        )?;
    }
    Ok(())
}

fn to_the_second(at: OffsetDateTime) -> String {
    let at = at.replace_nanosecond(0).unwrap_or(at);
    at.format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
}
