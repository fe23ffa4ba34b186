//! The pages, in French with English beside, and the headers they all carry.

use askama::Template;
use axum::{
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use url::Url;

use crate::{
    realm::{Person, Realm},
    reply,
    routes::Provider,
};

/// What this program is.
#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct HomePage<'a> {
    issuer: &'a str,
    realm: Realm,
}

/// The personas, as buttons.
#[derive(Template)]
#[template(path = "choose.html")]
pub(crate) struct ChoosePage<'a> {
    client_id: &'a str,
    request: &'a str,
    /// Where the form goes.
    action: String,
    realm: Realm,
    people: &'a [Person],
}

/// A request that cannot be answered to its client.
#[derive(Template)]
#[template(path = "refused.html")]
pub(crate) struct RefusedPage<'a> {
    why: &'a str,
}

/// After a sign-out.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub(crate) struct SignedOutPage;

impl HomePage<'_> {
    /// `GET /`
    pub(crate) fn response(provider: &Provider) -> Response {
        render(
            provider,
            StatusCode::OK,
            &HomePage {
                issuer: &provider.settings.issuer,
                realm: provider.realm,
            },
        )
    }
}

impl ChoosePage<'_> {
    /// The page for one pending request.
    pub(crate) fn response(provider: &Provider, status: StatusCode, request: &str) -> Response {
        let client_id = &provider.settings.client_id;
        render(
            provider,
            status,
            &ChoosePage {
                client_id,
                request,
                action: format!("{}/sign-in", provider.realm.path()),
                realm: provider.realm,
                people: &provider.people,
            },
        )
    }
}

impl RefusedPage<'_> {
    /// 400, with the reason for whoever is writing the client.
    pub(crate) fn response(provider: &Provider, why: &str) -> Response {
        render(provider, StatusCode::BAD_REQUEST, &RefusedPage { why })
    }
}

impl SignedOutPage {
    /// The page without an address to go back to.
    pub(crate) fn response(provider: &Provider) -> Response {
        render(provider, StatusCode::OK, &SignedOutPage)
    }
}

/// A page that is never stored, never framed, and loads nothing from elsewhere.
fn render(provider: &Provider, status: StatusCode, page: &impl Template) -> Response {
    let body = match page.render() {
        Ok(body) => Html(body),
        Err(error) => return reply::broken(&error.into()),
    };
    // Chromium follows `form-action` through redirects: the client's origin belongs in it.
    let clients: Vec<String> = provider
        .settings
        .redirect_uris
        .iter()
        .filter_map(|uri| Url::parse(uri).ok())
        .map(|uri| uri.origin().ascii_serialization())
        .collect();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self' {}",
        clients.join(" ")
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    (status, headers, body).into_response()
}
