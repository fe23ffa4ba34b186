//! The report in the shape that certifiers' software already reads: the `rapport` document of the
//! Caisse des Dépôts, page by page.
//!
//! A passage is OK when its emitter has nothing to do about it: attached, waiting, or deposited
//! before. It is KO when it was rejected or fits several people.

use std::fmt::Write as _;

use bytes::Bytes;
use kernel::{Confinement, Fault, OrganisationId};
use quick_xml::escape::escape;

use crate::{
    Intake,
    model::{Batch, ReportLine, Verdict},
    store,
};

/// Lines read at once.
const PAGE: i64 = 1_000;

const KO: &[Verdict] = &[Verdict::Ambiguous, Verdict::Rejected];
const OK: &[Verdict] = &[Verdict::Matched, Verdict::Waiting, Verdict::AlreadyKnown];

/// A `rapport` being written, piece by piece.
#[derive(Debug)]
pub struct LegacyReport {
    intake: Intake,
    organisation: OrganisationId,
    batch: Batch,
    stage: Stage,
}

/// What comes next, after which position.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Head,
    Wrong(i32),
    Fine(i32),
    End,
}

impl Intake {
    /// The legacy report of `batch`.
    pub fn legacy_report(&self, organisation: OrganisationId, batch: Batch) -> LegacyReport {
        LegacyReport {
            intake: self.clone(),
            organisation,
            batch,
            stage: Stage::Head,
        }
    }
}

impl LegacyReport {
    /// The next piece of the document; nothing at its end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        let mut text = String::new();
        match self.stage {
            Stage::Head => {
                text = head(&self.batch);
                self.stage = Stage::Wrong(0);
            }
            Stage::Wrong(after) => {
                let lines = self.lines(KO, after).await?;
                for line in &lines {
                    wrong(&mut text, line);
                }
                self.stage = lines
                    .last()
                    .map_or(Stage::Fine(0), |last| Stage::Wrong(last.position));
                if lines.is_empty() {
                    text.push_str("    </PassagesKO>\n    <PassagesOK>\n");
                }
            }
            Stage::Fine(after) => {
                let lines = self.lines(OK, after).await?;
                for id in lines.iter().filter_map(|line| line.technical_id.as_deref()) {
                    element(&mut text, 8, "idTechnique", id);
                }
                self.stage = lines
                    .last()
                    .map_or(Stage::End, |last| Stage::Fine(last.position));
                if lines.is_empty() {
                    text.push_str("    </PassagesOK>\n</rapport>\n");
                }
            }
            Stage::End => return Ok(None),
        }
        Ok(Some(text.into()))
    }

    async fn lines(&self, verdicts: &[Verdict], after: i32) -> Result<Vec<ReportLine>, Fault> {
        let confinement = Confinement::Organisation(self.organisation);
        let mut tx = self.intake.db.begin_read(confinement).await?;
        let ids = (self.organisation, self.batch.id);
        let lines = store::lines(&mut tx, ids, verdicts, after, PAGE).await?;
        tx.commit().await?;
        Ok(lines)
    }
}

fn head(batch: &Batch) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
         <rapport xmlns:ns2=\"urn:cdc:cpf:pc5:rapport:schema\">\n",
    );
    element(
        &mut text,
        4,
        "nomFichier",
        batch.file_name.as_deref().unwrap_or_default(),
    );
    element(
        &mut text,
        4,
        "idFlux",
        batch.flux_id.as_deref().unwrap_or_default(),
    );
    element(&mut text, 4, "idTraitement", &batch.id.to_string());
    text.push_str("    <PassagesKO>\n");
    for error in &batch.errors {
        passage(&mut text, None, &error.sentence_fr());
    }
    text
}

fn wrong(text: &mut String, line: &ReportLine) {
    let message = if line.verdict == Verdict::Ambiguous {
        "Plusieurs titulaires correspondent aux critères, sans que rien ne les départage".to_owned()
    } else {
        let sentences: Vec<_> = line
            .errors
            .iter()
            .map(crate::Finding::sentence_fr)
            .collect();
        sentences.join(" ; ")
    };
    passage(text, line.technical_id.as_deref(), &message);
}

fn passage(text: &mut String, technical_id: Option<&str>, message: &str) {
    text.push_str("        <passage>\n");
    element(text, 12, "idTechnique", technical_id.unwrap_or_default());
    element(text, 12, "messageErreur", message);
    text.push_str("        </passage>\n");
}

fn element(text: &mut String, indent: usize, name: &str, content: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{:indent$}<{name}>{}</{name}>", "", escape(content));
}

#[cfg(test)]
mod tests {
    use super::{head, wrong};
    use crate::{Batch, Code, Counts, Finding, ReportLine, Status, Verdict};
    use kernel::{BatchId, Clock, Digest, Entropy};
    use time::macros::datetime;

    #[test]
    fn the_legacy_report_keeps_its_shape_and_escapes_what_it_repeats() {
        let clock = Clock::manual(datetime!(2026-11-23 08:00 UTC));
        let batch = Batch {
            id: BatchId::generate(&clock, &Entropy::seeded(1)),
            file_name: Some("a&b.xml".into()),
            content_sha256: Digest::of(""),
            size_bytes: 0,
            received_at: clock.now(),
            status: Status::Done,
            finished_at: None,
            flux_id: Some("flux<1>".into()),
            counts: Counts::default(),
            errors: Vec::new(),
        };
        let text = head(&batch);
        assert!(
            text.contains("    <nomFichier>a&amp;b.xml</nomFichier>\n"),
            "{text}"
        );
        assert!(
            text.contains("    <idFlux>flux&lt;1&gt;</idFlux>\n"),
            "{text}"
        );
        let mut text = String::new();
        let line = ReportLine {
            position: 1,
            line: 14,
            technical_id: Some("A-1".into()),
            verdict: Verdict::Rejected,
            decided_by: None,
            errors: vec![
                Finding::new(Code::NoSuchDay, 20, "dateFinExamen", ""),
                Finding::new(Code::EmptyValue, 32, "nomNaissance", ""),
            ],
        };
        wrong(&mut text, &line);
        assert_eq!(
            text,
            "        <passage>\n            <idTechnique>A-1</idTechnique>\n            \
             <messageErreur>Ligne 20, dateFinExamen : Ce jour n&apos;existe pas dans le calendrier \
             ; Ligne 32, nomNaissance : La valeur est vide</messageErreur>\n        </passage>\n"
        );
    }
}
