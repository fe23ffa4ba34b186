//! What can be checked without the platform: exports, checkpoints, and the proofs between them.
//!
//! A worker's export is one JSON object on each row (`application/x-ndjson`):
//! ```text
//! {"header":{"format":"cpf-journal-export-v1","worker":"…","checkpoint":"…","consistency":[…]}}
//! {"line":{"content":{…},"salt":"…","index":123,"proof":["…",…]}}
//! {"end":{"lines":1,"sealed":1}}
//! ```
//! `checkpoint` is the signed head that all proofs are of. `consistency` holds, for each size that
//! was asked for, the proof that its tree begins with the tree of that size. A line without `index`
//! was not sealed yet. Hashes and salts are in base64.

mod export;
mod published;
mod verify;
mod write;

pub use export::{Export, Totals, Unreadable};
pub use published::Published;
pub use verify::{Evidence, Flaw, Report, verify};
pub use write::Exporter;

use tlog_tiles::Hash;

/// More hashes than any proof has.
const MOST_HASHES: usize = 64;

fn written(proof: &[Hash]) -> Vec<String> {
    proof.iter().map(Hash::to_string).collect()
}

/// The hashes of a proof; nothing when one is misshapen or there are too many.
fn read<'a>(proof: impl IntoIterator<Item = &'a str>) -> Option<Vec<Hash>> {
    let mut hashes = Vec::new();
    for hash in proof {
        if hashes.len() == MOST_HASHES {
            return None;
        }
        hashes.push(Hash::parse_hash(hash).ok()?);
    }
    Some(hashes)
}
