//! The languages of the pages: French and English, chosen by the address, then by a cookie, then
//! by the browser; French otherwise.

use std::{collections::HashMap, fmt};

use axum::http::{HeaderMap, Uri, header};
use fluent_templates::{Loader, fluent_bundle::FluentValue, static_loader};
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "fr",
        // Marks that keep right-to-left names apart: both our languages run one way.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const FRENCH: LanguageIdentifier = langid!("fr");
const ENGLISH: LanguageIdentifier = langid!("en");

/// The cookie that remembers a choice.
pub const COOKIE: &str = "lang";

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// French.
    Fr,
    /// English.
    En,
}

impl Locale {
    /// The language to answer in.
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        Self::kept(uri, headers)
            .or_else(|| preferred(headers))
            .unwrap_or(Self::Fr)
    }

    /// The language that the person chose, now or before.
    pub fn kept(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        Self::chosen(uri).or_else(|| remembered(headers))
    }

    /// The language that the address itself asks for: `?lang=en`.
    pub fn chosen(uri: &Uri) -> Option<Self> {
        let query = uri.query().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, tag)| Self::from_tag(&tag))
    }

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Fr => Self::En,
            Self::En => Self::Fr,
        }
    }

    /// The text named `key`.
    pub fn say(self, key: impl Into<String>) -> Say {
        Say {
            locale: self,
            key: key.into(),
            values: HashMap::new(),
        }
    }

    /// The language of a tag (BCP 47), if it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag
            .split('-')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
            .as_str()
        {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

fn remembered(headers: &HeaderMap) -> Option<Locale> {
    let jar = axum_extra::extract::CookieJar::from_headers(headers);
    jar.get(COOKIE)
        .and_then(|cookie| Locale::from_tag(cookie.value()))
}

/// `Accept-Language` (RFC 9110 §12.5.4): the heaviest of ours, the first of equals.
fn preferred(headers: &HeaderMap) -> Option<Locale> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best = None;
    for range in accepted.split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters
            .trim()
            .strip_prefix("q=")
            .map_or(Some(1.0), |q| q.parse().ok());
        if let (Some(locale), Some(weight)) = (Locale::from_tag(tag), weight)
            && weight > best.map_or(0.0, |(_, heaviest): (_, f32)| heaviest)
        {
            best = Some((locale, weight));
        }
    }
    best.map(|(locale, _)| locale)
}

/// A text of the pages, and what fills its gaps.
#[derive(Debug, Clone)]
pub struct Say {
    locale: Locale,
    key: String,
    values: HashMap<std::borrow::Cow<'static, str>, FluentValue<'static>>,
}

impl Say {
    /// Fills the gap `name` with words.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values
            .insert(name.into(), FluentValue::from(value.to_string()));
        self
    }

    /// Fills the gap `name` with a number, by which the text may choose its plural.
    #[must_use]
    pub fn count(mut self, name: &'static str, number: impl fmt::Display) -> Self {
        // Templates lend numbers of every kind: their digits are what all kinds share.
        let number = number.to_string().parse().unwrap_or(f64::NAN);
        self.values.insert(name.into(), FluentValue::from(number));
        self
    }
}

impl fmt::Display for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = match self.locale {
            Locale::Fr => &FRENCH,
            Locale::En => &ENGLISH,
        };
        match TEXTS.try_lookup_with_args(language, &self.key, &self.values) {
            Some(text) => f.write_str(&text),
            // The tests of this file find every such gap before a reader does.
            None => f.write_str(&self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use axum::http::{HeaderMap, HeaderValue, header};

    use super::Locale;
    use crate::wire::Slug;

    #[test]
    fn both_languages_say_the_same_things() {
        let (french, english) = (keys("locales/fr"), keys("locales/en"));
        assert!(french.len() > 10);
        assert_eq!(french, english);
    }

    #[test]
    fn every_text_that_a_template_asks_for_exists() {
        let known = keys("locales/fr");
        for template in files("templates") {
            let text = fs::read_to_string(&template).unwrap();
            for after in text.split("say(\"").skip(1) {
                let key = after.split('"').next().unwrap();
                assert!(known.contains(key), "{template} asks for {key}");
            }
        }
    }

    #[test]
    fn every_problem_has_words_for_people() {
        for slug in Slug::ALL {
            let key = format!("problem-{}", slug.name());
            for locale in [Locale::Fr, Locale::En] {
                assert_ne!(locale.say(&key).to_string(), key);
            }
        }
    }

    #[test]
    fn the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() {
        let mut headers = HeaderMap::new();
        let plain = "/".parse().unwrap();
        assert_eq!(Locale::of(&plain, &headers), Locale::Fr);
        let accepted = HeaderValue::from_static("de, fr;q=0.3, en-GB;q=0.8");
        headers.insert(header::ACCEPT_LANGUAGE, accepted);
        assert_eq!(Locale::of(&plain, &headers), Locale::En);
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; lang=fr"));
        assert_eq!(Locale::of(&plain, &headers), Locale::Fr);
        assert_eq!(
            Locale::of(&"/?lang=en".parse().unwrap(), &headers),
            Locale::En
        );
        assert_eq!(
            Locale::of(&"/?lang=xx".parse().unwrap(), &headers),
            Locale::Fr
        );
    }

    fn files(folder: &str) -> Vec<String> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut found = Vec::new();
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                found.extend(files(&name));
            } else {
                found.push(name);
            }
        }
        found
    }

    fn keys(folder: &str) -> BTreeSet<String> {
        let texts = files(folder)
            .into_iter()
            .map(|file| fs::read_to_string(file).unwrap());
        texts
            .flat_map(|text| {
                let lines = text
                    .lines()
                    .filter(|line| line.starts_with(char::is_alphabetic));
                lines
                    .filter_map(|line| Some(line.split_once(" =")?.0.to_owned()))
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}
