//! `cpf push`.

use std::{
    fmt::Write as _,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::Secret;
use reqwest::{Body, Client, Response, StatusCode, Url, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio_util::io::ReaderStream;

/// Deposit a file of the certifiers' flux, wait for its report, and tell every error.
///
/// The organisation's key comes from the variable `CPF_KEY`, or from a file: an argument would be
/// seen by everyone on the machine.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing left to do; 1 some passages were rejected or are \
    ambiguous; 2 the file was refused, or it failed."
)]
pub(super) struct Push {
    /// The file, a `cpf:flux` of version 1.1.2.
    file: PathBuf,

    /// The platform's address.
    #[arg(
        long,
        env = "CPF_URL",
        value_name = "URL",
        default_value = "http://localhost:8080"
    )]
    url: Url,

    /// The file that holds the organisation's key; `-` for standard input.
    #[arg(long, env = "CPF_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Print the report as one JSON object on standard output.
    #[arg(long)]
    json: bool,
}

/// The platform, as this organisation reaches it.
struct Platform {
    client: Client,
    url: Url,
    key: Secret<String>,
}

/// What became of the file.
struct Outcome {
    batch: Value,
    /// The passages that their emitter has something to do about.
    wrong: Vec<Value>,
}

impl Push {
    pub(super) fn run(self) -> ExitCode {
        let json = self.json;
        let pushed = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(anyhow::Error::from)
            .and_then(|runtime| runtime.block_on(self.push()))
            .and_then(|outcome| outcome.tell(json));
        pushed.unwrap_or_else(|error| {
            eprintln!("cpf: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because: {cause}");
            }
            ExitCode::from(2)
        })
    }

    async fn push(self) -> anyhow::Result<Outcome> {
        let platform = Platform {
            key: key(self.key_file.as_deref())?,
            client: Client::builder()
                .connect_timeout(Duration::from_secs(10))
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            url: self.url,
        };
        let location = platform.deposit(&self.file).await?;
        platform.report(&location).await
    }
}

/// The organisation's key, from wherever it is kept.
#[expect(
    clippy::disallowed_methods,
    reason = "a key must not be an argument, and clap reads no variable that is not also one"
)]
fn key(file: Option<&Path>) -> anyhow::Result<Secret<String>> {
    let key = match file {
        Some(file) if file == Path::new("-") => {
            let mut key = String::new();
            std::io::stdin().take(1_000).read_to_string(&mut key)?;
            key
        }
        Some(file) => std::fs::read_to_string(file)
            .with_context(|| format!("the key cannot be read from {}", file.display()))?,
        None => std::env::var("CPF_KEY").map_err(|_absent| {
            anyhow!("which key?\nSet CPF_KEY, or name the file that holds it with --key-file.")
        })?,
    };
    Ok(Secret::new(key.trim().to_owned()))
}

impl Platform {
    /// Sends the file; gives the path where its report will be.
    async fn deposit(&self, path: &Path) -> anyhow::Result<String> {
        let unreadable = || format!("{} cannot be read", path.display());
        let digest = digest(path).await.with_context(unreadable)?;
        let file = File::open(path).await.with_context(unreadable)?;
        let size = file.metadata().await.with_context(unreadable)?.len();
        // Drawn on standard error, and only on a terminal.
        let bar = ProgressBar::new(size)
            .with_style(style())
            .with_message("sending");
        let sent = bar.clone();
        let stream = ReaderStream::with_capacity(file, 256 * 1024).inspect(move |bytes| {
            let bytes = bytes.as_ref().map_or(0, bytes::Bytes::len);
            sent.inc(u64::try_from(bytes).unwrap_or_default());
        });
        let mut url = self.url.join("/v1/batches")?;
        if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            url.query_pairs_mut().append_pair("file_name", name);
        }
        let request = self
            .client
            .post(url)
            .bearer_auth(self.key.expose())
            .header(header::CONTENT_TYPE, "application/xml")
            .header(header::CONTENT_LENGTH, size)
            .header(
                "content-digest",
                format!("sha-256=:{}:", STANDARD.encode(digest)),
            )
            .body(Body::wrap_stream(stream));
        let response = request
            .send()
            .await
            .context("the platform cannot be reached")?;
        bar.finish_and_clear();
        if response.status() != StatusCode::ACCEPTED {
            bail!(refused(response).await);
        }
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        Ok(location
            .context("the platform did not say where the report will be")?
            .to_owned())
    }

    /// Waits until the batch is processed, then reads its whole report.
    async fn report(&self, location: &str) -> anyhow::Result<Outcome> {
        let waiting = ProgressBar::new_spinner().with_message("waiting for the report");
        waiting.enable_steady_tick(Duration::from_millis(100));
        let mut page = self.page(location, None).await?;
        while page["batch"]["status"] == "received" {
            tokio::time::sleep(Duration::from_millis(300)).await;
            page = self.page(location, None).await?;
        }
        let batch = page["batch"].take();
        let mut wrong = Vec::new();
        loop {
            if let Some(passages) = page["passages"].as_array_mut() {
                wrong.extend(passages.drain(..).filter(|passage| !is_fine(passage)));
            }
            let Some(next) = page["next"].as_str() else {
                break;
            };
            page = self.page(location, Some(next)).await?;
        }
        waiting.finish_and_clear();
        Ok(Outcome { batch, wrong })
    }

    async fn page(&self, location: &str, after: Option<&str>) -> anyhow::Result<Value> {
        let mut url = self.url.join(location)?;
        url.query_pairs_mut().append_pair("limit", "200");
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        let request = self.client.get(url).bearer_auth(self.key.expose());
        let response = request
            .send()
            .await
            .context("the platform cannot be reached")?;
        if response.status() != StatusCode::OK {
            bail!(refused(response).await);
        }
        Ok(response.json().await?)
    }
}

