//! The programs that `up` runs: their start, their end, and what they said if they fail.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::{PULSE, probe, settings::Place};

/// How long a program may take to finish what it is doing once told to stop.
const GRACE: Duration = Duration::from_secs(30);

/// How much of a failed program's log is shown, in lines.
const LAST_WORDS: usize = 12;

/// A program to run.
#[derive(Debug)]
pub(crate) struct Program {
    /// Names its log.
    pub(crate) name: &'static str,
    /// Its file, beside ours.
    pub(crate) file: &'static str,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(&'static str, String)>,
    /// The port and path that answer 2xx once it is ready.
    pub(crate) ready: Option<(u16, &'static str)>,
}

/// Programs that run until told to stop.
pub(crate) struct Programs {
    running: Vec<Running>,
}

struct Running {
    name: &'static str,
    log: PathBuf,
    child: Child,
    waiting_for: Option<(u16, &'static str)>,
}

/// Runs a program to its end. Answers where it wrote what it said.
pub(crate) fn finish(place: &Place, program: &Program) -> anyhow::Result<PathBuf> {
    let (mut child, log) = spawn(place, program)?;
    let status = child.wait()?;
    if !status.success() {
        bail!("{} failed ({status}):\n{}", program.name, last_words(&log));
    }
    Ok(log)
}

impl Programs {
    /// Starts all of them.
    pub(crate) fn start(place: &Place, programs: &[Program]) -> anyhow::Result<Self> {
        let mut started = Self {
            running: Vec::new(),
        };
        for program in programs {
            match spawn(place, program) {
                Ok((child, log)) => started.running.push(Running {
                    name: program.name,
                    log,
                    child,
                    waiting_for: program.ready,
                }),
                Err(error) => {
                    started.stop()?;
                    return Err(error);
                }
            }
        }
        Ok(started)
    }

    /// The process of one of them.
    pub(crate) fn process(&self, name: &str) -> Option<u32> {
        self.running
            .iter()
            .find(|program| program.name == name)
            .map(|program| program.child.id())
    }

    /// Whether all of them answer. Those that did are not asked again.
    pub(crate) fn are_ready(&mut self) -> bool {
        for program in &mut self.running {
            if program
                .waiting_for
                .is_some_and(|(port, path)| probe::answers(port, path))
            {
                program.waiting_for = None;
            }
        }
        self.running
            .iter()
            .all(|program| program.waiting_for.is_none())
    }

    /// Fails if one of them has ended by itself.
    pub(crate) fn check_alive(&mut self) -> anyhow::Result<()> {
        for program in &mut self.running {
            if let Some(status) = program.child.try_wait()? {
                bail!(
                    "{} ended ({status}):\n{}",
                    program.name,
                    last_words(&program.log)
                );
            }
        }
        Ok(())
    }

    /// Tells all of them to stop, and waits; ends by force who does not.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        for program in &mut self.running {
            if program.child.try_wait()?.is_none() {
                kill_process(Pid::from_child(&program.child), Signal::TERM)?;
            }
        }
        let deadline = Instant::now() + GRACE;
        for program in &mut self.running {
            while program.child.try_wait()?.is_none() {
                if Instant::now() > deadline {
                    eprintln!("{} does not stop: ended by force", program.name);
                    program.child.kill()?;
                }
                thread::sleep(PULSE);
            }
        }
        Ok(())
    }
}

fn spawn(place: &Place, program: &Program) -> anyhow::Result<(Child, PathBuf)> {
    let log = place.logs.join(format!("{}.log", program.name));
    let output = File::create(&log).with_context(|| log.display().to_string())?;
    let file = place.programs.join(program.file);
    let child = Command::new(&file)
        .args(&program.arguments)
        .envs(
            program
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .current_dir(&place.root)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        // Ctrl-C reaches us alone: we stop the others in order.
        .process_group(0)
        .spawn()
        .with_context(|| {
            format!(
                "starting {}: run ./infra/up, which builds it",
                file.display()
            )
        })?;
    Ok((child, log))
}

fn last_words(log: &PathBuf) -> String {
    let said = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = said.lines().collect();
    let last = lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n");
    format!("{last}\n(all of it is in {})", log.display())
}
