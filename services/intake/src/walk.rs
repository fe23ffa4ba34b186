//! Walks the elements of a flux along its schema: gathers the texts, and reports all that the
//! schema does not allow. Goes on after every error.

use std::borrow::Cow;

use crate::{
    code::Code,
    finding::Finding,
    markup::{Token, visible_line},
    schema::{CERTIFICATION, Content, Element, FLUX, Field, PASSAGE, Shape},
};

/// The text of an element, as the schema reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) field: Field,
    /// The element's name.
    pub(crate) name: &'static str,
    /// Nothing under `xsi:nil`.
    pub(crate) text: Option<String>,
    /// The line of its start tag.
    pub(crate) line: u32,
    /// Which of several like elements it belongs to, from 1: a digital result.
    pub(crate) group: u16,
}

/// What was read under one element.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) values: Vec<Value>,
    pub(crate) findings: Vec<Finding>,
    /// The line of its start tag.
    pub(crate) line: u32,
}

/// Where a token led.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nowhere in particular.
    On,
    /// Into a `certification`.
    Certification,
    /// Out of a `certification`.
    CertificationEnd,
    /// Out of a `passageCertification`: all that it said.
    Passage(Reading),
}

#[derive(Debug)]
struct Frame {
    element: &'static Element,
    line: u32,
    nil: bool,
    /// Which of the element's children were met, one bit each.
    met: u32,
}

/// Where the walk stands.
#[derive(Debug)]
pub(crate) struct Walk {
    frames: Vec<Frame>,
    /// Depth inside an element that is not looked into.
    skipped: u32,
    text: String,
    group: u16,
    /// What was read outside passages.
    pub(crate) around: Reading,
    passage: Option<Reading>,
    /// Whether passages are looked into.
    enters_passages: bool,
}

impl Walk {
    /// A walk that looks into passages, or passes them by.
    pub(crate) fn new(enters_passages: bool) -> Self {
        Self {
            frames: Vec::new(),
            skipped: 0,
            text: String::new(),
            group: 0,
            around: Reading::default(),
            passage: None,
            enters_passages,
        }
    }

    /// Follows one token.
    pub(crate) fn step(&mut self, token: Token<'_>) -> Step {
        match token {
            Token::Open { .. } | Token::Close if self.skipped > 0 => {
                self.skipped = if token == Token::Close {
                    self.skipped - 1
                } else {
                    self.skipped + 1
                };
                Step::On
            }
            Token::Open {
                name,
                known,
                nil,
                stray_attribute,
                line,
            } => self.open(known.then_some(name), nil, stray_attribute, line),
            Token::Text { text, line } if self.skipped == 0 => {
                self.text(text, line);
                Step::On
            }
            Token::Text { .. } => Step::On,
            Token::Close => self.close(),
        }
    }

    fn reading(&mut self) -> &mut Reading {
        self.passage.as_mut().unwrap_or(&mut self.around)
    }

    fn find(
        &mut self,
        code: Code,
        line: u32,
        field: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) {
        self.reading()
            .findings
            .push(Finding::new(code, line, field, detail));
    }

    fn open(&mut self, name: Option<&str>, nil: bool, stray: bool, line: u32) -> Step {
        let element = match self.frames.last() {
            None => Some(&FLUX),
            Some(parent) => {
                let children = parent.element.children();
                children.iter().find(|child| Some(child.name) == name)
            }
        };
        let Some(element) = element else {
            let parent = self
                .frames
                .last()
                .map_or("flux", |parent| parent.element.name);
            self.find(Code::UnknownElement, line, parent, "");
            self.skipped = 1;
            return Step::On;
        };
        if !self.is_welcome(element, line) {
            self.skipped = 1;
            return Step::On;
        }
        if element.name == PASSAGE {
            if !self.enters_passages {
                self.skipped = 1;
                return Step::On;
            }
            self.group = 0;
            self.passage = Some(Reading {
                line,
                ..Reading::default()
            });
        }
        self.check_attributes(element, nil, stray, line);
        if element.name == "resultat" {
            self.group = self.group.saturating_add(1);
        }
        self.text.clear();
        self.frames.push(Frame {
            element,
            line,
            nil,
            met: 0,
        });
        if element.name == CERTIFICATION {
            Step::Certification
        } else {
            Step::On
        }
    }

    fn check_attributes(&mut self, element: &Element, nil: bool, stray: bool, line: u32) {
        if stray {
            let detail = "";
            self.find(Code::UnknownAttribute, line, element.name, detail);
        }
        if nil && !element.nillable {
            self.find(Code::NotNillable, line, element.name, "");
        }
    }

    /// Whether the parent can hold `element` once more.
    fn is_welcome(&mut self, element: &'static Element, line: u32) -> bool {
        let Some(parent) = self.frames.last_mut() else {
            return true;
        };
        let children = parent.element.children();
        let place = children
            .iter()
            .position(|child| std::ptr::eq(child, element));
        let bit = 1 << place.unwrap_or_default();
        let again = parent.met & bit != 0;
        let other = parent.met != 0 && !again;
        parent.met |= bit;
        let parent = parent.element;
        match parent.content {
            Content::All(_) | Content::Choice(_) if again => {
                self.find(Code::DuplicateElement, line, element.name, "");
                false
            }
            Content::Choice(_) if other => {
                self.find(Code::SeveralChoices, line, parent.name, "");
                false
            }
            _ => true,
        }
    }

    fn text(&mut self, text: &str, line: u32) {
        let Some(frame) = self.frames.last() else {
            return;
        };
        let element = frame.element;
        if matches!(element.content, Content::Text(..)) {
            self.text.push_str(text);
        } else if !text.trim_ascii().is_empty() {
            let line = visible_line(text, line);
            self.find(Code::UnexpectedText, line, element.name, "");
        }
    }

    fn close(&mut self) -> Step {
        let Some(frame) = self.frames.pop() else {
            return Step::On;
        };
        match &frame.element.content {
            Content::Text(field, shape) => self.gather(&frame, *field, shape),
            _ if frame.nil => {}
            Content::All(children) => self.require(&frame, children),
            Content::Choice(_) if frame.met == 0 => {
                let detail = "one of its alternatives is required";
                self.find(Code::MissingElement, frame.line, frame.element.name, detail);
            }
            Content::Many(children) if frame.met == 0 => self.require(&frame, children),
            Content::Choice(_) | Content::Many(_) => {}
        }
        match frame.element.name {
            PASSAGE => self.passage.take().map_or(Step::On, Step::Passage),
            CERTIFICATION => Step::CertificationEnd,
            _ => Step::On,
        }
    }

    fn require(&mut self, frame: &Frame, children: &'static [Element]) {
        for (place, child) in children.iter().enumerate() {
            if child.required && frame.met & (1 << place) == 0 {
                let detail = format!("required in {}", frame.element.name);
                self.find(Code::MissingElement, frame.line, child.name, detail);
            }
        }
    }

    fn gather(&mut self, frame: &Frame, field: Field, shape: &Shape) {
        let text = std::mem::take(&mut self.text);
        let (name, line, group) = (frame.element.name, frame.line, self.group);
        let mut value = Value {
            field,
            name,
            text: None,
            line,
            group,
        };
        if frame.nil {
            if !text.is_empty() {
                self.find(
                    Code::NilWithValue,
                    line,
                    name,
                    "remove the value or xsi:nil",
                );
            }
        } else {
            match shape.check(&text) {
                Ok(text) => value.text = Some(text.to_owned()),
                Err((code, detail)) => return self.find(code, line, name, detail),
            }
        }
        self.reading().values.push(value);
    }
}
