//! What a worker saw when she decided, kept with her decision (GDPR article 7(1)).

use kernel::Digest;

/// The exact texts of a page on which she decided, and the template that arranged them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `fr` or `en`.
    pub locale: String,
    /// Every text, in the order of the page.
    pub texts: Vec<String>,
    /// How they were arranged; nothing for decisions of before this was kept.
    pub template: Option<Template>,
}

/// The template of a page, in the version that was compiled into the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its stable name: the file's, under `api/templates`.
    pub name: String,
    /// The SHA-256 of its source, followed by that of what it includes.
    pub digest: Digest,
}

impl Shown {
    /// The SHA-256 of the texts, with a line feed between each and the next.
    pub fn digest(&self) -> Digest {
        Digest::of(self.texts.join("\n"))
    }
}
