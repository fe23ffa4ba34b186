//! What was read under a grant, and what its versions changed, in words.

use std::collections::{BTreeMap, BTreeSet};

use ::{
    consent::{ChangedBy, Difference, Section, Version},
    journal::Kept,
};
use identity::Session;
use kernel::{EntryId, Fault};

use crate::{
    app::App,
    html::Page,
    pages::{day, limits::limits, moment},
};

/// One reading.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) at: String,
    pub(super) section: Option<String>,
    pub(super) entries: usize,
    /// Those entries that she still has, by name.
    pub(super) names: Vec<String>,
}

/// One version.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) number: i32,
    pub(super) at: String,
    pub(super) by: String,
    /// What it changed, sentence by sentence.
    pub(super) changes: Vec<String>,
    /// Whether it has a receipt: grants from before receipts were written have none.
    pub(super) receipt: bool,
}

/// The names of the entries that `lines` tell of, as far as the worker of `session` has them.
pub(super) async fn names(
    app: &App,
    session: &Session,
    lines: &[Kept],
) -> Result<BTreeMap<EntryId, String>, Fault> {
    let mut told = BTreeMap::<Section, BTreeSet<EntryId>>::new();
    for line in lines.iter().map(|kept| &kept.line) {
        if let Some(section) = line.section.as_deref().and_then(Section::parse) {
            told.entry(section).or_default().extend(&line.entries);
        }
    }
    let mut names = BTreeMap::new();
    for (section, entries) in told {
        let entries: Vec<_> = entries.into_iter().collect();
        if entries.is_empty() || !section.is_served() {
            continue;
        }
        let access = app.consent.own(session).await?;
        names.extend(if declared::is_declared(section) {
            app.declarations.names(access, section, &entries).await?
        } else {
            app.certificates.names(access, &entries).await?
        });
    }
    Ok(names)
}

/// A line of the journal that tells of a reading.
pub(super) fn reading(page: &Page, names: &BTreeMap<EntryId, String>, kept: &Kept) -> Reading {
    let line = &kept.line;
    let section = line.section.as_deref();
    let held = line.entries.iter().filter_map(|entry| names.get(entry));
    Reading {
        at: moment(page, line.at),
        section: section.map(|section| page.say(&format!("section-{section}")).to_string()),
        entries: line.entries.len(),
        names: held.cloned().collect(),
    }
}

/// A version, and what it changed.
pub(super) fn told(page: &Page, app: &str, version: &Version, receipt: bool) -> Told {
    let by = match version.by {
        ChangedBy::Worker => page.say("version-you").to_string(),
        ChangedBy::App => app.to_owned(),
    };
    let mut changes: Vec<_> = if version.number == 1 {
        given(page, version)
    } else {
        let differences = version.differences.iter();
        differences.map(|one| difference(page, one)).collect()
    };
    if changes.is_empty() {
        changes.push(page.say("version-same").to_string());
    }
    Told {
        number: version.number,
        at: moment(page, version.at),
        by,
        receipt,
        changes,
    }
}

/// What the first version gave, and until when.
fn given(page: &Page, version: &Version) -> Vec<String> {
    let mut given: Vec<_> = version
        .terms
        .scope
        .parts()
        .map(|(section, part)| difference(page, &Difference::Added(section, part.clone())))
        .collect();
    let until = page.say("version-until");
    given.push(
        until
            .with("at", day(page, version.terms.expires_at))
            .to_string(),
    );
    given
}

fn difference(page: &Page, difference: &Difference) -> String {
    let of = |key: &str, section: Section| {
        page.say(key)
            .with("section", page.say(&format!("section-{section}")))
    };
    let ends = |key: &str, at| page.say(key).with("at", day(page, at)).to_string();
    match difference {
        Difference::Added(section, part) | Difference::Other(section, part) => {
            let key = match difference {
                Difference::Added(..) => "version-added",
                _ => "version-other",
            };
            let mut said = vec![of(key, *section).to_string()];
            let limits = limits(page, *section, part);
            if limits.is_empty() && key == "version-other" {
                said.push(page.say("version-whole").to_string());
            }
            said.extend(limits);
            said.join(" ")
        }
        Difference::Removed(section) => of("version-removed", *section).to_string(),
        Difference::Longer(at) => ends("version-longer", *at),
        Difference::Shorter(at) => ends("version-shorter", *at),
        Difference::Conditions => page.say("version-conditions").to_string(),
        Difference::Paused => page.say("version-paused").to_string(),
        Difference::Resumed => page.say("version-resumed").to_string(),
    }
}
