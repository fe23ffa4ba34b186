//! Writing an export, a page of lines at a time.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Fault, WorkerId};

use super::{
    export::{Consistency, FORMAT, Header, Line, Row, Totals},
    written,
};
use crate::{Checkpoint, Content, Kept, Log};

/// An export in the making: what it proves is proven for one head of the log, from first to last.
#[derive(Debug)]
pub struct Exporter {
    log: Log,
    head: Checkpoint,
    totals: Totals,
}

impl Exporter {
    /// Begins the export of `worker`'s lines; answers its first row. `since` are sizes of older
    /// trees, whose continuation it proves; nothing when the log was never as long as one of them.
    pub async fn begin(
        log: Log,
        worker: WorkerId,
        since: &[u64],
    ) -> Result<Option<(Self, String)>, Fault> {
        let head = log.checkpoint().await?;
        let mut consistency = Vec::new();
        for &from in since {
            if from > head.size {
                return Ok(None);
            }
            let proof = log.consistency(from, head.size).await?;
            let proof = written(&proof);
            consistency.push(Consistency { from, proof });
        }
        let header = Header {
            format: FORMAT.into(),
            worker: worker.uuid(),
            checkpoint: head.note.clone(),
            consistency,
        };
        let totals = Totals::default();
        Ok(Some((
            Self { log, head, totals },
            row(&Row::Header(header)),
        )))
    }

    /// The rows of these lines, each with its proof.
    pub async fn lines(&mut self, lines: &[Kept]) -> Result<String, Fault> {
        // What was sealed since is in a later tree.
        let place = |kept: &Kept| kept.index.filter(|index| *index < self.head.size);
        let indexes: Vec<_> = lines.iter().filter_map(place).collect();
        let sealed = u64::try_from(indexes.len()).unwrap_or(u64::MAX);
        let proofs = self.log.inclusion(self.head.size, indexes).await?;
        let mut proofs = proofs.iter();
        let mut rows = String::new();
        for kept in lines {
            let index = place(kept);
            rows += &row(&Row::Line(Line {
                content: Content::from(&kept.line),
                salt: STANDARD.encode(kept.salt.as_bytes()),
                index,
                proof: index
                    .and_then(|_| proofs.next())
                    .map(|proof| written(proof)),
            }));
        }
        self.totals.lines += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        self.totals.sealed += sealed;
        Ok(rows)
    }

    /// The last row.
    pub fn end(&self) -> String {
        row(&Row::End(self.totals))
    }
}

fn row(row: &Row) -> String {
    #[expect(clippy::expect_used, reason = "text, ids and numbers are always JSON")]
    let mut text = serde_json::to_string(row).expect("plain data");
    text.push('\n');
    text
}
