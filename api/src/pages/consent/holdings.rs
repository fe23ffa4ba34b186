//! What her record holds of what is asked, for the page to name it: how many entries, and which.

use std::collections::{BTreeMap, BTreeSet};

use ::consent::{MOST_ITEMS, Part, Scope, Section};
use certificates::Listed;
use identity::Session;
use kernel::{EntryId, Fault, Limit};

use crate::{
    app::App,
    html::Page,
    pages::{date, names},
};

/// Her record, as far as it is asked for.
#[derive(Debug, Default)]
pub(super) struct Holdings {
    counted: Vec<(Section, i64)>,
    entries: BTreeMap<Section, Entries>,
}

/// The entries of one section that are within what is asked.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// The latest, at most a hundred.
    pub(super) latest: Vec<Named>,
    /// Whether there are more.
    pub(super) more: bool,
}

/// An entry, as she knows it.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) id: EntryId,
    /// What it is, and the day it is about.
    pub(super) name: String,
}

impl Holdings {
    /// What the record of the worker of `session` holds of what is `offered` to be read; to propose,
    /// nothing of it is needed.
    pub(super) async fn of(
        app: &App,
        page: &Page,
        session: &Session,
        offered: &Scope,
        reads: bool,
    ) -> Result<Self, Fault> {
        let mut access = app.consent.own(session).await?;
        let counted = record::counts(&mut access).await?;
        let counted = access.disclose(counted).await?;
        let mut entries = BTreeMap::new();
        let parts = offered.parts().filter(|(one, _)| reads && one.is_served());
        for (section, offered) in parts {
            // She reads their names, whatever the fields that are asked.
            let part = Part {
                fields: None,
                ..offered.clone()
            };
            let access = app.consent.as_given(session, section, part).await?;
            // As many as a grant can name one by one.
            let most = u16::try_from(MOST_ITEMS).ok().and_then(Limit::new);
            let most = most.unwrap_or(Limit::DEFAULT);
            let found = if declared::is_declared(section) {
                let found = app.declarations.latest(access, section, most).await?;
                found.map(|listed| Named {
                    id: listed.entry.id,
                    name: names::declared(page, &listed),
                })
            } else {
                let found = app.certificates.latest(access, most).await?;
                found.map(|listed| Named::of(page, &listed))
            };
            let (latest, more) = (found.items, found.more);
            entries.insert(section, Entries { latest, more });
        }
        Ok(Self { counted, entries })
    }

    /// How many entries `section` has, where it is kept as entries.
    pub(super) fn count(&self, section: Section) -> Option<i64> {
        let known = self.counted.iter().find(|(one, _)| *one == section);
        let kept = !matches!(section, Section::Identity | Section::Rights);
        kept.then(|| known.map_or(0, |(_, count)| *count))
    }

    /// The entries of `section`, where they can be named.
    pub(super) fn entries(&self, section: Section) -> Option<&Entries> {
        self.entries.get(&section)
    }

    /// All entries that can be chosen one by one.
    pub(super) fn listed(&self) -> BTreeSet<EntryId> {
        let entries = self.entries.values().flat_map(|entries| &entries.latest);
        entries.map(|named| named.id).collect()
    }
}

impl Named {
    fn of(page: &Page, listed: &Listed) -> Self {
        let (code, known) = listed.qualification().unwrap_or_default();
        let title = known.map_or(code, |known| &*known.label);
        let name = match listed.entry.body.valid_from {
            Some(day) => page
                .say("consent-entry")
                .with("name", title)
                .with("day", date(page, day))
                .to_string(),
            None => title.to_owned(),
        };
        Self {
            id: listed.entry.id,
            name,
        }
    }
}
