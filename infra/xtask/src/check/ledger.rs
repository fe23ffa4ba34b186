//! What was checked, how long it took, and how it went.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};

/// How many tests ran, and how they went.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) ignored: u32,
}

/// The steps so far.
pub(crate) struct Ledger {
    only: Vec<String>,
    lines: Vec<Line>,
}

struct Line {
    name: &'static str,
    took: Duration,
    result: Outcome,
    tests: Option<Totals>,
}

enum Outcome {
    Holds,
    Fails,
    Skipped(&'static str),
}

impl Ledger {
    /// An empty ledger, of the steps whose name contains one of `only`; of all if there is none.
    pub(crate) const fn new(only: Vec<String>) -> Self {
        Self {
            only,
            lines: Vec::new(),
        }
    }

    /// Takes one step.
    pub(crate) fn step(&mut self, name: &'static str, step: impl FnOnce() -> anyhow::Result<()>) {
        self.write(name, || (step(), None));
    }

    /// Says that a step cannot be taken here, and why.
    pub(crate) fn skip(&mut self, name: &'static str, why: &'static str) {
        if self.takes(name) {
            let (took, result, tests) = (Duration::ZERO, Outcome::Skipped(why), None);
            self.lines.push(Line {
                name,
                took,
                result,
                tests,
            });
        }
    }

    /// Takes a step that runs tests.
    pub(crate) fn tests(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> anyhow::Result<Totals>,
    ) {
        self.write(name, || match step() {
            Ok(totals) => (totals.verdict(), Some(totals)),
            Err(error) => (Err(error), None),
        });
    }

    /// Prints how each step went. Fails if one did.
    pub(crate) fn close(self) -> anyhow::Result<()> {
        println!("\n{:<24}{:>8}  result", "step", "time");
        let mut all = Totals::default();
        let mut failed = Vec::new();
        for line in &self.lines {
            let result = match line.result {
                Outcome::Holds => "ok".to_owned(),
                Outcome::Fails => {
                    failed.push(line.name);
                    "FAILED".to_owned()
                }
                Outcome::Skipped(why) => format!("not checked: {why}"),
            };
            let tests = line
                .tests
                .map_or_else(String::new, |totals| format!(", {}", totals.said()));
            println!(
                "{:<24}{:>6.1} s  {result}{tests}",
                line.name,
                line.took.as_secs_f64()
            );
            all = all.plus(line.tests.unwrap_or_default());
        }
        println!("\nTests in all: {}.", all.said());
        ensure!(!self.lines.is_empty(), "no step has such a name");
        ensure!(
            failed.is_empty(),
            "{} of {} steps failed: {}",
            failed.len(),
            self.lines.len(),
            failed.join(", ")
        );
        println!("Everything holds.");
        Ok(())
    }

    fn takes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.contains(only.as_str()))
    }

    fn write(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> (anyhow::Result<()>, Option<Totals>),
    ) {
        if !self.takes(name) {
            return;
        }
        println!("\n── {name}");
        let start = Instant::now();
        let (result, tests) = step();
        let took = start.elapsed();
        let result = match result {
            Ok(()) => Outcome::Holds,
            Err(error) => {
                eprintln!("{name}: {error:#}");
                Outcome::Fails
            }
        };
        self.lines.push(Line {
            name,
            took,
            result,
            tests,
        });
    }
}

impl Totals {
    /// Adds what a line of `cargo test` or of `node --test` counts, if it counts something.
    pub(crate) fn count(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            for part in result.split(['.', ';']) {
                let mut words = part.split_whitespace();
                let (Some(number), Some(what)) = (words.next(), words.next()) else {
                    continue;
                };
                let Ok(number) = number.parse::<u32>() else {
                    continue;
                };
                match what {
                    "passed" => self.passed += number,
                    "failed" => self.failed += number,
                    "ignored" => self.ignored += number,
                    _ => {}
                }
            }
        }
        let mut words = line.trim_start_matches(['#', 'ℹ']).split_whitespace();
        if line.starts_with(['#', 'ℹ'])
            && let (Some(what), Some(number), None) = (words.next(), words.next(), words.next())
            && let Ok(number) = number.parse::<u32>()
        {
            match what {
                "pass" => self.passed += number,
                "fail" | "cancelled" => self.failed += number,
                "skipped" => self.ignored += number,
                _ => {}
            }
        }
    }

    fn verdict(self) -> anyhow::Result<()> {
        if self.failed > 0 {
            bail!("{} tests failed", self.failed);
        }
        ensure!(self.passed > 0, "no test ran");
        Ok(())
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            ignored: self.ignored + other.ignored,
        }
    }

    fn said(self) -> String {
        format!(
            "{} passed, {} failed, {} ignored",
            self.passed, self.failed, self.ignored
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Ledger, Totals};

    #[test]
    fn tests_of_both_kinds_are_counted() {
        let mut totals = Totals::default();
        totals.count("test result: ok. 17 passed; 1 failed; 2 ignored; 0 measured; finished in 0s");
        totals.count("ℹ pass 5");
        totals.count("# fail 1");
        totals.count("ℹ duration_ms 512");
        totals.count("test tidy ... ok");
        assert_eq!(
            totals,
            Totals {
                passed: 22,
                failed: 2,
                ignored: 2
            }
        );
    }

    #[test]
    fn one_failed_step_fails_the_whole_and_the_steps_after_it_still_run() {
        let mut ledger = Ledger::new(Vec::new());
        let mut ran = false;
        ledger.step("first", || anyhow::bail!("no"));
        ledger.step("second", || {
            ran = true;
            Ok(())
        });
        assert!(ran);
        assert!(ledger.close().unwrap_err().to_string().contains("1 of 2"));
    }

    #[test]
    fn a_run_without_a_single_test_is_a_failure() {
        let mut ledger = Ledger::new(Vec::new());
        ledger.tests("tests", || Ok(Totals::default()));
        assert!(ledger.close().is_err());
    }
}
