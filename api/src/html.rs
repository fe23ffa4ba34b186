//! Pages: what every template is given, and how one is answered.
//!
//! A page is one file of `pages/` and one template that extends `base.html`:
//! ```text
//! #[derive(Template)]
//! #[template(path = "journal.html")]
//! struct Journal { page: Page, lines: Vec<Line> }
//!
//! pub(crate) async fn journal(page: Page, …) -> Result<Shown<Journal>, Problem> {
//!     Ok(Shown::new(Journal { page, lines }))
//! }
//! ```
//! Its texts stand in `locales/fr/*.ftl` and `locales/en/*.ftl`, under the same keys; a template
//! says `{{ page.say("journal-title") }}`, or `{{ page.say("journal-of").with("app", app.name) }}`.

mod texts;

use std::{
    convert::Infallible,
    sync::{Arc, LazyLock},
};

use askama::Template;
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderValue, Uri, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use kernel::Digest;
use url::Origin;

pub(crate) use texts::texts;

use crate::{
    app::App,
    edge,
    locale::{Locale, Say},
    wire::{Problem, Slug},
};

/// What every template is given, by the name `page`.
#[derive(Debug, Clone)]
pub struct Page {
    /// The language to write in.
    pub locale: Locale,
    /// Whether to say that this is a sandbox.
    pub sandbox: bool,
    /// Whether the person chose the language herself.
    chosen: bool,
    uri: Uri,
}

impl Page {
    /// The page at `uri`.
    pub const fn new(sandbox: bool, uri: Uri, locale: Locale) -> Self {
        Self {
            locale,
            sandbox,
            chosen: false,
            uri,
        }
    }

    /// The page in the first of `languages` (BCP 47) that it is written in, unless the person chose
    /// one herself.
    #[must_use]
    pub fn for_who_reads(mut self, languages: &[String]) -> Self {
        let known = languages.iter().find_map(|tag| Locale::from_tag(tag));
        if let (Some(locale), false) = (known, self.chosen) {
            self.locale = locale;
        }
        self
    }

    /// The text named `key`.
    pub fn say(&self, key: &str) -> Say {
        self.locale.say(key)
    }

    /// The tag of the page's language.
    pub fn language(&self) -> &'static str {
        self.locale.tag()
    }

    /// The tag of the other language.
    pub fn other_language(&self) -> &'static str {
        self.locale.other().tag()
    }

    /// The same page in the other language.
    pub fn switch_language(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let kept = self.uri.query().unwrap_or_default();
        for (name, value) in url::form_urlencoded::parse(kept.as_bytes()) {
            if name != "lang" {
                query.append_pair(&name, &value);
            }
        }
        query.append_pair("lang", self.other_language());
        format!("?{}", query.finish())
    }

    /// Whether the page is `path` or below it, for `aria-current`.
    pub fn is_under(&self, path: &str) -> bool {
        let rest = self.uri.path().strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether the page is `path`.
    pub fn is_at(&self, path: impl AsRef<str>) -> bool {
        self.uri.path() == path.as_ref()
    }

    /// The address of the style sheet.
    pub fn style(&self) -> &'static str {
        &STYLE.address
    }

    /// The address of the icon.
    pub fn icon(&self) -> &'static str {
        &ICON.address
    }
}

impl FromRequestParts<Arc<App>> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let locale = Locale::of(&parts.uri, &parts.headers);
        let chosen = Locale::kept(&parts.uri, &parts.headers).is_some();
        let page = Self::new(app.config.sandbox, parts.uri.clone(), locale);
        Ok(Self { chosen, ..page })
    }
}

/// A page, answered.
#[derive(Debug)]
pub struct Shown<T> {
    template: T,
    form_targets: Vec<String>,
}

impl<T: Template> Shown<T> {
    /// The page that `template` writes.
    pub fn new(template: T) -> Self {
        Self {
            template,
            form_targets: Vec::new(),
        }
    }

    /// What it is written from.
    pub const fn get(&self) -> &T {
        &self.template
    }

    /// Lets the page's forms end at `origin` too: browsers hold redirections after a form to the
    /// policy of the page it stood on.
    #[must_use]
    pub fn with_form_to(mut self, origin: &Origin) -> Self {
        self.form_targets.push(origin.ascii_serialization());
        self
    }
}

impl<T: Template> IntoResponse for Shown<T> {
    fn into_response(self) -> Response {
        let text = match self.template.render() {
            Ok(text) => text,
            Err(error) => return Problem::new(Slug::Internal).because(error).into_response(),
        };
        let mut response = Html(text).into_response();
        let own = edge::PAGE_POLICY;
        let targets = self.form_targets.join(" ");
        let policy = own.replace(
            "form-action 'self'",
            &format!("form-action 'self' {targets}"),
        );
        if let (false, Ok(policy)) = (targets.is_empty(), HeaderValue::from_str(&policy)) {
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

/// A file built into the program, whose address names its content: it may be kept for ever.
#[derive(Debug)]
struct Asset {
    address: String,
    media_type: &'static str,
    content: &'static str,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "style",
        "css",
        "text/css",
        include_str!("../assets/style.css"),
    )
});
static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "icon",
        "svg",
        "image/svg+xml",
        include_str!("../assets/icon.svg"),
    )
});

impl Asset {
    fn new(name: &str, suffix: &str, media_type: &'static str, content: &'static str) -> Self {
        let digest = Digest::of(content).to_hex();
        let address = format!("/assets/{name}-{}.{suffix}", &digest[..16]);
        Self {
            address,
            media_type,
            content,
        }
    }
}

/// The files that pages refer to.
pub(crate) async fn asset(Path(file): Path<String>) -> Result<Response, Problem> {
    let asked = format!("/assets/{file}");
    let asset = [&*STYLE, &*ICON]
        .into_iter()
        .find(|asset| asset.address == asked);
    let asset = asset.ok_or(Slug::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.content).into_response())
}
