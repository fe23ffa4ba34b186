//! From bytes cut anywhere to the elements of a flux, and the checks that a file must pass before
//! anything in it is believed: well-formed XML in UTF-8, no document type, no entity of its own,
//! bounded depth and sizes, the flux's root, a version this platform reads.
//!
//! Nothing is expanded and nothing is fetched. The first fault ends the reading.

use quick_xml::{
    NsReader,
    errors::{Error, IllFormedError},
    events::{BytesDecl, BytesRef, BytesStart, Event},
};

use crate::{
    code::Code,
    feed::{Feed, Stray},
    finding::Refusal,
    tag::{Tag, legal},
};

/// Elements that only version 1.1.5 has: its namespace is the same.
const LATER: [&str; 2] = ["action", "identifiantNational"];

const MAX_DEPTH: u32 = 24;
/// The most elements between two passages, or in one.
const MAX_PASSAGE_ELEMENTS: u32 = 4_000;

/// What the flux is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A start tag.
    Open {
        /// Its name without prefix.
        name: &'a str,
        /// Whether it is in the flux's namespace.
        known: bool,
        /// Whether it carries `xsi:nil="true"`.
        nil: bool,
        /// Whether it carries an attribute that no version of the schema has.
        stray_attribute: bool,
        line: u32,
    },
    /// Text, in pieces; between elements too.
    Text { text: &'a str, line: u32 },
    /// An end tag.
    Close,
}

/// Reads a flux from chunks.
#[derive(Debug)]
pub(crate) struct Markup {
    reader: NsReader<Feed>,
    buffer: Vec<u8>,
    depth: u32,
    in_passage: u32,
    started: bool,
    begun: bool,
    rooted: bool,
}

