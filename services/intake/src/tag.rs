//! One start tag: its name in its namespace, and its attributes.

use quick_xml::{
    XmlVersion,
    errors::Error,
    escape::EscapeError,
    events::{BytesStart, attributes::Attribute},
    name::{Namespace, NamespaceResolver, ResolveResult},
};

use crate::{code::Code, finding::Refusal};

/// Namespace of the flux, the same for all its versions.
const FLUX: Namespace<'static> = Namespace("urn:cdc:cpf:pc5:schema:1.0.0");
const INSTANCE: Namespace<'static> = Namespace("http://www.w3.org/2001/XMLSchema-instance");

const MAX_NAME: usize = 100;
const MAX_ATTRIBUTES: usize = 16;

/// What a start tag says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag<'a> {
    /// Whether it is in the flux's namespace.
    pub(crate) known: bool,
    /// Its name without prefix.
    pub(crate) name: &'a str,
    /// Whether it carries `xsi:nil="true"`.
    pub(crate) nil: bool,
    /// Whether it carries an attribute of no schema.
    pub(crate) stray_attribute: bool,
}

/// What an attribute is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// To declare a namespace, or to say where a schema is.
    Plumbing,
    /// `xsi:nil`, and what it says.
    Nil(bool),
    /// Nothing that a schema has.
    Stray,
}

impl<'a> Tag<'a> {
    /// Reads `tag` where `resolver` knows the namespaces in scope.
    pub(crate) fn read(
        resolver: &NamespaceResolver,
        tag: &'a BytesStart<'_>,
        line: u32,
    ) -> Result<Self, Refusal> {
        let refuse = |code, detail: &'static str| Err(Refusal::new(code, line, detail));
        legal(tag, line)?;
        if tag.contains('<') || !is_name(tag.name().into_inner()) {
            return refuse(Code::MalformedXml, "a tag that is not one");
        }
        let (namespace, local) = resolver.resolve_element(tag.name());
        if matches!(namespace, ResolveResult::Unknown(_)) {
            return refuse(Code::MalformedXml, "an undeclared prefix");
        }
        let known = namespace == ResolveResult::Bound(FLUX);
        let name = local.into_inner();
        let mut read = Self {
            known,
            name,
            nil: false,
            stray_attribute: false,
        };
        for (count, attribute) in tag.attributes().enumerate() {
            let Ok(attribute) = attribute else {
                return refuse(
                    Code::MalformedXml,
                    "an attribute that is not one, or given twice",
                );
            };
            if count >= MAX_ATTRIBUTES {
                return refuse(Code::TooComplex, "more attributes than a flux has");
            }
            match purpose(resolver, &attribute, line)? {
                Use::Plumbing => {}
                Use::Nil(nil) => read.nil = nil,
                Use::Stray => read.stray_attribute = true,
            }
        }
        Ok(read)
    }
}

fn purpose(
    resolver: &NamespaceResolver,
    attribute: &Attribute<'_>,
    line: u32,
) -> Result<Use, Refusal> {
    let refuse = |code, detail: &'static str| Err(Refusal::new(code, line, detail));
    let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value,
        Err(Error::Escape(EscapeError::UnrecognizedEntity(..))) => {
            return refuse(Code::Entity, "an entity that is not predefined");
        }
        Err(_) => return refuse(Code::MalformedXml, "a stray `&` in an attribute"),
    };
    legal(&value, line)?;
    if !is_name(attribute.key.into_inner()) {
        return refuse(Code::MalformedXml, "an attribute that is not one");
    }
    if attribute.key.as_namespace_binding().is_some() {
        return Ok(Use::Plumbing);
    }
    let (namespace, local) = resolver.resolve_attribute(attribute.key);
    Ok(match (namespace, local.into_inner()) {
        (ResolveResult::Bound(INSTANCE), "nil") => {
            Use::Nil(matches!(value.trim_ascii(), "true" | "1"))
        }
        (ResolveResult::Bound(INSTANCE), "schemaLocation" | "noNamespaceSchemaLocation") => {
            Use::Plumbing
        }
        (ResolveResult::Unknown(_), _) => {
            return refuse(Code::MalformedXml, "an undeclared prefix");
        }
        _ => Use::Stray,
    })
}

/// Whether XML 1.0 §2.2 allows every character. Bytes below 0x20 are looked for as such: it is the
/// one check that every byte of a file goes through.
pub(crate) fn legal(text: &str, line: u32) -> Result<(), Refusal> {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let forbidden =
        text.bytes().any(control) || text.contains('\u{FFFE}') || text.contains('\u{FFFF}');
    if forbidden {
        return Err(Refusal::new(
            Code::ForbiddenCharacter,
            line,
            "see XML 1.0, section 2.2",
        ));
    }
    Ok(())
}

/// Whether `name` is a qualified name: stricter than XML for letters that no schema uses.
fn is_name(name: &str) -> bool {
    let start = |letter: char| letter.is_alphabetic() || letter == '_';
    let part = |part: &str| {
        part.starts_with(start)
            && part
                .chars()
                .all(|c| start(c) || c.is_numeric() || c == '-' || c == '.')
    };
    name.len() <= MAX_NAME
        && match name.split_once(':') {
            Some((prefix, local)) => part(prefix) && part(local),
            None => part(name),
        }
}
