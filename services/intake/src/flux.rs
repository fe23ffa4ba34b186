//! The second reading of a flux: its passages, one after the other, with all their errors.

use crate::{
    finding::Refusal,
    markup::Markup,
    outline::{Outline, Qualification},
    understand::{Passage, understand},
    walk::{Step, Walk},
};

/// Reads the passages of a flux from chunks. Holds one passage at most.
#[derive(Debug)]
pub struct PassageReader {
    markup: Markup,
    walk: Walk,
    qualifications: Vec<Qualification>,
    current: Option<usize>,
}

impl PassageReader {
    /// A reader of the flux whose outline this is.
    pub fn new(outline: Outline) -> Self {
        Self {
            markup: Markup::new(),
            walk: Walk::new(true),
            qualifications: outline.qualifications,
            current: None,
        }
    }

    /// Reads on, and adds the passages that became complete to `passages`.
    pub fn feed(&mut self, chunk: &[u8], passages: &mut Vec<Passage>) -> Result<(), Refusal> {
        let Self {
            markup,
            walk,
            qualifications,
            current,
        } = self;
        let unknown = Qualification::default();
        markup.feed(chunk, &mut |token| {
            match walk.step(token) {
                Step::On => {}
                Step::Certification => *current = Some(current.map_or(0, |current| current + 1)),
                Step::CertificationEnd => {
                    // The outline has reported what surrounds the passages.
                    walk.around.values.clear();
                    walk.around.findings.clear();
                }
                Step::Passage(reading) => {
                    let qualification = current.and_then(|current| qualifications.get(current));
                    passages.push(understand(reading, qualification.unwrap_or(&unknown)));
                }
            }
            Ok(())
        })
    }

    /// Says that nothing more will come.
    pub fn finish(mut self) -> Result<(), Refusal> {
        let walk = &mut self.walk;
        self.markup.finish(&mut |token| {
            walk.step(token);
            Ok(())
        })
    }
}
