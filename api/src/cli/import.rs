//! `cpf import`.

use std::{
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::anyhow;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Clock, Db};
use labour::{ImportError, Labour, Outcome};
use serde_json::{Value, json};

use crate::Config;

/// Bring public reference data into force. The same files again change nothing; any anomaly
/// refuses the whole, and what was in force stays.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A release of ROME 4.0: the files `unix_referentiel_code_rome_v*_utf8.csv`,
    /// `unix_referentiel_appellation_v*_utf8.csv` and `arbo_competences_*.csv` of France Travail.
    Rome(Source),
    /// Qualifications and where they lead: `qualifications.csv` (`code,label,level`) and
    /// `qualification_occupations.csv` (`qualification_code,occupation_code`).
    Qualifications(Source),
}

#[derive(Debug, Args)]
struct Source {
    /// The folder that holds the files.
    path: PathBuf,

    /// Print the result, or every anomaly, as one JSON object on standard output.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    config: Config,
}

/// What an import did, for people and for programs.
struct Done {
    words: String,
    document: Value,
}

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (Source { path, json, config }, is_rome) = match self.what {
            What::Rome(source) => (source, true),
            What::Qualifications(source) => (source, false),
        };
        let db = Db::connect(config.login_url()?.expose(), 2).await?;
        let labour = Labour::new(db.clone(), Clock::system());
        let imported = if is_rome {
            rome(&labour, &path).await
        } else {
            qualifications(&labour, &path).await
        };
        db.close();
        let mut out = std::io::stdout();
        match imported {
            Ok(done) if json => writeln!(out, "{}", done.document)?,
            Ok(done) => writeln!(out, "{}", done.words)?,
            Err(error) => {
                if json {
                    writeln!(out, "{}", refusal(&error))?;
                }
                return Err(explained(error, json));
            }
        }
        Ok(())
    }
}

async fn rome(labour: &Labour, path: &Path) -> Result<Done, ImportError> {
    let begun = Instant::now();
    // Drawn on standard error, and only on a terminal.
    let bar = ProgressBar::no_length()
        .with_style(style())
        .with_message("reading the files");
    bar.tick();
    let imported = labour
        .import_rome(path, |progress| {
            bar.set_message("writing");
            bar.set_length(count(progress.total));
            bar.set_position(count(progress.done));
        })
        .await;
    bar.finish_and_clear();
    let imported = imported?;
    let release = &imported.edition.release;
    let (occupations, appellations, skills) =
        (imported.occupations, imported.appellations, imported.skills);
    let ended = match imported.outcome {
        Outcome::AlreadyInForce => "was already in force: nothing changed".to_owned(),
        Outcome::PutInForce => format!("is in force, after {:.1} s", begun.elapsed().as_secs_f32()),
    };
    Ok(Done {
        words: format!(
            "ROME {release} ({occupations} occupations, {appellations} appellations, {skills} \
             skills) {ended}."
        ),
        document: json!({
            "release": release,
            "content_sha256": imported.edition.content.to_hex(),
            "changed": imported.outcome == Outcome::PutInForce,
            "occupations": occupations,
            "appellations": appellations,
            "skills": skills,
        }),
    })
}

async fn qualifications(labour: &Labour, path: &Path) -> Result<Done, ImportError> {
    let imported = labour.import_qualifications(path).await?;
    let ended = match imported.outcome {
        Outcome::AlreadyInForce => "were known already: nothing changed",
        Outcome::PutInForce => "are known now",
    };
    Ok(Done {
        words: format!(
            "{} qualifications, leading to {} occupations, {ended}.",
            imported.qualifications, imported.links
        ),
        document: json!({
            "changed": imported.outcome == Outcome::PutInForce,
            "qualifications": imported.qualifications,
            "links": imported.links,
        }),
    })
}

fn style() -> ProgressStyle {
    let template = "{msg} {wide_bar} {human_pos}/{human_len} {elapsed}";
    ProgressStyle::with_template(template).unwrap_or_else(|_misspelt| ProgressStyle::default_bar())
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

fn refusal(error: &ImportError) -> Value {
    let ImportError::Refused(anomalies) = error else {
        return json!({ "changed": false, "error": error.to_string() });
    };
    let listed = anomalies.listed().iter().map(|anomaly| {
        json!({
            "file": anomaly.file,
            "line": anomaly.line,
            "code": anomaly.kind.code(),
            "detail": anomaly.kind.to_string(),
        })
    });
    json!({
        "changed": false,
        "found": anomalies.found(),
        "anomalies": listed.collect::<Vec<Value>>(),
    })
}

/// The error as the command ends with it; anomalies are spelt out line by line.
fn explained(error: ImportError, json: bool) -> anyhow::Error {
    let ImportError::Refused(anomalies) = error else {
        return error.into();
    };
    let (found, listed) = (anomalies.found(), anomalies.listed());
    let mut lines = vec![format!("nothing was imported. Anomalies: {found}.")];
    if !json {
        lines.extend(listed.iter().map(|anomaly| format!("  {anomaly}")));
        if found > listed.len() {
            lines.push(format!("  … and {} more", found - listed.len()));
        }
    }
    lines.push("Correct the files, or take them anew from their publisher, and try again.".into());
    anyhow!(lines.join("\n"))
}
