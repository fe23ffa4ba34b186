//! A record to read: certificates of one worker that make a reply of about 4 kB.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::time::sleep;

use crate::{load::Target, platform::Platform};

/// How many bytes a reply should have.
const REPLY: usize = 4_096;

/// A certifier deposits the certificates of the sandbox's people.
pub(crate) async fn deposit(platform: &Platform) -> anyhow::Result<()> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sandbox/data");
    let key = fs::read_to_string(samples.join("certifier.key"))?;
    let http = reqwest::Client::builder().build()?;
    let answer = http
        .post(format!("{}/v1/batches", platform.url))
        .bearer_auth(key.trim())
        .header("Content-Type", "application/xml")
        .body(fs::read(samples.join("flux/certificates.xml"))?)
        .send()
        .await?;
    ensure!(answer.status() == 202, "{}", answer.text().await?);
    let location = answer
        .headers()
        .get("Location")
        .context("no address")?
        .to_str()?;
    let report = format!("{}{location}", platform.url);
    for _ in 0..200 {
        let answer = http.get(&report).bearer_auth(key.trim()).send().await?;
        let answer: Value = serde_json::from_str(&answer.text().await?)?;
        if answer["batch"]["status"] == "done" {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("the deposit is not processed")
}

/// Copies the worker's first certificate until the reply has about 4 kB. Answers that reply.
pub(crate) async fn fill(
    platform: &Platform,
    worker: &str,
    target: &Target,
) -> anyhow::Result<Vec<u8>> {
    let one = target.body().await.context("reading the record")?;
    for _ in 0..100 {
        let reply = target.body().await?;
        if reply.len() + one.len() / 2 >= REPLY {
            return Ok(reply);
        }
        let copied = platform
            .sql(&format!(
                "INSERT INTO entries (worker_id, entry_id, section, provenance, organisation_id, \
                                      version, body, recorded_at) \
                 SELECT worker_id, gen_random_uuid(), section, provenance, organisation_id, \
                        version, body, recorded_at \
                   FROM entries WHERE worker_id = '{worker}' AND section = 'certificates' LIMIT 1 \
                 RETURNING 1"
            ))
            .await?;
        ensure!(copied == "1", "this worker has no certificate to copy");
    }
    anyhow::bail!("the reply does not grow with the record")
}
