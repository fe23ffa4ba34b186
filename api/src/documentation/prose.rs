//! The document's descriptions, which are `CommonMark`, as HTML.

use std::fmt;

use pulldown_cmark::{Event, Parser};

/// HTML that is written as it stands. Made only from `CommonMark` whose own HTML is shown as text.
#[derive(Debug, Clone, Default)]
pub(super) struct Prose(String);

impl Prose {
    /// `text` in paragraphs.
    pub(super) fn of(text: &str) -> Self {
        let events = Parser::new(text).map(|event| match event {
            Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
            event => event,
        });
        let mut html = String::with_capacity(text.len() * 2);
        pulldown_cmark::html::push_html(&mut html, events);
        Self(html)
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Prose {}

#[cfg(test)]
mod tests {
    use super::Prose;

    #[test]
    fn html_in_a_description_is_shown_not_run() {
        let html = Prose::of("A `code` and <script>alert(1)</script>").to_string();
        assert!(html.contains("<code>code</code>"));
        assert!(!html.contains("<script>"));
    }
}