async fn digest(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut bytes = ReaderStream::with_capacity(File::open(path).await?, 256 * 1024);
    let mut digest = Sha256::new();
    while let Some(bytes) = bytes.next().await {
        digest.update(bytes?);
    }
    Ok(digest.finalize().into())
}

/// What the platform answered instead, in words.
async fn refused(response: Response) -> String {
    let status = response.status();
    let problem: Value = response.json().await.unwrap_or_default();
    let title = problem["title"].as_str().unwrap_or("the platform refused");
    let mut words = format!("{title} ({status})");
    for error in problem["errors"].as_array().into_iter().flatten() {
        words.push_str(&described(error));
    }
    if let Some(detail) = problem["detail"].as_str() {
        words.push_str("\n  ");
        words.push_str(detail);
    }
    words
}

/// One error on a line of its own.
fn described(error: &Value) -> String {
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let line = error["line"].as_u64().unwrap_or_default();
    let field = error["field"]
        .as_str()
        .map_or_else(String::new, |field| format!(" {field}:"));
    format!(
        "\n  line {line}:{field} {} [{}]",
        text("detail"),
        text("code")
    )
}

fn is_fine(passage: &Value) -> bool {
    matches!(
        passage["verdict"].as_str(),
        Some("matched" | "waiting" | "already_known")
    )
}

fn style() -> ProgressStyle {
    let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}";
    ProgressStyle::with_template(template).unwrap_or_else(|_misspelt| ProgressStyle::default_bar())
}

impl Outcome {
    fn tell(&self, json: bool) -> anyhow::Result<ExitCode> {
        let mut out = std::io::stdout().lock();
        let is_refused = self.batch["status"] == "refused";
        if json {
            let report = json!({ "batch": self.batch, "passages": self.wrong });
            writeln!(out, "{report}")?;
        } else {
            writeln!(out, "{}", self.words(is_refused))?;
        }
        Ok(match (is_refused, self.wrong.is_empty()) {
            (true, _) => ExitCode::from(2),
            (false, false) => ExitCode::from(1),
            (false, true) => ExitCode::SUCCESS,
        })
    }

    fn words(&self, is_refused: bool) -> String {
        let id = self.batch["id"].as_str().unwrap_or_default();
        let counted = |name: &str| self.batch["counts"][name].as_u64().unwrap_or_default();
        let mut words = if is_refused {
            format!("Batch {id} was refused; nothing of it was stored.")
        } else {
            format!(
                "Batch {id}: {} matched, {} waiting for their workers, {} already known, {} \
                 ambiguous, {} rejected.",
                counted("matched"),
                counted("waiting"),
                counted("already_known"),
                counted("ambiguous"),
                counted("rejected"),
            )
        };
        for error in self.batch["errors"].as_array().into_iter().flatten() {
            words.push_str(&described(error));
        }
        for passage in &self.wrong {
            let line = passage["line"].as_u64().unwrap_or_default();
            let id = passage["technical_id"]
                .as_str()
                .unwrap_or("without a technical id");
            let verdict = passage["verdict"].as_str().unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = write!(words, "\nPassage {id}, line {line}: {verdict}");
            for error in passage["errors"].as_array().into_iter().flatten() {
                words.push_str(&described(error));
            }
        }
        words
    }
}
