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

/// A type, in words; some of them name a schema.
#[derive(Debug, Clone, Default)]
pub(super) struct Kind {
    pub(super) words: Vec<Word>,
}

/// Words of a type.
#[derive(Debug, Clone)]
pub(super) enum Word {
    /// Read as they stand.
    Plain(String),
    /// The name of a schema.
    Named(String),
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
        kind.say(schema);
        kind
    }

    fn say(&mut self, schema: &Value) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = reference.rsplit('/').next().unwrap_or(reference);
            self.words.push(Word::Named(name.to_owned()));
            return;
        }
        for (key, between) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
            if let Some(Value::Array(parts)) = schema.get(key) {
                self.each(parts, between, Self::say);
                return;
            }
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            let values: Vec<_> = values.iter().map(ToString::to_string).collect();
            self.plain(format!("one of {}", values.join(", ")));
            return;
        }
        match (schema.get("const"), schema.get("type")) {
            (Some(constant), _) => self.plain(constant.to_string()),
            (None, Some(Value::String(name))) => self.one_type(name, schema),
            (None, Some(Value::Array(names))) => {
                self.each(names, " or ", |kind, name| {
                    kind.one_type(&plain(name), schema);
                });
            }
            _ => self.plain("anything".into()),
        }
    }

    fn one_type(&mut self, name: &str, schema: &Value) {
        if name == "array" {
            self.plain("list of ".into());
            self.say(schema.get("items").unwrap_or(&Value::Null));
            return;
        }
        let format = schema.get("format").and_then(Value::as_str);
        let said = format.map_or_else(|| name.to_owned(), |format| format!("{name} ({format})"));
        self.plain(said);
        for (key, word) in BOUNDS {
            if let Some(bound) = schema.get(*key).filter(|_| name != "null") {
                self.plain(format!(", {word} {}", plain(bound)));
            }
        }
    }

    fn each(&mut self, parts: &[Value], between: &str, mut say: impl FnMut(&mut Self, &Value)) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.plain(between.to_owned());
            }
            say(self, part);
        }
    }

    fn plain(&mut self, words: String) {
        self.words.push(Word::Plain(words));
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
