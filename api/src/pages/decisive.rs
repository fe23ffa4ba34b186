//! The templates of the pages on which workers decide: what they arranged is kept with what was
//! decided.

use ::consent::{Shown, Template};
use kernel::Digest;

use crate::html::Page;

/// A template, with its source as it was compiled in.
#[derive(Debug)]
pub(super) struct Decisive {
    /// The file of the page, then those it includes. The frame around every page decides nothing.
    files: &'static [(&'static str, &'static str)],
}

/// The boxes for fields and entries.
const TICKS: (&str, &str) = ("ticks.html", include_str!("../../templates/ticks.html"));

/// An app asks.
pub(super) const CONSENT: Decisive = Decisive {
    files: &[
        ("consent.html", include_str!("../../templates/consent.html")),
        TICKS,
    ],
};

/// A worker steers a grant by a button of its page.
pub(super) const GRANT: Decisive = Decisive {
    files: &[("grant.html", include_str!("../../templates/grant.html"))],
};

/// A worker chooses what a grant gives from now on.
pub(super) const GRANT_CHANGE: Decisive = Decisive {
    files: &[
        (
            "grant_change.html",
            include_str!("../../templates/grant_change.html"),
        ),
        TICKS,
    ],
};

/// A counsellor asks.
pub(super) const MANDATE: Decisive = Decisive {
    files: &[(
        "mandate_choice.html",
        include_str!("../../templates/mandate_choice.html"),
    )],
};

impl Decisive {
    /// What is kept of a decision on `page`, where `texts` stood.
    pub(super) fn shown(&self, page: &Page, texts: Vec<String>) -> Shown {
        let template = self.files.first().map(|(name, _)| Template {
            name: (*name).to_owned(),
            digest: self.digest(),
        });
        Shown {
            locale: page.language().to_owned(),
            texts,
            template,
        }
    }

    /// What `cat` and `sha256sum` say of the files.
    fn digest(&self) -> Digest {
        let sources = self.files.iter().map(|(_, source)| *source);
        Digest::of(sources.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::{CONSENT, GRANT, GRANT_CHANGE, MANDATE};

    #[test]
    fn what_a_decisive_template_includes_counts_as_part_of_it() {
        for template in [CONSENT, GRANT, GRANT_CHANGE, MANDATE] {
            let listed: Vec<_> = template.files.iter().map(|(name, _)| *name).collect();
            for (name, source) in template.files {
                let included = source.split("{% include \"").skip(1);
                for include in included.filter_map(|rest| rest.split('"').next()) {
                    assert!(listed.contains(&include), "{name} includes {include}");
                }
            }
        }
    }
}
