//! What is unusual about a request, in words: facts, and no advice.

use ::consent::{Breadth, Cautions};

use crate::{html::Page, pages::day};

/// A sentence or two for each thing to know.
pub(super) fn told(page: &Page, cautions: &Cautions) -> Vec<String> {
    let new = cautions.new.map(|usage| {
        page.say("caution-new")
            .with("since", day(page, usage.registered_at))
            .count("grants", usage.grants)
            .to_string()
    });
    let unusual = (!cautions.unusual.is_empty()).then(|| {
        let sections = cautions.unusual.iter();
        let labels = sections.map(|section| page.say(&format!("section-{section}")).to_string());
        page.say("caution-unusual")
            .with("sections", labels.collect::<Vec<_>>().join(", "))
            .to_string()
    });
    let much = (!cautions.much.is_empty()).then(|| {
        let marks = cautions.much.iter().map(|mark| breadth(page, *mark));
        let lead = page.say("caution-much").to_string();
        std::iter::once(lead)
            .chain(marks)
            .collect::<Vec<_>>()
            .join(" ")
    });
    [new, unusual, much].into_iter().flatten().collect()
}

fn breadth(page: &Page, mark: Breadth) -> String {
    match mark {
        Breadth::ManySections(count) => page.say("caution-many").count("sections", count),
        Breadth::Whole => page.say("caution-whole"),
        Breadth::Long(days) => page.say("caution-long").count("days", days.count()),
        Breadth::Proposes => page.say("caution-proposes"),
    }
    .to_string()
}
