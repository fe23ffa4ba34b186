//! The certifiers' flux, read as the platform reads it.

mod hostile;
mod meaning;
mod sample;
mod structure;

use intake::{Outline, OutlineReader, Passage, PassageReader, Refusal, Screen};

const LIMIT: u64 = 10_000_000;

/// Screens `bytes` in chunks of `size`.
fn screen(bytes: &[u8], size: usize) -> Result<u64, Refusal> {
    let mut screen = Screen::new(LIMIT);
    for chunk in bytes.chunks(size) {
        screen.feed(chunk)?;
    }
    screen.finish()
}

/// Reads `bytes` in chunks of `size`: the outline's flux id, emitter and errors, and the passages.
fn read(bytes: &[u8], size: usize) -> Result<(Around, Vec<Passage>), Refusal> {
    let mut outline = OutlineReader::default();
    for chunk in bytes.chunks(size) {
        outline.feed(chunk)?;
    }
    let outline = outline.finish()?;
    let around = Around::of(&outline);
    let mut reader = PassageReader::new(outline);
    let mut passages = Vec::new();
    for chunk in bytes.chunks(size) {
        reader.feed(chunk, &mut passages)?;
    }
    reader.finish()?;
    Ok((around, passages))
}

/// What surrounds the passages, and `code line field` of what is wrong there.
#[derive(Debug, PartialEq)]
struct Around {
    flux_id: Option<String>,
    emitter: Option<(String, u32)>,
    errors: Vec<String>,
}

impl Around {
    fn of(outline: &Outline) -> Self {
        Self {
            flux_id: outline.flux_id.clone(),
            emitter: outline.emitter.clone(),
            errors: outline.findings.iter().map(told).collect(),
        }
    }
}

fn told(finding: &intake::Finding) -> String {
    format!(
        "{} {} {}",
        finding.code.as_str(),
        finding.line,
        finding.field
    )
}

/// `code line field` of every error of a passage.
fn errors(passage: &Passage) -> Vec<String> {
    match &passage.content {
        Ok(_) => Vec::new(),
        Err(findings) => findings.iter().map(told).collect(),
    }
}
