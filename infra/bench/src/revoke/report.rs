//! How soon each node refused, and what was served too late.

use std::{
    fmt,
    time::{Duration, Instant},
};

use super::{Cut, Loaded, Revocation};
use crate::probe::Read;

/// The distributions, by node.
pub(super) struct Report {
    bound: Duration,
    lease: Duration,
    nodes: [Refusals; 3],
    cut: CutOff,
    load: (usize, usize, Duration),
}

/// What one node did.
#[derive(Debug, Default)]
struct Refusals {
    name: &'static str,
    /// From the acknowledgement to the answer that refused, where this node acknowledged.
    here: Vec<Duration>,
    /// The same, where another did.
    elsewhere: Vec<Duration>,
    /// Reads that were sent after this node had acknowledged, and served.
    late_here: usize,
    /// Reads that were sent after another had, within the bound, and served.
    soon: usize,
    /// Beyond the bound.
    late_elsewhere: usize,
}

#[derive(Debug, Default)]
struct CutOff {
    /// From the cut to the first answer that refused.
    refused: Vec<Duration>,
    /// From the mending to the first answer that knew what was missed.
    back: Vec<Duration>,
    /// Reads that were answered with the record later than the lease after the cut.
    late: usize,
}

impl Report {
    pub(super) fn new(names: [&'static str; 3], bound: Duration, lease: Duration) -> Self {
        let refusals = |name| Refusals {
            name,
            ..Refusals::default()
        };
        Self {
            bound,
            lease,
            nodes: names.map(refusals),
            cut: CutOff::default(),
            load: (0, 0, Duration::ZERO),
        }
    }

    pub(super) fn add(&mut self, revocation: &Revocation) {
        let Revocation {
            by,
            acknowledged,
            reads,
        } = revocation;
        for (place, (node, reads)) in self.nodes.iter_mut().zip(reads).enumerate() {
            let after = |bound| served_after(reads, *acknowledged + bound);
            let refused = since(*acknowledged, reads, |read| read.status == 401);
            if place == *by {
                node.here.extend(refused);
                node.late_here += after(Duration::ZERO);
            } else {
                node.elsewhere.extend(refused);
                let late = after(self.bound);
                node.late_elsewhere += late;
                node.soon += after(Duration::ZERO) - late;
            }
        }
    }

    pub(super) fn add_cut(&mut self, cut: &Cut) {
        let late = cut.at + self.lease;
        let is_late = |read: &&Read| read.is_served() && read.answered > late;
        self.cut.late += cut.reads.iter().filter(is_late).count();
        let refused = since(cut.at, &cut.reads, |read| {
            !read.is_served() && read.answered > cut.at
        });
        self.cut.refused.extend(refused);
        let back = since(cut.mended, &cut.reads, |read| read.status == 401);
        self.cut.back.extend(back);
    }

    pub(super) fn add_load(&mut self, load: &Loaded) {
        let served = load.reads.iter().filter(|read| read.is_served()).count();
        self.load.0 += served;
        self.load.1 += load.reads.len() - served;
        self.load.2 += load.lasted;
    }

    /// How many reads were served that must not have been.
    pub(super) fn served_late(&self) -> usize {
        let nodes = self.nodes.iter();
        nodes
            .map(|node| node.late_here + node.late_elsewhere)
            .sum::<usize>()
            + self.cut.late
    }
}

/// How many of `reads` were sent after `moment` and served.
fn served_after(reads: &[Read], moment: Instant) -> usize {
    let late = |read: &&Read| read.is_served() && read.sent > moment;
    reads.iter().filter(late).count()
}

/// From `moment` to the first answer that is so. Nothing counts as less than none: an answer may
/// overtake the acknowledgement.
fn since(moment: Instant, reads: &[Read], is: impl Fn(&Read) -> bool) -> Option<Duration> {
    let found = reads.iter().filter(|read| is(read));
    let first = found.map(|read| read.answered).min();
    first.map(|answered| answered.saturating_duration_since(moment))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (served, refused, lasted) = self.load;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52 reads")]
        let per_second = served as f64 / lasted.as_secs_f64().max(f64::MIN_POSITIVE);
        writeln!(
            f,
            "From the acknowledgement of a revocation to the first refusal, in milliseconds. Three nodes, \
             PostgreSQL and\nthe load share this machine's processors. Meanwhile {per_second:.0} reads \
             of other records per second; of {served},\n{refused} were answered 503.\n"
        )?;
        writeln!(
            f,
            "{:<34}{:>7}{:>9}{:>9}{:>9}{:>9}  served too late",
            "", "number", "p50", "p90", "p99", "most"
        )?;
        for node in &self.nodes {
            if !node.here.is_empty() {
                let name = format!("{}, which acknowledged", node.name);
                row(f, &name, &node.here, node.late_here)?;
            }
            if !node.elsewhere.is_empty() {
                let name = format!("{}, while another did", node.name);
                row(f, &name, &node.elsewhere, node.late_elsewhere)?;
            }
        }
        if !self.cut.refused.is_empty() {
            row(f, "cut off: from the cut", &self.cut.refused, self.cut.late)?;
            row(f, "rejoined: until it knew", &self.cut.back, 0)?;
        }
        let soon: usize = self.nodes.iter().map(|node| node.soon).sum();
        writeln!(
            f,
            "\nToo late: sent after the acknowledgement, at the node that gave it; sent later than {} ms \
             after it, at the\nothers; answered later than {} s after the cut, at the one cut off. Served at \
             other nodes after an\nacknowledgement, within its bound: {soon} reads.",
            self.bound.as_millis(),
            self.lease.as_secs(),
        )
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, times: &[Duration], late: usize) -> fmt::Result {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |percent: usize| {
        let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
        let time = sorted.get(place).copied().unwrap_or_default();
        time.as_secs_f64() * 1e3
    };
    writeln!(
        f,
        "{name:<34}{:>7}{:>9.1}{:>9.1}{:>9.1}{:>9.1}  {late}",
        sorted.len(),
        at(50),
        at(90),
        at(99),
        at(100),
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Cut, Read, Report, Revocation};

    const LEASE: Duration = Duration::from_secs(2);

    fn read(begun: Instant, sent: u64, took: u64, status: u16) -> Read {
        let sent = begun + Duration::from_millis(sent);
        Read {
            sent,
            answered: sent + Duration::from_millis(took),
            status,
        }
    }

    fn report() -> Report {
        Report::new(["a", "b", "c"], Duration::from_millis(100), LEASE)
    }

    #[test]
    fn a_read_sent_after_the_acknowledgement_is_late_at_once_here_and_after_the_bound_elsewhere() {
        let begun = Instant::now();
        let acknowledged = begun + Duration::from_millis(50);
        let mut report = report();
        report.add(&Revocation {
            by: 0,
            acknowledged,
            reads: vec![
                vec![
                    read(begun, 40, 20, 200),
                    read(begun, 51, 1, 200),
                    read(begun, 60, 2, 401),
                ],
                vec![
                    read(begun, 90, 1, 200),
                    read(begun, 151, 1, 200),
                    read(begun, 160, 5, 401),
                ],
                vec![read(begun, 90, 1, 503), read(begun, 149, 1, 401)],
            ],
        });
        let [a, b, c] = &report.nodes;
        assert_eq!((a.late_here, b.late_elsewhere, c.late_elsewhere), (1, 1, 0));
        assert_eq!(
            b.soon, 1,
            "what was in time is told, and not held against it"
        );
        assert_eq!(a.here, [Duration::from_millis(12)]);
        assert_eq!(b.elsewhere, [Duration::from_millis(115)]);
        assert_eq!(report.served_late(), 2);
    }

    #[test]
    fn a_node_that_is_cut_off_is_late_when_it_answers_after_its_lease() {
        let begun = Instant::now();
        let mut report = report();
        report.add_cut(&Cut {
            at: begun,
            mended: begun + Duration::from_secs(3),
            reads: vec![
                read(begun, 0, 10, 200),
                read(begun, 100, 2_500, 200),
                read(begun, 1_900, 50, 503),
                read(begun, 3_000, 250, 401),
            ],
        });
        assert_eq!(report.served_late(), 1);
        assert_eq!(report.cut.refused, [Duration::from_millis(1_950)]);
        assert_eq!(report.cut.back, [Duration::from_millis(250)]);
    }
}
