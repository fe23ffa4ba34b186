//! What a handler answers when all went well. The type says the status, and describes itself.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Digest;
use serde::Serialize;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{
        ContentBuilder, Header, Object, RefOr, Response as Described, ResponseBuilder,
        extensions::{Extensions, ExtensionsBuilder},
        schema::{SchemaType, Type},
    },
};

use super::{Problem, Slug};

/// `200 OK` with a JSON body and an `ETag` of its bytes; `304 Not Modified` to a client whose
/// `If-None-Match` names it (RFC 9110 §13.1.2, answered in [`crate::edge`]).
#[derive(Debug, Clone)]
pub struct Found<T>(pub T);

/// The same, and anyone may keep it for five minutes: what holds for everybody, and is asked for from
/// other sites too.
#[derive(Debug, Clone)]
pub struct Published<T>(pub T);

/// `201 Created` with a JSON body, and where it now is.
#[derive(Debug, Clone)]
pub struct Created<T> {
    /// The new resource's path.
    pub location: String,
    /// The new resource.
    pub body: T,
}

/// `202 Accepted`: it is stored and will be done. `location` tells how far it is.
#[derive(Debug, Clone)]
pub struct Accepted<T> {
    /// The path to ask for progress.
    pub location: String,
    /// What is known already.
    pub body: T,
}

/// `204 No Content`: done, and nothing to say.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

impl<T: Serialize> IntoResponse for Found<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let tag = entity_tag(&body);
                let mut response = json(StatusCode::OK, body);
                response.headers_mut().insert(header::ETAG, tag);
                response.headers_mut().insert(
                    header::CACHE_CONTROL,
                    HeaderValue::from_static("private, no-cache"),
                );
                response
            }
            Err(error) => unwritable(error),
        }
    }
}

impl<T: Serialize> IntoResponse for Published<T> {
    fn into_response(self) -> Response {
        let mut response = Found(self.0).into_response();
        let headers = response.headers_mut();
        if headers.contains_key(header::ETAG) {
            let kept = HeaderValue::from_static("public, max-age=300");
            headers.insert(header::CACHE_CONTROL, kept);
            let anyone = HeaderValue::from_static("*");
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anyone);
        }
        response
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        located(StatusCode::CREATED, &self.location, &self.body)
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        located(StatusCode::ACCEPTED, &self.location, &self.body)
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl<T: ToSchema> IntoResponses for Found<T> {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let found = described::<T>("Found.").header("ETag", text("The version of this reply."));
        let unchanged = ResponseBuilder::new()
            .description("Unchanged since the version that `If-None-Match` names.");
        BTreeMap::from([
            ("200".into(), found.into()),
            ("304".into(), unchanged.into()),
        ])
    }
}

impl<T: ToSchema> IntoResponses for Published<T> {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        Found::<T>::responses()
    }
}

impl<T: ToSchema> IntoResponses for Created<T> {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let created = described::<T>("Created.").header("Location", text("Where it now is."));
        BTreeMap::from([("201".into(), created.into())])
    }
}

impl<T: ToSchema> IntoResponses for Accepted<T> {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let accepted =
            described::<T>("Stored, and being done.").header("Location", text("Where to ask."));
        BTreeMap::from([("202".into(), accepted.into())])
    }
}

impl IntoResponses for NoContent {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let done = ResponseBuilder::new().description("Done.");
        BTreeMap::from([("204".into(), done.into())])
    }
}

/// The strong validator of these bytes (RFC 9110 §8.8.3): half of their SHA-256.
///
/// # Panics
/// Never: base64url and quotes are legal in a header.
pub fn entity_tag(body: &[u8]) -> HeaderValue {
    let digest = Digest::of(body);
    let (half, _) = digest.as_bytes().split_at(16);
    #[expect(
        clippy::expect_used,
        reason = "base64url and quotes are legal in a header"
    )]
    HeaderValue::from_str(&format!("\"{}\"", URL_SAFE_NO_PAD.encode(half))).expect("legal")
}

/// The extension by which a reply brings the schemas it names; [`crate::openapi`] moves them to
/// the document's components, so that no list of schemas has to be kept by hand.
pub const DECLARES: &str = "x-declares";

/// A response whose JSON body is a `T`.
pub fn described<T: ToSchema>(description: &str) -> ResponseBuilder {
    let content = ContentBuilder::new().schema(Some(reference::<T>())).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content)
        .extensions(Some(declares::<T>()))
}

/// How a schema names `T`: by reference when it has a name of its own.
pub(super) fn reference<T: ToSchema>() -> RefOr<utoipa::openapi::Schema> {
    if is_named::<T>() {
        utoipa::openapi::Ref::from_schema_name(T::name()).into()
    } else {
        T::schema()
    }
}

fn declares<T: ToSchema>() -> Extensions {
    let mut schemas = Vec::new();
    if is_named::<T>() {
        schemas.push((T::name().into_owned(), T::schema()));
    }
    T::schemas(&mut schemas);
    let schemas: serde_json::Map<_, _> = schemas
        .into_iter()
        .filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?)))
        .collect();
    ExtensionsBuilder::new().add(DECLARES, schemas).build()
}

/// Whether `T` is an object or an enumeration of ours rather than a list or a bare value.
fn is_named<T: ToSchema>() -> bool {
    T::name().starts_with(char::is_uppercase) && !super::page::is_page(&T::name())
}

fn text(description: &str) -> Header {
    let mut header = Header::new(Object::with_type(SchemaType::Type(Type::String)));
    header.description = Some(description.into());
    header
}

fn located<T: Serialize>(status: StatusCode, location: &str, body: &T) -> Response {
    let written = serde_json::to_vec(body);
    match (written, HeaderValue::from_str(location)) {
        (Ok(body), Ok(location)) => {
            let mut response = json(status, body);
            response.headers_mut().insert(header::LOCATION, location);
            response
        }
        (Err(error), _) => unwritable(error),
        (_, Err(error)) => unwritable(error),
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Response {
    Problem::new(Slug::Internal).because(error).into_response()
}
