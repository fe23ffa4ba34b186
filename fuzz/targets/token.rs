//! Consent tokens against any bytes: nothing panics, nothing that was not minted is believed, and
//! whatever is appended to what was minted opens nothing more.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run token -- -dict=targets/token.dict -max_len=4096`, in this folder's
//! parent. The first byte says how the others are taken. It writes its first corpus by itself.
#![no_main]

mod minted;
mod seeds;

use std::sync::LazyLock;

use biscuit_auth::{KeyPair, builder::BlockBuilder, format::SerializedBiscuit};
use libfuzzer_sys::fuzz_target;
use minted::{Minted, text};

static MINTED: LazyLock<Minted> = LazyLock::new(Minted::new);

fuzz_target!(init: seeds::write(&MINTED), |input: &[u8]| {
    let Some((&how, bytes)) = input.split_first() else { return };
    let token = match how % 4 {
        // As presented: any text.
        0 => std::str::from_utf8(bytes).ok().map(str::to_owned),
        // As a token: any bytes.
        1 => Some(text(bytes)),
        // As a block, appended and signed as its holder may.
        2 => appended(bytes),
        // As Datalog, likewise.
        _ => said(bytes),
    };
    let Some(token) = token else { return };
    MINTED.learn();
    if let Ok(opened) = MINTED.examiner.opened(&token) {
        for (asked, part) in opened {
            assert_eq!(MINTED.opens.get(&asked), Some(&part), "{asked:?}");
        }
    }
});

/// The minted token with these bytes as its next block.
fn appended(block: &[u8]) -> Option<String> {
    let root = MINTED.root.public();
    let whole = SerializedBiscuit::from_slice(&MINTED.bytes, root).ok()?;
    let next = KeyPair::from(&MINTED.root.private());
    let appended = whole.append_serialized(&next, block.to_vec(), None).ok()?;
    Some(text(&appended.to_vec().ok()?))
}

fn said(code: &[u8]) -> Option<String> {
    let block = BlockBuilder::new().code(std::str::from_utf8(code).ok()?).ok()?;
    MINTED.token.append(block).ok()?.to_base64().ok()
}
