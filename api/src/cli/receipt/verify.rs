//! `cpf receipt verify`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use consent::{Document, VerifyError, WorkerCopy, verify};
use jsonwebtoken::jwk::JwkSet;
use reqwest::{Client, Url};
use serde_json::json;

use super::words::words;
use crate::cli::on_runtime;

/// Check a consent receipt, without the platform or a database, and tell what it says.
///
/// The file is the receipt as both sides have it (`.jwt`), or the worker's copy (`.json`), whose texts
/// are checked too. The receipt holds when a key of the platform has signed it, it is of the expected
/// shape, and the texts and the template, where given, have the sums that it binds.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 it holds; 1 it does not, and why is said; 2 it could not be checked.\n\
    A receipt tells what was agreed and when. Whether it still stands, the platform tells."
)]
pub(super) struct Verify {
    /// The receipt.
    file: PathBuf,

    /// The platform's public keys, as `/.well-known/jwks.json` gave them.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "issuer",
        conflicts_with = "issuer"
    )]
    keys: Option<PathBuf>,

    /// The platform's address: its keys are fetched, and the receipt must name it.
    #[arg(long, value_name = "URL")]
    issuer: Option<Url>,

    /// The texts that the worker was shown: a JSON array, or a worker's copy.
    #[arg(long, value_name = "FILE")]
    texts: Option<PathBuf>,

    /// The template that arranged them, then those that it includes; once for each.
    #[arg(long, value_name = "FILE")]
    template: Vec<PathBuf>,

    /// Print what the receipt says as one JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// What is checked, and with what.
struct Given {
    signed: String,
    keys: JwkSet,
    issuer: Option<Url>,
    texts: Option<Vec<String>>,
    template: Option<Vec<u8>>,
}

impl Verify {
    pub(super) fn run(self) -> ExitCode {
        let json = self.json;
        let given = match self.gather() {
            Ok(given) => given,
            Err(error) => {
                eprintln!("cpf: {error}");
                for cause in error.chain().skip(1) {
                    eprintln!("  because: {cause}");
                }
                return ExitCode::from(2);
            }
        };
        let checked = given.check();
        let mut out = std::io::stdout().lock();
        let told = match (&checked, json) {
            (Ok(document), false) => write!(out, "{}", words(document, given.texts.is_some())),
            (Ok(document), true) => {
                writeln!(out, "{}", json!({"verified": true, "receipt": document}))
            }
            (Err(error), true) => {
                writeln!(
                    out,
                    "{}",
                    json!({"verified": false, "flaw": error.to_string()})
                )
            }
            (Err(_), false) => Ok(()),
        };
        match (checked, told) {
            (Ok(_), Ok(())) => ExitCode::SUCCESS,
            (Err(error), _) => {
                eprintln!("cpf: not verified: {error}");
                ExitCode::FAILURE
            }
            (Ok(_), Err(_closed)) => ExitCode::from(2),
        }
    }

    fn gather(self) -> anyhow::Result<Given> {
        let content = read(&self.file)?;
        // A signed receipt is no JSON.
        let copy = serde_json::from_str::<WorkerCopy>(&content).ok();
        let keys = match (&self.keys, &self.issuer) {
            (Some(file), _) => read(file)?,
            (None, Some(issuer)) => fetch(issuer)?,
            (None, None) => String::new(),
        };
        let keys = serde_json::from_str(&keys).context("these are not public keys (RFC 7517)")?;
        let texts = self.texts.as_deref().map(texts).transpose()?;
        let template = self.template.iter().try_fold(Vec::new(), |mut all, file| {
            all.extend(read(file)?.into_bytes());
            anyhow::Ok(all)
        })?;
        let (signed, inside) = match copy {
            Some(copy) => (copy.receipt, Some(copy.texts)),
            None => (content.trim_end().to_owned(), None),
        };
        Ok(Given {
            signed,
            keys,
            issuer: self.issuer,
            texts: texts.or(inside),
            template: (!self.template.is_empty()).then_some(template),
        })
    }
}

impl Given {
    fn check(&self) -> Result<Document, VerifyError> {
        let document = verify(&self.signed, &self.keys)?;
        if let Some(issuer) = &self.issuer {
            document.check_issuer(issuer.as_str())?;
        }
        if let Some(texts) = &self.texts {
            document.check_texts(texts)?;
        }
        if let Some(template) = &self.template {
            document.check_template(template)?;
        }
        Ok(document)
    }
}

/// The texts of a file: an array of them, or a worker's copy.
fn texts(file: &Path) -> anyhow::Result<Vec<String>> {
    let content = read(file)?;
    let copy = serde_json::from_str::<WorkerCopy>(&content).map(|copy| copy.texts);
    copy.or_else(|_an_array| serde_json::from_str(&content))
        .with_context(|| format!("{} holds no texts", file.display()))
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// The keys of the platform at `issuer`.
fn fetch(issuer: &Url) -> anyhow::Result<String> {
    let url = issuer.join("/.well-known/jwks.json")?;
    let mut keys = String::new();
    on_runtime(async {
        let client = Client::builder()
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let reply = client.get(url.clone()).send().await;
        let reply = reply.and_then(reqwest::Response::error_for_status);
        keys = reply
            .with_context(|| format!("the keys cannot be read from {url}"))?
            .text()
            .await?;
        Ok(())
    })?;
    Ok(keys)
}
