//! How the reference shows a schema: its fields, and how each type reads.

use serde_json::{Map, Value};

use super::prose::Prose;

/// A schema with a name.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) about: Prose,
    pub(super) fields: Vec<Field>,
    /// What it is, when it is no object.
    pub(super) kind: Kind,
}

/// A field of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) about: Prose,
    pub(super) example: Option<String>,
}

/// A type, in words, and the schemas that the words name.
#[derive(Debug, Clone, Default)]
pub(super) struct Kind {
    pub(super) words: String,
    pub(super) names: Vec<String>,
}

impl Shape {
    pub(super) fn read(name: &str, schema: &Value) -> Self {
        let mut fields = Vec::new();
        collect(schema, &mut fields);
        Self {
            name: name.into(),
            about: about(schema),
            fields,
            kind: Kind::read(schema),
        }
    }
}

impl Kind {
    pub(super) fn read(schema: &Value) -> Self {
        let mut kind = Self::default();
        kind.words = kind.say(schema);
        kind.names.sort();
        kind.names.dedup();
        kind
    }

    fn say(&mut self, schema: &Value) -> String {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).map(last_segment) {
            self.names.push(name.to_owned());
            return name.to_owned();
        }
        for (key, between) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
            if let Some(Value::Array(parts)) = schema.get(key) {
                let said: Vec<_> = parts.iter().map(|part| self.say(part)).collect();
                return said.join(between);
            }
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            let said: Vec<_> = values.iter().map(ToString::to_string).collect();
            return format!("one of {}", said.join(", "));
        }
        if let Some(constant) = schema.get("const") {
            return constant.to_string();
        }
        match schema.get("type") {
            Some(Value::String(name)) => self.one_type(name, schema),
            Some(Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str);
                let said: Vec<_> = names.map(|name| self.one_type(name, schema)).collect();
                said.join(" or ")
            }
            _ => "anything".into(),
        }
    }

    fn one_type(&mut self, name: &str, schema: &Value) -> String {
        if name == "array" {
            let items = schema.get("items").map(|items| self.say(items));
            return format!("list of {}", items.unwrap_or_else(|| "anything".into()));
        }
        let format = schema.get("format").and_then(Value::as_str);
        let mut said =
            format.map_or_else(|| name.to_owned(), |format| format!("{name} ({format})"));
        for (key, word) in BOUNDS {
            if let Some(bound) = schema.get(*key) {
                said += &format!(", {word} {}", plain(bound));
            }
        }
        said
    }
}

const BOUNDS: &[(&str, &str)] = &[
    ("minimum", "at least"),
    ("maximum", "at most"),
    ("minLength", "length at least"),
    ("maxLength", "length at most"),
    ("pattern", "pattern"),
    ("default", "default"),
];

/// What a schema says of itself.
pub(super) fn about(schema: &Value) -> Prose {
    schema
        .get("description")
        .and_then(Value::as_str)
        .map(Prose::of)
        .unwrap_or_default()
}

/// A value as a reader would type it.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn collect(schema: &Value, fields: &mut Vec<Field>) {
    for part in schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        collect(part, fields);
    }
    let none = Map::new();
    let required: Vec<_> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, field) in schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&none)
    {
        fields.push(Field {
            name: name.clone(),
            kind: Kind::read(field),
            required: required.contains(&name.as_str()),
            about: about(field),
            example: field
                .get("example")
                .or_else(|| field.get("examples").and_then(|examples| examples.get(0)))
                .map(plain),
        });
    }
}

fn last_segment(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}
