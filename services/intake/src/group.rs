//! A group of passages: what was found of each, and what is written for all of them at once.

use std::collections::HashMap;

use certificates::Waiting;
use consent::{Deposit, Section};
use identity::Candidate;
use kernel::{BatchId, Digest, EntryId, Fault, PassageId, WaitingId};
use record::Attested;

use crate::{
    Intake,
    code::Code,
    finding::Finding,
    matching::{Decision, decide},
    model::{Counts, ReportLine, Verdict},
    store,
    understand::{Content, Passage},
};

/// Half a digest of each technical id of a file so far, and the line where it stands. Ids can be
/// long and there can be a million of them: this stays small.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashMap<[u8; 16], u32>);

impl Seen {
    /// The line where `technical_id` stood before; takes note of it otherwise.
    fn before(&mut self, technical_id: &str, line: u32) -> Option<u32> {
        let digest = Digest::of(technical_id);
        let mut half = [0; 16];
        half.copy_from_slice(&digest.as_bytes()[..16]);
        match self.0.entry(half) {
            std::collections::hash_map::Entry::Occupied(known) => Some(*known.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(line);
                None
            }
        }
    }
}

/// A batch on its way through.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) batch: BatchId,
    pub(crate) counts: Counts,
    seen: Seen,
    position: i32,
}

impl Progress {
    pub(crate) fn new(batch: BatchId) -> Self {
        Self {
            batch,
            counts: Counts::default(),
            seen: Seen::default(),
            position: 0,
        }
    }
}

/// A sound passage, with what it is compared by.
struct Sound {
    /// Its place among the group's report lines.
    place: usize,
    technical_id: String,
    content: Box<Content>,
    digest: Digest,
    match_key: Digest,
}

/// A passage that was stored, to be remembered.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) technical_id: String,
    pub(crate) passage: PassageId,
    pub(crate) content: Digest,
    pub(crate) verdict: Verdict,
}

/// What is to be written.
#[derive(Default)]
struct Writes {
    stored: Vec<Stored>,
    attested: Vec<Attested>,
    waiting: Vec<Waiting>,
}

impl Intake {
    /// Decides on each passage of a group and writes what follows.
    pub(crate) async fn process_group(
        &self,
        deposit: &mut Deposit,
        progress: &mut Progress,
        passages: Vec<Passage>,
    ) -> Result<(), Fault> {
        let (mut lines, sound) = self.sort_out(progress, passages)?;
        let sound = dismiss_known(deposit, &mut lines, sound).await?;
        let candidates = candidates(deposit, &sound).await?;
        let mut writes = Writes::default();
        for one in sound {
            let candidates = candidates
                .get(&one.match_key)
                .map_or(&[][..], Vec::as_slice);
            let (decision, by) = decide(&one.content.holder, candidates);
            let Some(line) = lines.get_mut(one.place) else {
                continue;
            };
            line.decided_by = Some(by);
            line.verdict = match decision {
                Decision::Matched(_) => Verdict::Matched,
                Decision::Waiting => Verdict::Waiting,
                Decision::Ambiguous => Verdict::Ambiguous,
            };
            self.settle(one, decision, line.verdict, &mut writes)?;
        }
        for line in &lines {
            progress.counts.add(line.verdict);
        }
        self.write(deposit, progress.batch, &writes, &lines).await
    }

    /// One report line per passage, rejected unless something better comes; and the sound ones.
    fn sort_out(
        &self,
        progress: &mut Progress,
        passages: Vec<Passage>,
    ) -> Result<(Vec<ReportLine>, Vec<Sound>), Fault> {
        let mut lines = Vec::with_capacity(passages.len());
        let mut sound = Vec::with_capacity(passages.len());
        for Passage {
            line,
            technical_id,
            content,
        } in passages
        {
            let before = technical_id
                .as_deref()
                .and_then(|id| progress.seen.before(id, line));
            let mut errors = match (&content, before) {
                (Err(findings), _) => findings.clone(),
                (Ok(_), _) => Vec::new(),
            };
            if let Some(before) = before {
                let detail = format!("first at line {before}");
                errors.push(id_finding(Code::DuplicateTechnicalId, line, detail));
            }
            if let (Ok(content), None, Some(id)) = (content, before, &technical_id) {
                sound.push(Sound {
                    place: lines.len(),
                    technical_id: id.clone(),
                    digest: self.content_digest(&content)?,
                    match_key: content.holder.deposit_key(&self.keys),
                    content,
                });
            }
            progress.position = progress.position.saturating_add(1);
            lines.push(ReportLine {
                position: progress.position,
                line,
                technical_id,
                verdict: Verdict::Rejected,
                decided_by: None,
                errors,
            });
        }
        Ok((lines, sound))
    }

