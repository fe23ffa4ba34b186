//! The pages in French and English, and the headers they all carry.

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{
    ask::SECTIONS,
    granted::Granted,
    language::Language,
    notice::Notice,
    offer::Offer,
    propose::Proposed,
    reading::{Reading, State},
    record::{Entry, Level},
    routes::Coach,
    trouble::Trouble,
};

/// Nothing but our own stylesheet; forms stay here (the way to the platform is a link, so that
/// the redirects that follow are not taken for a form's).
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// Before the permission.
#[derive(Template)]
#[template(path = "welcome.html")]
pub(crate) struct WelcomePage<'a> {
    pub(crate) language: Language,
    pub(crate) platform: &'a str,
}

/// What the permission shows.
#[derive(Template)]
#[template(path = "record.html")]
pub(crate) struct RecordPage<'a> {
    pub(crate) language: Language,
    pub(crate) platform: &'a str,
    pub(crate) reading: &'a Reading,
    /// What was proposed, and where it stands.
    pub(crate) standing: &'a [(&'a Proposed, State)],
    pub(crate) offers: &'a [Offer],
    pub(crate) granted: &'a Granted,
}

/// A few sentences instead of data.
#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    language: Language,
    platform: &'a str,
    title: &'static str,
    sentences: &'static [&'static str],
    may_connect: bool,
}

impl RecordPage<'_> {
    /// The sections asked for and not granted.
    fn kept_back(&self) -> impl Iterator<Item = &'static str> {
        SECTIONS
            .into_iter()
            .filter(|section| !self.granted.has(section))
    }

    /// A section in the reader's words; the platform's own word for one we do not know.
    fn section<'a>(&self, section: &'a str) -> &'a str {
        let (french, english) = match section {
            "trainings" => ("vos formations", "your trainings"),
            "certificates" => ("vos certificats", "your certificates"),
            "diplomas" => ("vos diplômes", "your diplomas"),
            "badges" => ("vos badges", "your badges"),
            "experiences" => ("vos expériences", "your experiences"),
            "assessments" => ("vos évaluations", "your assessments"),
            "skills" => ("vos compétences", "your skills"),
            "evidence" => ("vos preuves", "your evidence"),
            "projects" => ("vos projets", "your projects"),
            "identity" => ("votre identité", "your identity"),
            "rights" => ("vos droits", "your rights"),
            other => (other, other),
        };
        if self.language.is_french() {
            french
        } else {
            english
        }
    }

    /// A section's name as a heading.
    fn heading(&self, section: &str) -> String {
        let name = self.section(section);
        let mut letters = name.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    }

    /// What she declares in those sections that she granted.
    fn declared(&self) -> impl Iterator<Item = (&'static str, &[Entry])> {
        let sections = [
            ("skills", self.reading.skills.as_slice()),
            ("experiences", self.reading.experiences.as_slice()),
            ("projects", self.reading.projects.as_slice()),
        ];
        sections
            .into_iter()
            .filter(|(section, _)| self.granted.has(section))
    }

    /// Whether the page speaks of proposals at all.
    fn speaks_of_proposals(&self) -> bool {
        !self.standing.is_empty() || !self.offers.is_empty()
    }

    /// A day as the reader writes it: `14/03/2024` in French; less where less is known.
    fn day(&self, day: &str) -> String {
        let day = day.get(..10).unwrap_or(day);
        if !self.language.is_french() {
            return day.to_owned();
        }
        day.split('-').rev().collect::<Vec<_>>().join("/")
    }

    /// The day on which the permission ends by itself.
    fn until(&self) -> Option<String> {
        Some(self.day(&self.granted.until?.date().to_string()))
    }

    fn level(level: &Level) -> String {
        match level {
            Level::Number(number) => number.to_string(),
            Level::Words(words) => words.clone(),
        }
    }
}

/// The page for a request that came to nothing, with a status that programs understand.
pub(crate) fn trouble(coach: &Coach, language: Language, trouble: &Trouble) -> Response {
    let (status, told) = match trouble {
        Trouble::Unreachable(_) | Trouble::Busy(_) | Trouble::Random => {
            (StatusCode::SERVICE_UNAVAILABLE, Notice::Unavailable)
        }
        Trouble::Withdrawn => (StatusCode::OK, Notice::Withdrawn),
        Trouble::Paused => (StatusCode::OK, Notice::Paused),
        Trouble::Refused(_) | Trouble::Unreadable(_) | Trouble::Signing(_) => {
            (StatusCode::BAD_GATEWAY, Notice::Broken)
        }
    };
    tracing::warn!(%trouble, "a request to the platform came to nothing");
    notice(coach, language, status, told)
}

/// A notice.
pub(crate) fn notice(
    coach: &Coach,
    language: Language,
    status: StatusCode,
    notice: Notice,
) -> Response {
    let written = NoticePage {
        language,
        platform: &coach.settings.platform,
        title: notice.title(language),
        sentences: notice.sentences(language),
        may_connect: notice.may_connect(),
    };
    let mut response = page(status, &written);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    }
    response
}

/// A page that is never stored, never framed, and loads nothing from elsewhere.
pub(crate) fn page(status: StatusCode, page: &impl Template) -> Response {
    let body = match page.render() {
        Ok(body) => Html(body),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "Accept-Language, Cookie"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    (status, headers, body).into_response()
}
