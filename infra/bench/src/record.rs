//! A record to read: certificates of one worker that make a reply of about 4 kB.

use anyhow::{Context, ensure};

use crate::{load::Target, platform::Platform};

/// How many bytes a reply should have.
const REPLY: usize = 4_096;

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