    /// A digest of what a passage says, keyed: it covers names, and is kept. The certificate goes
    /// in as JSON, where a field that a later version adds changes nothing while it is absent.
    fn content_digest(&self, content: &Content) -> Result<Digest, Fault> {
        let holder = &content.holder;
        let certificate = serde_json::to_string(&content.certificate).map_err(unwritable)?;
        let birth_date = holder.birth_date.to_string();
        let said = [
            &certificate,
            &holder.birth_name,
            holder.usage_name.as_deref().unwrap_or_default(),
            &holder.first_names,
            holder.sex.as_str(),
            &birth_date,
            holder.birthplace.as_deref().unwrap_or_default(),
            holder.birth_country.as_deref().unwrap_or_default(),
        ];
        // No value holds a line break, so that no two contents share a message.
        Ok(self
            .keys
            .keyed_digest("passage-content", said.join("\n").as_bytes()))
    }

    fn settle(
        &self,
        one: Sound,
        decision: Decision,
        verdict: Verdict,
        writes: &mut Writes,
    ) -> Result<(), Fault> {
        let body = serde_json::to_value(&one.content.certificate).map_err(unwritable)?;
        match decision {
            Decision::Matched(worker) => writes.attested.push(Attested {
                worker,
                entry: EntryId::generate(&self.clock, &self.entropy),
                section: Section::Certificates,
                dated: Some(one.content.certificate.dated()),
                body,
            }),
            Decision::Waiting => writes.waiting.push(Waiting {
                id: WaitingId::generate(&self.clock, &self.entropy),
                match_key: one.match_key,
                birth_month: one.content.holder.birth_date.month(),
                birth_day: one.content.holder.birth_date.day(),
                birthplace: one.content.holder.birthplace.clone(),
                body,
            }),
            Decision::Ambiguous => return Ok(()),
        }
        writes.stored.push(Stored {
            technical_id: one.technical_id,
            passage: PassageId::generate(&self.clock, &self.entropy),
            content: one.digest,
            verdict,
        });
        Ok(())
    }

    async fn write(
        &self,
        deposit: &mut Deposit,
        batch: BatchId,
        writes: &Writes,
        lines: &[ReportLine],
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let organisation = deposit.organisation();
        if !writes.attested.is_empty() {
            record::attest(deposit, &writes.attested, now).await?;
        }
        if !writes.waiting.is_empty() {
            certificates::seal(deposit, &writes.waiting, now).await?;
        }
        let ids = (organisation, batch);
        if !writes.stored.is_empty() {
            store::remember(deposit.conn(), ids, &writes.stored, now).await?;
        }
        store::report(deposit.conn(), organisation, batch, lines).await
    }
}

/// Settles the passages that were deposited before; gives back the others.
async fn dismiss_known(
    deposit: &mut Deposit,
    lines: &mut [ReportLine],
    sound: Vec<Sound>,
) -> Result<Vec<Sound>, Fault> {
    let ids: Vec<_> = sound.iter().map(|one| one.technical_id.clone()).collect();
    let organisation = deposit.organisation();
    let known = store::known(deposit.conn(), organisation, &ids).await?;
    let known: HashMap<_, _> = known.into_iter().collect();
    let mut unknown = Vec::with_capacity(sound.len());
    for one in sound {
        let Some(content) = known.get(&one.technical_id) else {
            unknown.push(one);
            continue;
        };
        let Some(line) = lines.get_mut(one.place) else {
            continue;
        };
        if content.as_slice() == one.digest.as_bytes() {
            line.verdict = Verdict::AlreadyKnown;
        } else {
            let finding = id_finding(Code::TechnicalIdConflict, line.line, String::new());
            line.errors.push(finding);
        }
    }
    Ok(unknown)
}

async fn candidates(
    deposit: &mut Deposit,
    sound: &[Sound],
) -> Result<HashMap<Digest, Vec<Candidate>>, Fault> {
    let mut keys: Vec<_> = sound.iter().map(|one| one.match_key).collect();
    keys.sort_unstable_by_key(|key| *key.as_bytes());
    keys.dedup();
    let mut by_key: HashMap<_, Vec<_>> = HashMap::with_capacity(keys.len());
    for candidate in identity::candidates(deposit.conn(), &keys).await? {
        by_key.entry(candidate.key).or_default().push(candidate);
    }
    Ok(by_key)
}

fn id_finding(code: Code, line: u32, detail: String) -> Finding {
    Finding::new(code, line, "idTechnique", detail)
}

fn unwritable(_error: serde_json::Error) -> Fault {
    Fault::Corrupt("a certificate that JSON cannot hold".into())
}
