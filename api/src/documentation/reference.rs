//! `/docs`: the document as pages, one for each chapter of it, without a script.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::{
    prose::Prose,
    schema::{Field, Kind, Shape, Word, about, plain},
};
use crate::{
    html::{Page, Shown},
    wire::{Path, Problem, Slug},
};

/// The document, in the order in which it is read.
#[derive(Debug)]
pub(super) struct Reference {
    title: String,
    version: String,
    about: Prose,
    credentials: Vec<Credential>,
    chapters: Vec<Chapter>,
    shapes: Vec<Shape>,
}

#[derive(Debug)]
struct Credential {
    name: String,
    about: Prose,
}

#[derive(Debug)]
struct Chapter {
    name: String,
    about: Prose,
    operations: Vec<Operation>,
}

#[derive(Debug)]
struct Operation {
    id: String,
    method: String,
    address: String,
    summary: String,
    about: Prose,
    credentials: Vec<String>,
    parameters: Vec<Parameter>,
    bodies: Vec<Content>,
    replies: Vec<Reply>,
}

#[derive(Debug)]
struct Parameter {
    place: String,
    field: Field,
}

#[derive(Debug)]
struct Content {
    media_type: String,
    kind: Kind,
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Reply {
    status: String,
    about: Prose,
    contents: Vec<Content>,
}

impl Reference {
    /// Reads what the document says.
    pub(super) fn read(document: &OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let info = &document["info"];
        let mut operations = operations(&document);
        let chapters = list(&document["tags"]).iter().map(|tag| {
            let name = plain(&tag["name"]);
            let mine = operations.extract_if(.., |(chapter, _)| *chapter == name);
            let operations = mine.map(|(_, operation)| operation).collect();
            Chapter {
                about: about(tag),
                operations,
                name,
            }
        });
        let chapters = chapters
            .filter(|chapter| !chapter.operations.is_empty())
            .collect();
        let components = &document["components"];
        Self {
            title: plain(&info["title"]),
            version: plain(&info["version"]),
            about: about(info),
            credentials: entries(&components["securitySchemes"])
                .map(|(name, scheme)| Credential {
                    name: name.clone(),
                    about: about(scheme),
                })
                .collect(),
            chapters,
            shapes: entries(&components["schemas"])
                .map(|(name, schema)| Shape::read(name, schema))
                .collect(),
        }
    }
}

fn operations(document: &Value) -> Vec<(String, Operation)> {
    entries(&document["paths"])
        .flat_map(|(address, item)| {
            entries(item)
                .filter(|(_, operation)| operation.get("responses").is_some())
                .map(move |(method, operation)| read_operation(address, method, operation))
        })
        .collect()
}

fn read_operation(address: &str, method: &str, operation: &Value) -> (String, Operation) {
    let read = Operation {
        id: plain(&operation["operationId"]),
        method: method.to_uppercase(),
        address: address.to_owned(),
        summary: operation["summary"].as_str().unwrap_or_default().to_owned(),
        about: about(operation),
        credentials: list(&operation["security"])
            .iter()
            .flat_map(|one| {
                entries(one)
                    .map(|(name, _)| name.clone())
                    .collect::<Vec<_>>()
            })
            .collect(),
        parameters: list(&operation["parameters"])
            .iter()
            .map(read_parameter)
            .collect(),
        bodies: contents(&operation["requestBody"]),
        replies: entries(&operation["responses"])
            .map(|(status, reply)| Reply {
                status: status.clone(),
                about: about(reply),
                contents: contents(reply),
            })
            .collect(),
    };
    (plain(&operation["tags"][0]), read)
}

fn read_parameter(parameter: &Value) -> Parameter {
    Parameter {
        place: plain(&parameter["in"]),
        field: Field {
            name: plain(&parameter["name"]),
            kind: Kind::read(&parameter["schema"]),
            required: parameter["required"].as_bool().unwrap_or_default(),
            about: about(parameter),
            example: parameter.get("example").map(plain),
        },
    }
}

fn contents(holder: &Value) -> Vec<Content> {
    entries(&holder["content"])
        .map(|(media_type, content)| Content {
            media_type: media_type.clone(),
            kind: Kind::read(&content["schema"]),
            fields: Shape::read("", &content["schema"]).fields,
        })
        .collect()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "docs/overview.html")]
pub(super) struct Overview {
    page: Page,
    reference: Arc<Reference>,
}

#[derive(Template)]
#[template(path = "docs/chapter.html")]
pub(super) struct OneChapter {
    page: Page,
    reference: Arc<Reference>,
    at: usize,
}

#[derive(Template)]
#[template(path = "docs/schemas.html")]
pub(super) struct Schemas {
    page: Page,
    reference: Arc<Reference>,
}

impl OneChapter {
    fn chapter(&self) -> &Chapter {
        &self.reference.chapters[self.at]
    }
}

pub(super) async fn overview(
    page: Page,
    Extension(reference): Extension<Arc<Reference>>,
) -> Shown<Overview> {
    Shown::new(Overview { page, reference })
}

pub(super) async fn chapter(
    page: Page,
    Extension(reference): Extension<Arc<Reference>>,
    Path(name): Path<String>,
) -> Result<Shown<OneChapter>, Problem> {
    let at = reference
        .chapters
        .iter()
        .position(|chapter| chapter.name == name);
    let at = at.ok_or(Slug::NotFound)?;
    Ok(Shown::new(OneChapter {
        page,
        reference,
        at,
    }))
}

pub(super) async fn schemas(
    page: Page,
    Extension(reference): Extension<Arc<Reference>>,
) -> Shown<Schemas> {
    Shown::new(Schemas { page, reference })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use askama::Template;

    use super::{OneChapter, Overview, Reference, Schemas};
    use crate::{html::Page, locale::Locale, routes};

    fn page(address: &str) -> Page {
        Page::new(true, address.parse().unwrap(), Locale::En)
    }

    #[test]
    fn every_operation_is_shown_with_its_problems_and_every_schema_it_names() {
        let reference = Arc::new(Reference::read(&routes::document()));
        let overview = Overview {
            page: page("/docs"),
            reference: Arc::clone(&reference),
        };
        let overview = overview.render().unwrap();
        let schemas = Schemas {
            page: page("/docs/schemas"),
            reference: Arc::clone(&reference),
        };
        let schemas = schemas.render().unwrap();
        for (at, chapter) in reference.chapters.iter().enumerate() {
            let shown = OneChapter {
                page: page("/docs"),
                reference: Arc::clone(&reference),
                at,
            };
            let shown = shown.render().unwrap();
            for operation in &chapter.operations {
                let anchor = format!("/docs/{}#{}", chapter.name, operation.id);
                assert!(overview.contains(&anchor), "{anchor}");
                assert!(shown.contains(&format!("id=\"{}\"", operation.id)));
            }
            assert!(shown.contains("href=\"/problems/internal\""));
            for link in shown.split("href=\"/docs/schemas#").skip(1) {
                let name = link.split('"').next().unwrap();
                assert!(schemas.contains(&format!("<section class=\"operation\" id=\"{name}\"")));
            }
        }
    }
}
