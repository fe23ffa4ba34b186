//! What `cpf journal verify` reads, against any bytes: nothing panics, and nothing that was not
//! signed is believed.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run journal -- -max_len=8192`, in this folder's parent. An export of
//! a sandbox is a good first corpus.
#![no_main]

use journal::{Evidence, Export, Key, Published, TileName, verify};
use libfuzzer_sys::fuzz_target;

/// A key whose private half nobody has kept.
const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let _ = text.parse::<TileName>();
    let _ = text.parse::<Key>();
    let export = Export::parse(text).ok();
    let checkpoints: Vec<_> = Published::parse(text).into_iter().collect();
    if export.is_none() && checkpoints.is_empty() {
        return;
    }
    let evidence = Evidence { export, earlier: None, checkpoints };
    let key: Key = KEY.parse().expect("a key of the specification's examples");
    assert!(!verify(&evidence, &[key]).flaws.is_empty());
});
