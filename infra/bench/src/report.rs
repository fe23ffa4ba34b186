//! What was measured, as medians and ratios.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::{load::Round, read::Taken};

/// A round of one of our processes.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) round: Round,
    /// Processor time of the process, over the requests it answered.
    pub(crate) cpu_per_request: Duration,
}

/// The rounds by number of connections.
pub(crate) struct Report {
    reply: usize,
    seconds: u64,
    taken: BTreeMap<usize, Vec<Taken>>,
}

/// Medians of the rounds of one kind.
pub(crate) struct Median {
    per_second: f64,
    p50: f64,
    p99: f64,
    /// Processor time of a request, in microseconds; not a number where none was measured.
    pub(crate) cpu: f64,
}

impl Report {
    pub(crate) const fn new(reply: usize, seconds: u64) -> Self {
        Self {
            reply,
            seconds,
            taken: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, connections: usize, taken: Taken) {
        self.taken.entry(connections).or_default().push(taken);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Consent-gated read of {} bytes, its journal line durable before a byte leaves.\n\
             Medians of rounds of {} s, in turn; times in microseconds. The load generator, the \
             platform\nand PostgreSQL share this machine's processors, as pgbench and PostgreSQL do.\n",
            self.reply, self.seconds
        )?;
        writeln!(
            f,
            "{:<24}{:>12}{:>12}{:>10}{:>10}{:>14}",
            "", "connections", "per second", "p50", "p99", "CPU/request"
        )?;
        for (connections, taken) in &self.taken {
            let read = Median::of(taken.iter().map(|one| &one.read));
            let bare = Median::of_rounds(taken.iter().map(|one| (&one.bare, None)));
            let memory = Median::of(taken.iter().map(|one| &one.memory));
            for (name, median) in [
                ("read", &read),
                ("pgbench, same SQL", &bare),
                ("same bytes, memory", &memory),
            ] {
                writeln!(f, "{name:<24}{connections:>12}{median}")?;
            }
            writeln!(
                f,
                "  {:.2} × pgbench (target 1.5 ×); p99 {:.2} × pgbench's (target 2 ×); \
                 CPU {:.2} × from memory (target 3 ×)\n",
                read.per_second / bare.per_second,
                read.p99 / bare.p99,
                read.cpu / memory.cpu,
            )?;
        }
        Ok(())
    }
}

impl Median {
    pub(crate) fn of<'a>(measured: impl Iterator<Item = &'a Measured>) -> Self {
        Self::of_rounds(measured.map(|one| (&one.round, Some(one.cpu_per_request))))
    }

    fn of_rounds<'a>(rounds: impl Iterator<Item = (&'a Round, Option<Duration>)>) -> Self {
        let rounds: Vec<_> = rounds.collect();
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        Self {
            per_second: median(rounds.iter().map(|(round, _)| round.per_second)),
            p50: median(rounds.iter().map(|(round, _)| micros(round.p50))),
            p99: median(rounds.iter().map(|(round, _)| micros(round.p99))),
            cpu: median(rounds.iter().filter_map(|(_, cpu)| cpu.map(micros))),
        }
    }
}

impl fmt::Display for Median {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>12.0}{:>10.0}{:>10.0}",
            self.per_second, self.p50, self.p99
        )?;
        if self.cpu.is_nan() {
            return write!(f, "{:>14}", "–");
        }
        write!(f, "{:>14.1}", self.cpu)
    }
}

/// The middle one; not a number when there is none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median([9.0, 1.0, 5.0].into_iter()) - 5.0).abs() < f64::EPSILON);
        assert!(median(std::iter::empty()).is_nan());
    }
}
