//! What each kind of request cost, and how often that is its bare signatures.

use std::{collections::BTreeMap, fmt, time::Duration};

use super::{Kind, Rounds};
use crate::{
    report::{Measured, Median},
    signatures::Bare,
};

/// The rounds by kind.
pub(super) struct Report {
    bare: Bare,
    connections: usize,
    taken: BTreeMap<Kind, Rounds>,
}

impl Report {
    pub(super) const fn new(bare: Bare, connections: usize) -> Self {
        Self {
            bare,
            connections,
            taken: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, kind: Kind, taken: Measured) {
        self.taken.entry(kind).or_default().push(taken);
    }

    /// Processor time of the signatures in a request of this kind.
    fn bare(&self, kind: Kind) -> Duration {
        let (es256, ed25519) = kind.signatures();
        self.bare.es256 * es256 + self.bare.ed25519 * ed25519
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Refresh => "token endpoint, refresh".to_owned(),
            Self::Introspect => "introspection".to_owned(),
            Self::Read { blocks, seen } => {
                let seen = if *seen { "seen before" } else { "new" };
                format!("read, {blocks} blocks appended, {seen}")
            }
        };
        f.pad(&name)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        writeln!(
            f,
            "Requests over {} connections, each with a proof of its own; medians, in microseconds. CPU is \
             the platform's\nprocess alone. Bare: the signatures that the request holds, verified by the \
             same libraries in this run:\nES256 {:.1}, Ed25519 {:.1} each.\n",
            self.connections,
            micros(self.bare.es256),
            micros(self.bare.ed25519),
        )?;
        writeln!(
            f,
            "{:<34}{:>12}{:>10}{:>10}{:>14}{:>10}{:>8}",
            "", "per second", "p50", "p99", "CPU/request", "bare", "ratio"
        )?;
        for (kind, taken) in &self.taken {
            let median = Median::of(taken.iter());
            let bare = micros(self.bare(*kind));
            writeln!(
                f,
                "{kind:<34}{median}{bare:>10.1}{:>8.2}",
                median.cpu / bare
            )?;
        }
        Ok(())
    }
}
