//! Receiving a file: screened as it arrives, stored as it is, durable before it is acknowledged.

use std::{error::Error, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use kernel::{BatchId, Confinement, Digest, Fault, OrganisationId, Tx};
use sha2::{Digest as _, Sha256};

use crate::{Intake, finding::Refusal, model::shown_file_name, screen::Screen, store};

/// Bytes of one stored chunk.
const CHUNK: usize = 1024 * 1024;

/// How long an emitter may send nothing. A deposit holds a connection to the database.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who delivers what.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The depositing organisation.
    pub organisation: OrganisationId,
    /// What it calls the file.
    pub file_name: Option<String>,
    /// What it says the file's SHA-256 is.
    pub expected: Option<Digest>,
}

/// A file that is here to stay.
#[derive(Debug, Clone, Copy)]
pub struct Received {
    /// The batch.
    pub batch: BatchId,
    /// The file's size.
    pub size_bytes: u64,
    /// The file's SHA-256.
    pub content_sha256: Digest,
}

/// Why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum DepositError {
    /// The file cannot be read as a flux.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is not the file whose digest was announced.
    #[error("the file does not have the announced digest")]
    DigestMismatch,
    /// It stopped arriving.
    #[error("the file stopped arriving")]
    Interrupted(#[source] Box<dyn Error + Send + Sync>),
    /// Nothing arrived for too long.
    #[error("nothing arrived for {} seconds", PATIENCE.as_secs())]
    Stalled,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Intake {
    /// Receives a file. Once this returns, no failure loses it; until then, nothing of it exists.
    #[tracing::instrument(name = "intake.deposit", skip_all, fields(
        organisation.id = %delivery.organisation, batch.id = tracing::field::Empty))]
    pub async fn deposit<E>(
        &self,
        delivery: Delivery,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Received, DepositError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let _place = self
            .receiving
            .try_acquire()
            .map_err(|_full| Fault::Unavailable("intake"))?;
        let organisation = delivery.organisation;
        let batch = BatchId::generate(&self.clock, &self.entropy);
        tracing::Span::current().record("batch.id", tracing::field::display(batch));
        let mut tx = self
            .db
            .begin(Confinement::Organisation(organisation))
            .await?;
        let name = delivery.file_name.as_deref().and_then(shown_file_name);
        store::open_batch(
            &mut tx,
            organisation,
            batch,
            name.as_deref(),
            self.clock.now(),
        )
        .await?;
        let outcome = Writing {
            tx,
            organisation,
            batch,
            chunk: 0,
        };
        let received = outcome
            .take_in(body, Screen::new(self.limits.file_bytes))
            .await;
        let (mut tx, received) = received.inspect_err(count_refusal)?;
        if delivery
            .expected
            .is_some_and(|expected| expected != received.content_sha256)
        {
            return Err(DepositError::DigestMismatch);
        }
        let Received {
            size_bytes,
            content_sha256,
            ..
        } = received;
        store::queue_batch(&mut tx, organisation, batch, content_sha256, size_bytes).await?;
        tx.commit().await?;
        metrics::counter!("cpf_intake_received_bytes_total").increment(size_bytes);
        metrics::counter!("cpf_intake_received_total", "outcome" => "queued").increment(1);
        Ok(received)
    }
}

fn count_refusal(error: &DepositError) {
    let outcome = match error {
        DepositError::Refused(refusal) => refusal.code.as_str(),
        DepositError::DigestMismatch => "digest_mismatch",
        DepositError::Interrupted(_) | DepositError::Stalled => "interrupted",
        DepositError::Fault(_) => "fault",
    };
    metrics::counter!("cpf_intake_received_total", "outcome" => outcome).increment(1);
}

/// A file being written.
struct Writing {
    tx: Tx,
    organisation: OrganisationId,
    batch: BatchId,
    chunk: i32,
}

impl Writing {
    async fn take_in<E>(
        mut self,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
        mut screen: Screen,
    ) -> Result<(Tx, Received), DepositError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut body = std::pin::pin!(body);
        let mut digest = Sha256::new();
        let mut held = BytesMut::with_capacity(CHUNK);
        loop {
            let next = tokio::time::timeout(PATIENCE, body.next());
            let Some(bytes) = next.await.map_err(|_elapsed| DepositError::Stalled)? else {
                break;
            };
            let bytes = bytes.map_err(|error| DepositError::Interrupted(error.into()))?;
            screen.feed(&bytes)?;
            digest.update(&bytes);
            held.extend_from_slice(&bytes);
            while held.len() >= CHUNK {
                let full = held.split_to(CHUNK);
                self.store(&full).await?;
            }
        }
        let size_bytes = screen.finish()?;
        if !held.is_empty() {
            self.store(&held).await?;
        }
        let content_sha256 = Digest::from_bytes(digest.finalize().into());
        Ok((
            self.tx,
            Received {
                batch: self.batch,
                size_bytes,
                content_sha256,
            },
        ))
    }

    async fn store(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        store::add_chunk(
            &mut self.tx,
            self.organisation,
            self.batch,
            self.chunk,
            bytes,
        )
        .await?;
        self.chunk += 1;
        Ok(())
    }
}
