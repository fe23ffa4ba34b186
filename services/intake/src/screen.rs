//! What a file must pass while it is being received: damaged, cut, hostile or foreign files are
//! refused before anything of them is kept.

use crate::{code::Code, finding::Refusal, markup::Markup};

/// Looks at a file as it arrives, in bounded memory.
#[derive(Debug)]
pub struct Screen {
    markup: Markup,
    limit: u64,
    size: u64,
}

impl Screen {
    /// A screen for a file of at most `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Self {
            markup: Markup::new(),
            limit,
            size: 0,
        }
    }

    /// Looks at the next bytes, cut anywhere.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        self.size += chunk.len() as u64;
        if self.size > self.limit {
            let detail = format!("at most {} bytes", self.limit);
            return Err(Refusal::new(Code::TooLarge, self.markup.line(), detail));
        }
        self.markup.feed(chunk, &mut |_| Ok(()))
    }

    /// Says that the file ends here, and how many bytes it has.
    pub fn finish(mut self) -> Result<u64, Refusal> {
        self.markup.finish(&mut |_| Ok(()))?;
        Ok(self.size)
    }
}
