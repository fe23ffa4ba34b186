//! The flux reader against any bytes, cut anywhere: it never panics, and the cut changes nothing.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run flux -- -dict=targets/flux.dict -max_len=8192`, in this folder's
//! parent. `../sandbox/data/flux` is a good first corpus.
#![no_main]

use intake::{Passage, OutlineReader, PassageReader, Refusal, Screen};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&size, bytes)) = input.split_first() else { return };
    let whole = read(bytes, bytes.len().max(1));
    let parts = read(bytes, usize::from(size).max(1));
    assert_eq!(format!("{whole:?}"), format!("{parts:?}"));
    assert_eq!(screen(bytes), whole.err());
});

fn screen(bytes: &[u8]) -> Option<Refusal> {
    let mut screen = Screen::new(u64::MAX);
    screen.feed(bytes).and_then(|()| screen.finish()).err()
}

fn read(bytes: &[u8], size: usize) -> Result<Vec<Passage>, Refusal> {
    let mut outline = OutlineReader::default();
    for chunk in bytes.chunks(size) {
        outline.feed(chunk)?;
    }
    let mut reader = PassageReader::new(outline.finish()?);
    let mut passages = Vec::new();
    for chunk in bytes.chunks(size) {
        reader.feed(chunk, &mut passages)?;
    }
    reader.finish()?;
    Ok(passages)
}
