//! French or English: as the address says, else as the browser prefers, else French.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use url::form_urlencoded;

/// A language the pages exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    French,
    English,
}

impl Language {
    /// The value of `lang` attributes (BCP 47).
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// Whether texts are in French.
    pub(crate) const fn is_french(self) -> bool {
        matches!(self, Self::French)
    }

    fn of(tag: &str) -> Option<Self> {
        match tag.split('-').next()?.trim().to_ascii_lowercase().as_str() {
            "fr" => Some(Self::French),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The best liked of an `Accept-Language` header (RFC 9110 §12.5.4).
    fn preferred(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight
                .trim()
                .strip_prefix("q=")
                .and_then(|q| q.parse().ok());
            let (Some(language), Some(weight)) = (Self::of(tag.trim()), weight) else {
                continue;
            };
            if weight > best.map_or(0.0, |(known, _)| known) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let asked = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, value)| Self::of(&value));
        let preferred = || {
            let header = parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            Self::preferred(header)
        };
        Ok(asked.or_else(preferred).unwrap_or(Self::French))
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_best_liked_language_wins_and_unknown_ones_do_not_count() {
        let preferred = Language::preferred;
        assert_eq!(
            preferred("en-GB,en;q=0.9,fr;q=0.8"),
            Some(Language::English)
        );
        assert_eq!(
            preferred("de, en;q=0.3, fr-CA;q=0.7"),
            Some(Language::French)
        );
        assert_eq!(preferred("de;q=1, *;q=0.5"), None);
        assert_eq!(preferred("en;q=0, ;;,q=x"), None);
    }
}
