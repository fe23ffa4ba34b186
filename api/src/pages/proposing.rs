//! What an app may propose, in words: where, and that nothing enters the record by itself.

use std::collections::BTreeSet;

use ::consent::{Right, Section};

use crate::html::Page;

/// What an app with the rights `actions` on `sections` may propose, in sentences; none when it may not.
/// Entries of other sections than those that workers declare cannot be proposed.
pub(super) fn told(
    page: &Page,
    actions: &BTreeSet<Right>,
    sections: impl Iterator<Item = Section>,
) -> Vec<String> {
    if !actions.contains(&Right::Propose) {
        return Vec::new();
    }
    let open = sections.filter(|section| declared::is_declared(*section));
    let labels = open.map(|section| page.say(&format!("section-{section}")).to_string());
    let labels: Vec<_> = labels.collect();
    if labels.is_empty() {
        return vec![page.say("consent-propose-nowhere").to_string()];
    }
    let sections = labels.join(", ");
    vec![
        page.say("consent-propose")
            .with("sections", sections)
            .to_string(),
        page.say("consent-propose-limits").to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use ::consent::{Right, Section};

    use super::told;
    use crate::{html::Page, locale::Locale};

    #[test]
    fn it_says_where_entries_may_be_proposed_and_promises_it_nowhere_else() {
        let page = Page::new(false, "/".parse().unwrap(), Locale::Fr);
        let told = |rights: &[Right], sections: &[Section]| {
            let rights = rights.iter().copied().collect();
            told(&page, &rights, sections.iter().copied()).join(" ")
        };
        let both = [Right::Read, Right::Propose];
        let sections = [Section::Certificates, Section::Skills];
        assert_eq!(told(&[Right::Read], &sections), "");
        let said = told(&both, &sections);
        assert!(
            said.contains("Mes compétences") && !said.contains("Mes certificats"),
            "{said}"
        );
        assert!(said.contains("Rien n’y entre sans votre accord"), "{said}");
        let nowhere = told(&both, &[Section::Certificates]);
        assert!(!nowhere.contains("Mes certificats"), "{nowhere}");
    }
}
