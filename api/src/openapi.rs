//! The document: what it says of itself, and what is added to what the handlers say.

use std::collections::BTreeMap;

use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Components, Header, Object, RefOr, Required, Response, Schema, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::SchemaType,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::wire::{COMMON, DECLARES, PROBLEMS, ProblemDocument, Slug, described_problems};

#[cfg(test)]
mod tests;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "CPF 2.0",
        version = env!("CARGO_PKG_VERSION"),
        description = "An open service platform for the *Compte personnel de formation*: \
            certifiers deposit what they attest, workers keep it and decide who may read it, and \
            apps read what they were allowed to.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    servers((url = "/", description = "This platform")),
    tags(
        (name = "consent", description = "Asking a worker, and what she answered: pushed \
            authorization requests (RFC 9126), tokens, grants."),
        (name = "publishers", description = "Registering apps and managing them (RFC 7591, 7592)."),
        (name = "events", description = "Being told: where, what was missed, what came of each \
            message."),
        (name = "record", description = "What a worker allowed an app to read."),
        (name = "journal", description = "The public log that every access to a record is sealed \
            in, and how to check it: signed heads, tiles (C2SP tlog-tiles), proofs."),
        (name = "batches", description = "Bulk deposits: the certifiers' flux, passage by passage."),
        (name = "labour", description = "Public labour-market data: occupations and skills."),
        (name = "discovery", description = "Where machines learn what the platform offers."),
        (name = "operations", description = "Whether the platform lives and can serve."),
    ),
    components(schemas(ProblemDocument)),
    modifiers(&Credentials),
)]
struct Preface;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut openapi::OpenApi) {
        // The vocabulary of OpenAPI schemes here has no `DPoP`: a header and its form say the same.
        let consent = ApiKeyValue::with_description(
            "Authorization",
            "`DPoP <consent token>`: a Biscuit minted from what one worker granted one app, for 5 \
             minutes, and bound to a key. Each request also carries a proof by that key, in the \
             header `DPoP` (RFC 9449).",
        );
        let management = ApiKeyValue::with_description(
            "Authorization",
            "`DPoP <token>`: for an app's own grants, by the grant type `client_credentials` and the \
             scopes `grant_management_query` and `grant_management_revoke`. Each request also carries a \
             proof by the token's key, in the header `DPoP` (RFC 9449).",
        );
        let bearer = |description: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
            SecurityScheme::Http(scheme.description(Some(description)).build())
        };
        let components = document.components.get_or_insert_with(Components::new);
        components.add_security_scheme("consent", SecurityScheme::ApiKey(ApiKey::Header(consent)));
        let management = SecurityScheme::ApiKey(ApiKey::Header(management));
        components.add_security_scheme("grant_management", management);
        for (name, description) in [
            (
                "operator_key",
                "An organisation's own key, for what it deposits and reads back.",
            ),
            (
                "initial_access_token",
                "A publisher's token to register apps with (RFC 7591 §3). The sandbox publishes one.",
            ),
            (
                "registration_access_token",
                "The token that came with a registration, to manage it with (RFC 7592 §1.3).",
            ),
        ] {
            components.add_security_scheme(name, bearer(description));
        }
    }
}

/// What the document says before any endpoint speaks.
pub(crate) fn preface() -> openapi::OpenApi {
    Preface::openapi()
}

/// Adds what follows from each endpoint's shape, and the schemas that replies brought along.
pub(crate) fn finish(mut document: openapi::OpenApi) -> openapi::OpenApi {
    let mut declared = BTreeMap::new();
    for operation in operations(&mut document) {
        complete(operation);
        declared.append(&mut lift_schemas(operation));
    }
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.append(&mut declared);
    document
}

/// Every operation of the document.
fn operations(document: &mut openapi::OpenApi) -> impl Iterator<Item = &mut Operation> {
    document.paths.paths.values_mut().flat_map(|item| {
        [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ]
        .into_iter()
        .flatten()
    })
}

