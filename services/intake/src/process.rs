//! The queue: batches are taken one by one and processed, each in one transaction.

use std::time::Duration;

use consent::Deposit;
use kernel::{BatchId, Confinement, Fault, OrganisationId};
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    Intake,
    code::Code,
    finding::{Finding, Refusal},
    flux::PassageReader,
    group::Progress,
    model::{Counts, Status},
    outline::{Outline, OutlineReader},
    store,
    understand::Passage,
};

/// Passages decided on and written together.
const GROUP: usize = 2_000;

/// Errors that make a group full before its passages do.
const GROUP_ERRORS: usize = 20_000;

/// How long the queue rests when nobody calls, and after a failure.
const REST: Duration = Duration::from_secs(5);

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Processed {
    /// The batch.
    pub batch: BatchId,
    /// How it ended.
    pub status: Status,
    /// What became of its passages.
    pub counts: Counts,
}

/// How a batch ended.
#[derive(Debug)]
pub(crate) struct Ending<'a> {
    pub(crate) status: Status,
    pub(crate) flux_id: Option<&'a str>,
    pub(crate) counts: Counts,
    pub(crate) errors: &'a [Finding],
}

impl Intake {
    /// Processes batches as they come, for as long as it is polled. Dropping it loses nothing: a
    /// batch half way through is as if never begun.
    pub async fn run(self) {
        loop {
            if let Err(fault) = self.follow().await {
                tracing::warn!(error = &fault as &dyn std::error::Error, "the queue rests");
                tokio::time::sleep(REST).await;
            }
        }
    }

    async fn follow(&self) -> Result<(), Fault> {
        let mut calls = self.db.listen(&["cpf_batches"]).await?;
        loop {
            while self.process_next().await?.is_some() {}
            if let Ok(call) = timeout(REST, calls.recv()).await {
                call?;
            }
        }
    }

    /// Processes the oldest batch that nobody else is processing; nothing when there is none.
    pub async fn process_next(&self) -> Result<Option<Processed>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let queued = store::queued(&mut tx).await?;
        tx.commit().await?;
        let mut failed = None;
        for (organisation, batch) in queued {
            match self.process(organisation, batch).await {
                Ok(Some(processed)) => return Ok(Some(processed)),
                Ok(None) => {}
                // One batch that fails does not hold up the others.
                Err(fault) => failed = Some(fault),
            }
        }
        failed.map_or(Ok(None), Err)
    }

    #[tracing::instrument(name = "intake.process", skip_all, fields(
        organisation.id = %organisation, batch.id = %batch))]
    async fn process(
        &self,
        organisation: OrganisationId,
        batch: BatchId,
    ) -> Result<Option<Processed>, Fault> {
        let mut deposit = self.consent.deposit_of(organisation).await?;
        if !store::take(deposit.conn(), organisation, batch).await? {
            return Ok(None);
        }
        let mut progress = Progress::new(batch);
        let (flux_id, errors) = match read_outline(&mut deposit, batch).await? {
            Err(refusal) => (None, vec![Finding::from(refusal)]),
            Ok(mut outline) => {
                self.check_emitter(organisation, &mut outline).await?;
                let (flux_id, errors) = (
                    outline.flux_id.clone(),
                    std::mem::take(&mut outline.findings),
                );
                if errors.is_empty() {
                    self.read_passages(&mut deposit, &mut progress, outline)
                        .await?;
                }
                (flux_id, errors)
            }
        };
        let status = if errors.is_empty() {
            Status::Done
        } else {
            Status::Refused
        };
        let counts = progress.counts;
        let ending = Ending {
            status,
            flux_id: flux_id.as_deref(),
            counts,
            errors: &errors,
        };
        store::end_batch(
            deposit.conn(),
            (organisation, batch),
            &ending,
            self.clock.now(),
        )
        .await?;
        deposit.commit().await?;
        let processed = Processed {
            batch,
            status,
            counts,
        };
        processed.tell();
        Ok(Some(processed))
    }

    /// The emitter must be who deposits: its number at the Caisse des Dépôts is in the catalogue.
    async fn check_emitter(
        &self,
        organisation: OrganisationId,
        outline: &mut Outline,
    ) -> Result<(), Fault> {
        let Some((emitter, line)) = &outline.emitter else {
            return Ok(());
        };
        let found = self.catalogue.organisations(&[organisation]).await?;
        let ours = found
            .first()
            .and_then(|found| found.flux_client_id.as_deref());
        if ours != Some(emitter.as_str()) {
            outline
                .findings
                .push(Finding::new(Code::UnknownEmitter, *line, "idClient", ""));
        }
        Ok(())
    }

    async fn read_passages(
        &self,
        deposit: &mut Deposit,
        progress: &mut Progress,
        outline: Outline,
    ) -> Result<(), Fault> {
        let organisation = deposit.organisation();
        let mut reader = PassageReader::new(outline);
        let mut group: Vec<Passage> = Vec::with_capacity(GROUP);
        let mut number = 0;
        while let Some(bytes) =
            store::chunk(deposit.conn(), organisation, progress.batch, number).await?
        {
            number += 1;
            let read = aside(move || {
                let read = reader.feed(&bytes, &mut group);
                (reader, group, read)
            });
            let read_refusal;
            (reader, group, read_refusal) = read.await?;
            // The outline went through the same bytes without a word.
            read_refusal.map_err(|_refusal| damaged(progress.batch))?;
            while group.len() >= GROUP || errors_of(&group) >= GROUP_ERRORS {
                let rest = group.split_off(group.len().min(GROUP));
                self.process_group(deposit, progress, group).await?;
                group = rest;
            }
        }
        reader
            .finish()
            .map_err(|_refusal| damaged(progress.batch))?;
        self.process_group(deposit, progress, group).await
    }
}

impl Processed {
    fn tell(&self) {
        metrics::counter!("cpf_intake_batches_total", "status" => self.status.as_str())
            .increment(1);
        for (verdict, count) in self.counts.by_verdict() {
            metrics::counter!("cpf_intake_passages_total", "verdict" => verdict.as_str())
                .increment(count.into());
        }
        tracing::info!(batch.id = %self.batch, status = self.status.as_str(), "batch processed");
    }
}

async fn read_outline(
    deposit: &mut Deposit,
    batch: BatchId,
) -> Result<Result<Outline, Refusal>, Fault> {
    let organisation = deposit.organisation();
    let mut reader = OutlineReader::default();
    let mut number = 0;
    while let Some(bytes) = store::chunk(deposit.conn(), organisation, batch, number).await? {
        number += 1;
        let read;
        (reader, read) = aside(move || {
            let read = reader.feed(&bytes);
            (reader, read)
        })
        .await?;
        if let Err(refusal) = read {
            return Ok(Err(refusal));
        }
    }
    Ok(reader.finish())
}

/// Runs `work` where it delays nobody's requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    spawn_blocking(work)
        .await
        .map_err(|_panicked| Fault::Unavailable("the flux reader"))
}

fn errors_of(passages: &[Passage]) -> usize {
    passages
        .iter()
        .filter_map(|passage| passage.content.as_ref().err())
        .map(Vec::len)
        .sum()
}

fn damaged(batch: BatchId) -> Fault {
    Fault::Corrupt(format!("chunks of batch {batch}"))
}
