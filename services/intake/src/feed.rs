//! The bytes that have arrived, shown to the XML reader one complete unit at a time.
//!
//! A unit is a piece of text and the markup after it, up to the `>` that ends it. The reader never
//! sees half a unit, so it can be driven by chunks cut anywhere, and a unit has a size limit, so
//! that nothing grows with the file.

use std::io::{self, BufRead, Read};

use quick_xml::parser::{ElementParser, Parser, PiParser};

/// The most bytes one unit may have.
const MAX_UNIT: usize = 64 * 1024;

/// Why the next unit cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stray {
    /// `<!` followed by what no markup starts with.
    Bang,
    /// `<!D…`: a document type.
    Doctype,
    /// Longer than any unit.
    TooLong,
}

#[derive(Debug, Clone, Copy)]
enum Scan {
    /// Looking for `<`.
    Text,
    /// Behind `<`, not knowing yet which markup it is.
    Opening,
    Element(ElementParser),
    Instruction(PiParser),
    /// Ends with `-->`.
    Comment,
    /// Ends with `]]>`.
    Characters,
}

/// What looking at some bytes gave.
enum Sight {
    /// The unit ends after this many more bytes.
    Ends(usize),
    /// It goes on after this many.
    Goes(usize),
    /// Nothing can be said without more of them.
    Blind,
}

/// Received bytes, and how far they are complete and read.
///
/// `read ≤ shown ≤ start ≤ scanned ≤ bytes.len()`.
#[derive(Debug)]
pub(crate) struct Feed {
    bytes: Vec<u8>,
    read: usize,
    shown: usize,
    /// Where the unit being looked for starts, and its markup.
    start: usize,
    markup: usize,
    scanned: usize,
    scan: Scan,
    line: u32,
}

impl Feed {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            read: 0,
            shown: 0,
            start: 0,
            markup: 0,
            scanned: 0,
            scan: Scan::Text,
            line: 1,
        }
    }

    /// The line of the next byte to be read, from 1.
    pub(crate) const fn line(&self) -> u32 {
        self.line
    }

    /// The line of the markup that is being looked for.
    pub(crate) fn markup_line(&self) -> u32 {
        let before = self.bytes.get(self.read..self.markup).unwrap_or_default();
        self.line.saturating_add(count_lines(before))
    }

    /// Whether the reader has taken all that it was shown.
    pub(crate) const fn is_drained(&self) -> bool {
        self.read == self.shown
    }

    /// What has arrived and was not read.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.bytes[self.read..]
    }

    /// Adds what has arrived, in place of what was read.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.bytes.drain(..self.read);
        for mark in [
            &mut self.shown,
            &mut self.start,
            &mut self.markup,
            &mut self.scanned,
        ] {
            *mark = mark.saturating_sub(self.read);
        }
        self.read = 0;
        self.bytes.extend_from_slice(chunk);
    }

    /// Shows one more unit, if it is complete.
    pub(crate) fn show_next(&mut self) -> Result<bool, Stray> {
        while self.scanned < self.bytes.len() {
            match self.look()? {
                Sight::Goes(taken) => self.scanned += taken,
                Sight::Blind => break,
                Sight::Ends(taken) => {
                    self.scanned += taken;
                    if self.scanned - self.start > MAX_UNIT {
                        return Err(Stray::TooLong);
                    }
                    self.shown = self.scanned;
                    self.start = self.scanned;
                    self.scan = Scan::Text;
                    return Ok(true);
                }
            }
        }
        if self.bytes.len() - self.start > MAX_UNIT {
            Err(Stray::TooLong)
        } else {
            Ok(false)
        }
    }

    /// Shows what is left, complete or not: nothing more will arrive.
    pub(crate) const fn show_rest(&mut self) {
        self.shown = self.bytes.len();
    }

    fn look(&mut self) -> Result<Sight, Stray> {
        let rest = &self.bytes[self.scanned..];
        let end = match &mut self.scan {
            Scan::Text => {
                let Some(at) = rest.iter().position(|byte| *byte == b'<') else {
                    return Ok(Sight::Goes(rest.len()));
                };
                self.markup = self.scanned + at;
                self.scan = Scan::Opening;
                return Ok(Sight::Goes(at + 1));
            }
            Scan::Opening => {
                let Some(scan) = opening(rest)? else {
                    return Ok(Sight::Blind);
                };
                self.scan = scan;
                return Ok(Sight::Goes(0));
            }
            Scan::Element(parser) => parser.feed(rest),
            Scan::Instruction(parser) => parser.feed(rest),
            Scan::Comment => self.closing(b"--", 6),
            Scan::Characters => self.closing(b"]]", 0),
        };
        Ok(end.map_or(Sight::Goes(rest.len()), |at| Sight::Ends(at + 1)))
    }

    /// The `>` that follows `before`, at least `least` bytes into the markup.
    fn closing(&self, before: &[u8], least: usize) -> Option<usize> {
        let rest = &self.bytes[self.scanned..];
        rest.iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'>')
            .map(|(at, _)| at)
            .find(|at| {
                let end = self.scanned + at;
                end >= self.markup + least && self.bytes[self.markup..end].ends_with(before)
            })
    }
}

/// Which markup starts with `<` and these bytes; nothing while two of them are needed.
fn opening(rest: &[u8]) -> Result<Option<Scan>, Stray> {
    Ok(Some(match rest {
        [b'!', b'-', ..] => Scan::Comment,
        [b'!', b'[', ..] => Scan::Characters,
        [b'!', b'D' | b'd', ..] => return Err(Stray::Doctype),
        [b'!', _, ..] => return Err(Stray::Bang),
        [b'!'] | [] => return Ok(None),
        [b'?', ..] => Scan::Instruction(PiParser(false)),
        _ => Scan::Element(ElementParser::Outside),
    }))
}

fn count_lines(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(*byte == b'\n')).sum()
}

impl Read for Feed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let taken = self.fill_buf()?.read(into)?;
        self.consume(taken);
        Ok(taken)
    }
}

impl BufRead for Feed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(&self.bytes[self.read..self.shown])
    }

    fn consume(&mut self, amount: usize) {
        let taken = &self.bytes[self.read..self.read + amount];
        self.line = self.line.saturating_add(count_lines(taken));
        self.read += amount;
    }
}