/// Adds the problems that an endpoint of this shape can answer with, beside those it names.
fn complete(operation: &mut Operation) {
    let mut slugs: Vec<Slug> = COMMON.to_vec();
    if operation.request_body.is_some() {
        slugs.extend([
            Slug::TooLarge,
            Slug::UnsupportedMediaType,
            Slug::InvalidBody,
        ]);
    }
    if asks_for(operation, "consent") || asks_for(operation, "grant_management") {
        slugs.push(Slug::InvalidProof);
        let parameters = operation.parameters.get_or_insert_default();
        parameters.push(proof().into());
    }
    if is_guarded(operation) {
        slugs.extend([
            Slug::Unauthenticated,
            Slug::InvalidToken,
            Slug::InsufficientRights,
        ]);
    }
    if operation.parameters.iter().flatten().any(is_in_path) {
        slugs.push(Slug::NotFound);
    }
    let named = operation.responses.responses.values().flat_map(problems_of);
    slugs.extend(named);
    for (status, response) in described_problems(&slugs) {
        let response = tell_how_much_is_left(&status, response);
        // A reply that is no problem keeps its place: OAuth has its own shape of errors.
        let theirs = operation.responses.responses.get(&status);
        if theirs.is_none_or(|theirs| problems_of(theirs).next().is_some()) {
            operation.responses.responses.insert(status, response);
        }
    }
}

/// Adds the headers by which every answer says what is left, to the one that says nothing is.
fn tell_how_much_is_left(status: &str, response: RefOr<Response>) -> RefOr<Response> {
    let RefOr::T(mut response) = response else {
        return response;
    };
    if status == Slug::TooManyRequests.status().as_str() {
        for (name, description) in [
            ("Retry-After", "For how many seconds to wait."),
            (
                "RateLimit",
                "What is left of each quota: `r` requests; full again in `t` seconds.",
            ),
            (
                "RateLimit-Policy",
                "What each quota permits: `q` requests in `w` seconds.",
            ),
        ] {
            let mut header = Header::new(Object::with_type(SchemaType::Type(Type::String)));
            header.description = Some(description.into());
            response.headers.insert(name.into(), header.into());
        }
    }
    RefOr::T(response)
}

/// Whether the endpoint asks for a credential. A public one says so with an empty requirement.
fn is_guarded(operation: &Operation) -> bool {
    let requirements = operation.security.iter().flatten();
    requirements
        .filter(|one| **one != openapi::SecurityRequirement::default())
        .count()
        > 0
}

/// Whether the endpoint asks for the credential `name`.
fn asks_for(operation: &Operation, name: &str) -> bool {
    let named = openapi::SecurityRequirement::new::<_, _, &str>(name, []);
    operation.security.iter().flatten().any(|one| *one == named)
}

/// The header that goes with each token that is bound to a key.
fn proof() -> Parameter {
    ParameterBuilder::new()
        .name("DPoP")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(
            "A proof for this very request (RFC 9449): its `ath` is of the token, its key the \
             token's.",
        ))
        .schema(Some(Object::with_type(Type::String)))
        .build()
}

fn is_in_path(parameter: &RefOr<openapi::path::Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter)
        if matches!(parameter.parameter_in, openapi::path::ParameterIn::Path))
}

fn problems_of(response: &RefOr<openapi::Response>) -> impl Iterator<Item = Slug> {
    let names = match response {
        RefOr::T(response) => response
            .extensions
            .as_ref()
            .and_then(|found| found.get(PROBLEMS)),
        RefOr::Ref(_) => None,
    };
    names
        .and_then(|names| names.as_array())
        .into_iter()
        .flatten()
        .filter_map(|name| Slug::ALL.iter().find(|slug| name == slug.name()).copied())
}

fn lift_schemas(operation: &mut Operation) -> BTreeMap<String, RefOr<Schema>> {
    let mut lifted = BTreeMap::new();
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else {
            continue;
        };
        let brought = response
            .extensions
            .as_mut()
            .and_then(|found| found.remove(DECLARES));
        if let Some(serde_json::Value::Object(schemas)) = brought {
            for (name, schema) in schemas {
                if let Ok(schema) = serde_json::from_value(schema) {
                    lifted.insert(name, schema);
                }
            }
        }
    }
    lifted
}
