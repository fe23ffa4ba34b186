//! Rules on pages and their texts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, House};

/// The content security policy lets no inline script or style run; a page that has one looks right
/// to nobody but its author.
pub(crate) fn run_nothing_inline(house: &House) -> Vec<Finding> {
    let lines = house.ending(".html").flat_map(|(path, text)| {
        text.lines()
            .enumerate()
            .map(move |(index, line)| (path, index + 1, line))
    });
    lines
        .filter_map(|(path, line, text)| {
            let what = inline(&text.to_ascii_lowercase())?;
            Some(Finding {
                path: path.to_owned(),
                line,
                what: format!("{what} in a page"),
            })
        })
        .collect()
}

/// Every message exists in every language.
pub(crate) fn speak_both_languages(house: &House) -> Vec<Finding> {
    let mut chapters: BTreeMap<String, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for (path, text) in house.ending(".ftl") {
        let Some((before, rest)) = path.split_once("locales/") else {
            continue;
        };
        let Some((language, chapter)) = rest.split_once('/') else {
            continue;
        };
        let chapter = chapters
            .entry(format!("{before}locales/*/{chapter}"))
            .or_default();
        chapter.entry(language).or_default().extend(messages(text));
    }
    chapters
        .iter()
        .flat_map(|(path, languages)| {
            let all: BTreeSet<&str> = languages.values().flatten().copied().collect();
            ["fr", "en"].into_iter().flat_map(move |language| {
                let said = languages.get(language).cloned().unwrap_or_default();
                all.clone()
                    .into_iter()
                    .filter(move |message| !said.contains(message))
                    .map(move |message| Finding {
                        path: path.replace('*', language),
                        line: 0,
                        what: format!("lacks the message `{message}`"),
                    })
            })
        })
        .collect()
}

/// The inline script or style of a line in small letters, if it has one.
fn inline(line: &str) -> Option<&'static str> {
    if line
        .split("<script")
        .skip(1)
        .any(|tag| !tag.split('>').next().unwrap_or(tag).contains("src="))
    {
        return Some("inline script");
    }
    if line.contains("<style") || line.contains(" style=") {
        return Some("inline style");
    }
    let is_handler = |attribute: &str| {
        let name: &str = attribute.split('=').next().unwrap_or_default();
        attribute.contains('=')
            && name.len() > 3
            && name.starts_with("on")
            && name.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    line.split_whitespace()
        .skip(1)
        .any(is_handler)
        .then_some("inline event handler")
}

/// The names of the messages of a Fluent file: what stands at the start of a line before ` =`.
fn messages(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-'))
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
}

#[cfg(test)]
mod tests {
    use super::{House, run_nothing_inline, speak_both_languages};

    #[test]
    fn inline_scripts_styles_and_handlers_are_found() {
        let bad = [
            "<script>run()</script>",
            "<p style=\"color: red\">",
            "<STYLE>",
            "<a href=\"/x\" onclick=\"run()\">",
        ];
        for page in bad {
            assert_eq!(
                run_nothing_inline(&House::of(&[("a.html", page)])).len(),
                1,
                "{page}"
            );
        }
        let good = "<script src=\"/a.js\" defer></script><p class=\"on\">once = one</p>";
        assert!(run_nothing_inline(&House::of(&[("a.html", good)])).is_empty());
    }

    #[test]
    fn a_message_that_one_language_lacks_is_found_there() {
        let house = House::of(&[
            (
                "api/locales/fr/home.ftl",
                "title = Accueil\nlead = Bonjour\n    à vous\n",
            ),
            ("api/locales/en/home.ftl", "title = Home\n"),
            ("api/locales/fr/only.ftl", "alone = Seul\n"),
        ]);
        let findings = speak_both_languages(&house);
        let found: Vec<&str> = findings
            .iter()
            .map(|finding| finding.path.as_str())
            .collect();
        assert_eq!(
            found,
            ["api/locales/en/home.ftl", "api/locales/en/only.ftl"]
        );
    }
}
