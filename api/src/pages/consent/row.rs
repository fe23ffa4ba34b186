//! A section on the consent page: its box, and behind it a box for each field and each entry.

use ::consent::{Part, Section};

use super::{Asked, form::Ticked};
use crate::pages::limits::limits;

#[derive(Debug)]
pub(super) struct Row {
    /// Whose name the form sends.
    pub(super) name: Section,
    pub(super) label: String,
    pub(super) what: String,
    /// What is asked of it, when it is not all, and how much she has, in sentences.
    pub(super) facts: Vec<String>,
    /// One real entry of hers.
    pub(super) example: Option<String>,
    pub(super) essential: bool,
    pub(super) ticked: bool,
    /// The fields that are asked.
    pub(super) fields: Vec<Finer>,
    /// Her entries that are asked, the latest.
    pub(super) items: Vec<Finer>,
    /// Whether she has more than are listed.
    pub(super) more: bool,
}

/// A box behind the box of a section.
#[derive(Debug)]
pub(super) struct Finer {
    /// What the form sends, which names the box on the page too.
    pub(super) value: String,
    pub(super) label: String,
    pub(super) ticked: bool,
}

impl Row {
    /// `part` of `section`, which may be given, with the boxes as she left them.
    pub(super) fn new(asked: &Asked, section: Section, part: &Part, ticked: &Ticked) -> Self {
        let page = &asked.page;
        let say = |key: &str| page.say(&format!("section-{section}{key}")).to_string();
        let choice = &ticked.choice;
        let entries = asked.holdings.entries(section);
        let latest = entries.map_or(&[][..], |entries| &entries.latest);
        let items = latest.iter().map(|named| Finer {
            value: format!("{section}.{}", named.id),
            label: named.name.clone(),
            ticked: choice
                .items
                .get(&section)
                .is_some_and(|items| items.contains(&named.id)),
        });
        let fields = section.fields().iter().filter(|field| part.gives(**field));
        let fields = fields.map(|field| Finer {
            value: format!("{section}.{field}"),
            label: page.say(&format!("field-{section}-{field}")).to_string(),
            ticked: choice
                .fields
                .get(&section)
                .is_some_and(|fields| fields.contains(field)),
        });
        let example = latest.first().map(|named| {
            let example = page.say("consent-example");
            example.with("example", &named.name).to_string()
        });
        Self {
            name: section,
            label: say(""),
            what: say("-what"),
            facts: facts(asked, section, part),
            example,
            essential: asked.offered.required.contains(&section),
            ticked: choice.sections.contains(&section),
            fields: fields.collect(),
            items: items.collect(),
            more: entries.is_some_and(|entries| entries.more),
        }
    }

    /// Whether she can choose among its fields and entries.
    pub(super) fn can_be_finer(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Whether she does.
    pub(super) fn is_finer(&self) -> bool {
        let mut boxes = self.fields.iter().chain(&self.items);
        boxes.any(|finer| finer.ticked)
    }
}

/// What is asked of the section when it is not all, how much of it she has, and how much of that is
/// asked when it is not all either.
fn facts(asked: &Asked, section: Section, part: &Part) -> Vec<String> {
    let page = &asked.page;
    let mut facts = limits(page, section, part);
    if let Some(count) = asked.holdings.count(section) {
        let held = page.say("consent-held").count("entries", count);
        facts.push(held.to_string());
    }
    let is_part = part.items.is_some() || part.period.is_some();
    let entries = asked.holdings.entries(section);
    if let Some(entries) = entries.filter(|entries| is_part && !entries.more) {
        let concerned = page.say("consent-concerned");
        let concerned = concerned.count("entries", entries.latest.len());
        facts.push(concerned.to_string());
    }
    facts
}
