//! Bodies as handlers take them: read within a limit, checked, and refused with a problem.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use kernel::{Objects, without_value};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::{
    Flaw, Problem, Slug,
    text::{check_encoded, check_json, not_json, pointer_step},
};

/// The most that a JSON body or a form may weigh, in bytes. Files have their own limit.
pub const LIMIT: usize = 1024 * 1024;

/// A JSON body, in which an object is never written as an array. Say `request_body = T` in the endpoint's `#[utoipa::path]`.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media_type = media_type(request.headers());
        let is_json = media_type == "application/json"
            || (media_type.starts_with("application/") && media_type.ends_with("+json"));
        if !is_json {
            return Err(unsupported("application/json"));
        }
        let body = read(request).await?;
        check_json(&body)?;
        let mut deserializer = serde_json::Deserializer::from_slice(&body);
        let objects = Objects(&mut deserializer);
        let value = serde_path_to_error::deserialize(objects).map_err(|error| {
            let inner = error.inner();
            if inner.is_data() {
                Problem::new(Slug::InvalidBody).flaw(Flaw::at(
                    pointer(error.path()),
                    "shape",
                    without_place(inner),
                ))
            } else {
                not_json(inner)
            }
        })?;
        deserializer.end().map_err(|error| not_json(&error))?;
        Ok(Self(value))
    }
}

/// A form (`application/x-www-form-urlencoded`). A repeated field fills a list.
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if media_type(request.headers()) != "application/x-www-form-urlencoded" {
            return Err(unsupported("application/x-www-form-urlencoded"));
        }
        let body = read(request).await?;
        check_encoded(&body)?;
        decode_fields(&body)
            .map(Self)
            .map_err(|flaw| Problem::new(Slug::InvalidBody).flaw(flaw))
    }
}

/// Reads the fields of a query or a form; the flaw names the field that is wrong.
pub(super) fn decode_fields<T: DeserializeOwned>(encoded: &[u8]) -> Result<T, Flaw> {
    let fields = serde_html_form::Deserializer::from_bytes(encoded);
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let flaw = Flaw::new("shape", without_value(&error.inner().to_string()));
        let name = error.path().iter().find_map(|segment| match segment {
            Segment::Map { key } => Some(key.clone()),
            _ => None,
        });
        Flaw {
            parameter: name,
            ..flaw
        }
    })
}

/// The media type without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

async fn read(request: Request) -> Result<Bytes, Problem> {
    axum::body::to_bytes(request.into_body(), LIMIT)
        .await
        .map_err(|error| {
            let over = std::error::Error::source(&error)
                .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>);
            if over {
                Problem::new(Slug::TooLarge).detail(format!("the limit is {LIMIT} bytes"))
            } else {
                Problem::new(Slug::MalformedRequest).flaw(Flaw::new(
                    "interrupted",
                    "the body ended before it was complete",
                ))
            }
        })
}

fn unsupported(expected: &str) -> Problem {
    Problem::new(Slug::UnsupportedMediaType)
        .detail(format!("`Content-Type: {expected}` is expected"))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", pointer_step(key)),
            // A variant is how our code names the value, not a place in the body.
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

/// The parser's words without the value, and without ` at line … column …`: the pointer says it
/// better.
fn without_place(error: &serde_json::Error) -> String {
    let words = without_value(&error.to_string());
    words
        .rsplit_once(" at line ")
        .map_or(words.clone(), |(words, _)| words.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body as Bytes,
        extract::{FromRequest, Request},
    };
    use serde::Deserialize;

    use super::{Body, Slug};

    #[derive(Debug, Deserialize)]
    struct Order {
        number: u8,
        buyer: Option<Buyer>,
    }

    #[derive(Debug, Deserialize)]
    struct Buyer {
        name: String,
    }

    async fn read(json: &'static str) -> Result<Order, Slug> {
        let request = Request::post("/").header("content-type", "application/json");
        let request = request.body(Bytes::from(json)).unwrap();
        let read = Body::<Order>::from_request(request, &()).await;
        read.map(|Body(order)| order)
            .map_err(|problem| problem.slug())
    }

    #[tokio::test]
    async fn an_array_in_the_place_of_an_object_is_refused_however_deep_it_is() {
        let order = read(r#"{"number": 1, "buyer": {"name": "Lucie"}}"#).await;
        let order = order.unwrap();
        assert_eq!(
            (order.number, order.buyer.unwrap().name.as_str()),
            (1, "Lucie")
        );
        for array in [
            r#"[1, {"name": "Lucie"}]"#,
            r"[1, null]",
            r#"{"number": 1, "buyer": ["Lucie"]}"#,
        ] {
            let refused = read(array).await.unwrap_err();
            assert_eq!(refused, Slug::InvalidBody, "{array}");
        }
    }
}
