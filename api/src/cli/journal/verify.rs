//! `cpf journal verify`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use journal::{Evidence, Export, Key, Published, Report, verify};
use serde_json::{Value, json};

/// Check a worker's lines, and checkpoints of the log, without the platform or a database.
///
/// Each line is hashed again and proven to be in the tree whose head the log has signed. Checkpoints
/// that were kept elsewhere must be of the same log: it may have grown since, and nothing else.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The lines, as `/journal/export` gives them.
    #[arg(required_unless_present = "checkpoint")]
    file: Option<PathBuf>,

    /// The log's public key, as `/journal/key` gives it; once for each key that signed.
    #[arg(long, value_name = "VKEY", required = true)]
    key: Vec<Key>,

    /// A checkpoint from elsewhere, as `/journal/checkpoint` or `/journal/consistency/SIZE` gives
    /// it.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,

    /// An older checkpoint, which the log must continue.
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,

    /// An older export of the same worker, of which no line may have gone.
    #[arg(long, value_name = "FILE", requires = "file")]
    earlier: Option<PathBuf>,

    /// Print the result as one JSON object on standard output.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let checkpoints = [&self.checkpoint, &self.since].into_iter().flatten();
        let evidence = Evidence {
            export: self.file.as_deref().map(export).transpose()?,
            earlier: self.earlier.as_deref().map(export).transpose()?,
            checkpoints: checkpoints
                .map(|file| checkpoint(file))
                .collect::<Result<_, _>>()?,
        };
        let report = verify(&evidence, &self.key);
        let mut out = std::io::stdout().lock();
        if self.json {
            writeln!(out, "{}", document(&report))?;
        }
        if !report.flaws.is_empty() {
            let flaws: Vec<_> = report
                .flaws
                .iter()
                .map(|flaw| format!("  {flaw}"))
                .collect();
            bail!("not verified:\n{}", flaws.join("\n"));
        }
        if !self.json {
            writeln!(out, "{}", words(&report, evidence.export.is_some()))?;
        }
        Ok(())
    }
}

fn export(file: &Path) -> anyhow::Result<Export> {
    Export::parse(&read(file)?).with_context(|| format!("{} is not an export", file.display()))
}

fn checkpoint(file: &Path) -> anyhow::Result<Published> {
    let name = || format!("{} is not a checkpoint", file.display());
    Published::parse(&read(file)?).with_context(name)
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

fn words(report: &Report, of_lines: bool) -> String {
    let size = report.size;
    if !of_lines {
        return format!(
            "Verified: the checkpoints are of one log, of {size} lines, that only grew."
        );
    }
    let sealed = report.totals.sealed;
    let waiting = report.totals.lines.saturating_sub(sealed);
    let more = match waiting {
        0 => String::new(),
        1 => " One line was not sealed yet.".to_owned(),
        more => format!(" {more} lines were not sealed yet."),
    };
    format!("Verified: {sealed} lines are in the log of {size} as they were written.{more}")
}

fn document(report: &Report) -> Value {
    let flaws: Vec<_> = report.flaws.iter().map(ToString::to_string).collect();
    json!({
        "verified": report.flaws.is_empty(),
        "lines": report.totals.lines,
        "sealed": report.totals.sealed,
        "tree_size": report.size,
        "flaws": flaws,
    })
}
