//! The texts of a page, read from the page itself: what is kept of it cannot differ from it.

/// Elements that stand within a sentence. Every other one ends the text before it.
const INLINE: [&str; 6] = ["a", "abbr", "code", "em", "span", "strong"];

/// What the escaping of templates writes, and what for. `&` comes last, so that nothing is read twice.
const ESCAPED: [(&str, &str); 5] = [
    ("&#60;", "<"),
    ("&#62;", ">"),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&#38;", "&"),
];

/// The texts within `<main>` of a page of ours, in their order, each without the white space that
/// only its source has.
pub(crate) fn texts(html: &str) -> Vec<String> {
    let main = html.split_once("<main").map_or("", |(_, rest)| rest);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let mut texts = Vec::new();
    let mut text = String::new();
    // What stands before the first `>` are attributes: escaped, so that no `>` is among them.
    for piece in main.split('<') {
        let (tag, rest) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.trim_start_matches('/').split_ascii_whitespace().next();
        if !name.is_some_and(|name| INLINE.contains(&name)) {
            texts.push(std::mem::take(&mut text));
        }
        text.push_str(rest);
    }
    texts.push(text);
    let read = texts.iter().map(|text| {
        let words: Vec<_> = text.split_ascii_whitespace().collect();
        ESCAPED
            .iter()
            .fold(words.join(" "), |text, (from, to)| text.replace(from, to))
    });
    read.filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use askama::Template;
    use proptest::prelude::*;

    use super::texts;

    #[derive(Template)]
    #[template(
        source = "<title>No</title><main id=\"main\"><h1>{{ one }}</h1><p><input value=\"{{ one }}\">
                  <strong>{{ other }}</strong> {{ one }}</p></main><p>No</p>",
        ext = "html"
    )]
    struct Sample<'a> {
        one: &'a str,
        other: &'a str,
    }

    proptest! {
        #[test]
        fn whatever_a_page_says_is_read_from_it(one in "[^\0 \t\r\n\x0c]{1,9}", other in "[^\0 \t\r\n\x0c]{1,9}") {
            let (one, other) = (one.as_str(), other.as_str());
            let html = Sample { one, other }.render().unwrap();
            prop_assert_eq!(texts(&html), [one.to_owned(), format!("{other} {one}")]);
        }
    }

    #[test]
    fn a_page_without_a_main_part_says_nothing() {
        assert!(texts("<p>Nothing</p>").is_empty());
        assert!(texts("").is_empty());
    }
}
