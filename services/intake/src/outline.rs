//! A first reading of a flux: who emits it, and which qualifications its passages are of.
//!
//! The order of children is free, so a passage may come before the code of its qualification.
//! That is why a flux is read twice: this reading passes the passages by, and holds the little
//! that surrounds them.

use crate::{
    code::Code,
    finding::{Finding, Refusal},
    markup::Markup,
    schema::Field,
    walk::{Reading, Step, Value, Walk},
};

/// The most qualifications, and errors around passages, that one flux may hold.
const MAX_AROUND: usize = 20_000;

/// What surrounds the passages of a flux.
#[derive(Debug, Default)]
pub struct Outline {
    /// `idFlux`.
    pub flux_id: Option<String>,
    /// `emetteur/idClient`, and its line.
    pub emitter: Option<(String, u32)>,
    /// Every error outside passages.
    pub findings: Vec<Finding>,
    pub(crate) qualifications: Vec<Qualification>,
}

/// A qualification that passages are of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Qualification {
    /// `RNCP` or `RS` and digits; nothing when something is wrong with it.
    pub(crate) code: Option<String>,
    pub(crate) findings: Vec<Finding>,
}

/// Reads the outline of a flux from chunks.
#[derive(Debug)]
pub struct OutlineReader {
    markup: Markup,
    walk: Walk,
    outline: Outline,
}

impl Default for OutlineReader {
    fn default() -> Self {
        Self {
            markup: Markup::new(),
            walk: Walk::new(false),
            outline: Outline::default(),
        }
    }
}

impl OutlineReader {
    /// Reads on.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        let Self {
            markup,
            walk,
            outline,
        } = self;
        markup.feed(chunk, &mut |token| {
            if let Step::CertificationEnd = walk.step(token) {
                // What is left in the walk by then was read in this `certification`, or around it.
                let values = std::mem::take(&mut walk.around.values);
                outline.qualifications.push(Qualification::read(&values));
                outline.keep(values);
            }
            let around = outline.qualifications.len().max(walk.around.findings.len());
            if around > MAX_AROUND {
                let line = walk
                    .around
                    .findings
                    .last()
                    .map_or(1, |finding| finding.line);
                return Err(Refusal::new(
                    Code::TooComplex,
                    line,
                    "too much around the passages",
                ));
            }
            Ok(())
        })
    }

    /// The outline, once the whole flux was read.
    pub fn finish(mut self) -> Result<Outline, Refusal> {
        let walk = &mut self.walk;
        self.markup.finish(&mut |token| {
            walk.step(token);
            Ok(())
        })?;
        let Reading {
            values, findings, ..
        } = self.walk.around;
        self.outline.keep(values);
        self.outline.findings.extend(findings);
        Ok(self.outline)
    }
}

impl Outline {
    fn keep(&mut self, values: Vec<Value>) {
        for Value {
            field, text, line, ..
        } in values
        {
            match (field, text) {
                (Field::FluxId, text) => self.flux_id = text,
                (Field::EmitterId, Some(text)) => self.emitter = Some((text, line)),
                _ => {}
            }
        }
    }
}

impl Qualification {
    fn read(values: &[Value]) -> Self {
        let value = |field| {
            let value = values.iter().find(|value| value.field == field)?;
            Some((value.text.as_deref()?, value))
        };
        let (Some((kind, kind_value)), Some((code, code_value))) = (
            value(Field::QualificationType),
            value(Field::QualificationCode),
        ) else {
            // Its absence is an error of the file, reported as such.
            return Self::default();
        };
        let mut findings = Vec::new();
        let mut find = |code, at: &Value, detail: &'static str| {
            findings.push(Finding::new(code, at.line, at.name, detail));
        };
        let digits = code.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
        let register = &code[..code.len() - digits.len()];
        let numbered =
            (3..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !numbered || !matches!(register, "" | "RNCP" | "RS") {
            find(
                Code::QualificationShape,
                code_value,
                "expected RNCP or RS, then 3 to 5 digits",
            );
        } else if !matches!(kind, "RNCP" | "RS") || ![kind, ""].contains(&register) {
            find(
                Code::QualificationTypeMismatch,
                kind_value,
                "expected RNCP or RS, as the code says",
            );
        }
        let code = findings.is_empty().then(|| format!("{kind}{digits}"));
        Self { code, findings }
    }
}