/// Who is told of the tokens.
type Sink<'a> = &'a mut dyn FnMut(Token<'_>) -> Result<(), Refusal>;

impl Markup {
    pub(crate) fn new() -> Self {
        let mut reader = NsReader::from_reader(Feed::new());
        reader.config_mut().check_comments = true;
        let buffer = Vec::new();
        let (depth, in_passage) = (0, 0);
        Self {
            reader,
            buffer,
            depth,
            in_passage,
            started: false,
            begun: false,
            rooted: false,
        }
    }

    /// Reads `chunk` and tells `sink` what became complete.
    pub(crate) fn feed(&mut self, chunk: &[u8], sink: Sink<'_>) -> Result<(), Refusal> {
        self.reader.get_mut().push(chunk);
        if !self.started {
            let head = self.reader.get_ref().unread();
            if head.len() < 4 {
                return Ok(());
            }
            self.start()?;
        }
        while self.show_next()? {
            while !self.reader.get_ref().is_drained() {
                self.read_one(sink)?;
            }
        }
        Ok(())
    }

    /// Says that nothing more will come: the flux must be whole.
    pub(crate) fn finish(&mut self, sink: Sink<'_>) -> Result<(), Refusal> {
        if !self.started {
            self.start()?;
        }
        self.reader.get_mut().show_rest();
        let cut = Refusal::new(
            Code::Truncated,
            self.line(),
            "the root element is not closed",
        );
        if !self.rooted || self.depth > 0 {
            return Err(cut);
        }
        while !self.reader.get_ref().is_drained() {
            self.read_one(sink)?;
        }
        Ok(())
    }

    /// The line that is being read, from 1.
    pub(crate) fn line(&self) -> u32 {
        self.reader.get_ref().line()
    }

    fn start(&mut self) -> Result<(), Refusal> {
        self.started = true;
        let head = self.reader.get_ref().unread();
        // Byte order marks of UTF-16 and UTF-32, or the NUL that half of their `<` is.
        let wide = matches!(
            head,
            [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, ..] | [b'<', 0, ..]
        );
        if !wide {
            return Ok(());
        }
        Err(Refusal::new(
            Code::WrongEncoding,
            self.line(),
            "UTF-16 or UTF-32",
        ))
    }

    fn show_next(&mut self) -> Result<bool, Refusal> {
        let stray = match self.reader.get_mut().show_next() {
            Ok(shown) => return Ok(shown),
            Err(stray) => stray,
        };
        let line = self.reader.get_ref().markup_line();
        let refuse = |code, detail: &'static str| Err(Refusal::new(code, line, detail));
        match stray {
            Stray::Doctype => refuse(Code::Doctype, "a flux has no document type"),
            Stray::Bang => refuse(Code::MalformedXml, "`<!` starts no markup here"),
            Stray::TooLong => refuse(
                Code::TooComplex,
                "a text, tag or comment of more than 64 KiB",
            ),
        }
    }

    fn read_one(&mut self, sink: Sink<'_>) -> Result<(), Refusal> {
        let line = self.line();
        // The event borrows the buffer, and the rest of the reading borrows `self`.
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let outcome = match self.reader.read_event_into(&mut buffer) {
            Err(error) => Err(flaw(&error, line)),
            Ok(Event::Start(tag)) => self.open(&tag, false, line, sink),
            Ok(Event::Empty(tag)) => self.open(&tag, true, line, sink),
            Ok(Event::End(_)) => {
                self.depth = self.depth.saturating_sub(1);
                sink(Token::Close)
            }
            Ok(Event::Text(text)) if text.contains("]]>") => {
                Err(Refusal::new(Code::MalformedXml, line, "`]]>` in a text"))
            }
            Ok(Event::Text(text)) => self.text(&text.xml10_content(), line, sink),
            Ok(Event::CData(text)) if self.depth > 0 => {
                self.text(&text.xml10_content(), line, sink)
            }
            Ok(Event::CData(_)) => Err(Refusal::new(
                Code::MalformedXml,
                line,
                "text outside the root element",
            )),
            Ok(Event::GeneralRef(reference)) => {
                let letter = referred(&reference, line)?;
                self.text(letter.encode_utf8(&mut [0; 4]), line, sink)
            }
            Ok(Event::Decl(declaration)) => self.declaration(&declaration, line),
            Ok(Event::DocType(_)) => Err(Refusal::new(
                Code::Doctype,
                line,
                "a flux has no document type",
            )),
            Ok(Event::PI(instruction)) if instruction.target().eq_ignore_ascii_case("xml") => {
                Err(Refusal::new(
                    Code::MalformedXml,
                    line,
                    "a reserved processing instruction",
                ))
            }
            Ok(Event::PI(content)) => legal(&content, line),
            Ok(Event::Comment(content)) => legal(&content, line),
            Ok(Event::Eof) => Ok(()),
        };
        self.begun = true;
        self.buffer = buffer;
        outcome
    }

    fn open(
        &mut self,
        tag: &BytesStart<'_>,
        is_empty: bool,
        line: u32,
        sink: Sink<'_>,
    ) -> Result<(), Refusal> {
        let Tag {
            known,
            name,
            nil,
            stray_attribute,
        } = Tag::read(self.reader.resolver(), tag, line)?;
        if self.depth == 0 && self.rooted {
            return Err(Refusal::new(
                Code::MalformedXml,
                line,
                "a second root element",
            ));
        }
        let is_flux = known && name == "flux";
        if !self.rooted && !is_flux {
            return Err(Refusal::new(
                Code::UnknownRoot,
                line,
                "expected `flux` of the namespace",
            ));
        }
        if known && LATER.contains(&name) {
            return Err(Refusal::new(
                Code::UnsupportedVersion,
                line,
                "an element of 1.1.5",
            ));
        }
        self.rooted = true;
        let starts = known && name == "passageCertification";
        self.in_passage = if starts { 1 } else { self.in_passage + 1 };
        if self.in_passage > MAX_PASSAGE_ELEMENTS || self.depth >= MAX_DEPTH {
            return Err(Refusal::new(
                Code::TooComplex,
                line,
                "more or deeper elements than a flux",
            ));
        }
        sink(Token::Open {
            name,
            known,
            nil,
            stray_attribute,
            line,
        })?;
        if is_empty {
            return sink(Token::Close);
        }
        self.depth += 1;
        Ok(())
    }

    fn text(&self, text: &str, line: u32, sink: Sink<'_>) -> Result<(), Refusal> {
        legal(text, line)?;
        if self.depth > 0 {
            sink(Token::Text { text, line })
        } else if text.trim_start_matches('\u{FEFF}').trim_ascii().is_empty() {
            Ok(())
        } else {
            let line = visible_line(text, line);
            Err(Refusal::new(
                Code::MalformedXml,
                line,
                "text outside the root element",
            ))
        }
    }

    fn declaration(&self, declaration: &BytesDecl<'_>, line: u32) -> Result<(), Refusal> {
        legal(declaration, line)?;
        if self.begun {
            return Err(Refusal::new(
                Code::MalformedXml,
                line,
                "a late XML declaration",
            ));
        }
        if !declaration.version().is_ok_and(|version| version == "1.0") {
            return Err(Refusal::new(Code::MalformedXml, line, "expected XML 1.0"));
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => Ok(()),
            Some(_) => Err(Refusal::new(
                Code::WrongEncoding,
                line,
                "declared other than UTF-8",
            )),
        }
    }
}

/// The line of the first visible character of a text that starts at `line`.
pub(crate) fn visible_line(text: &str, line: u32) -> u32 {
    let blank = text.chars().take_while(|letter| letter.is_whitespace());
    let breaks = blank.filter(|letter| *letter == '\n').count();
    line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX))
}

/// The character behind `&…;`, of the five predefined entities or a number.
fn referred(reference: &BytesRef<'_>, line: u32) -> Result<char, Refusal> {
    let letter = match &**reference {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        number if number.starts_with('#') => match reference.resolve_char_ref() {
            Ok(Some(letter)) => letter,
            Ok(None) | Err(_) => {
                return Err(Refusal::new(
                    Code::ForbiddenCharacter,
                    line,
                    "no such character",
                ));
            }
        },
        _ => {
            return Err(Refusal::new(
                Code::Entity,
                line,
                "an entity that is not predefined",
            ));
        }
    };
    Ok(letter)
}

/// What the XML reader says, without repeating what it read.
fn flaw(error: &Error, line: u32) -> Refusal {
    let (code, detail) = match error {
        Error::Encoding(_) => (Code::WrongEncoding, "bytes that are not UTF-8"),
        Error::IllFormed(IllFormedError::MismatchedEndTag { .. }) => (
            Code::MalformedXml,
            "an end tag that does not match its start tag",
        ),
        Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => {
            (Code::MalformedXml, "an end tag without a start tag")
        }
        Error::IllFormed(IllFormedError::UnclosedReference) => (Code::MalformedXml, "a stray `&`"),
        Error::Namespace(_) => (Code::MalformedXml, "a namespace that cannot be declared"),
        _ => (Code::MalformedXml, "not well-formed"),
    };
    Refusal::new(code, line, detail)
}
