//! What the worker is reminded of, on the first page and above the list: proposals that wait for her,
//! grants that end soon, and grants that have lasted for long.

use ::consent::Reminder;
use identity::Session;
use kernel::Fault;
use uuid::Uuid;

use crate::{app::App, html::Page, pages::day};

/// What there is to look at.
#[derive(Debug, Default)]
pub(crate) struct Reminders {
    /// How many proposals wait for her.
    pub(crate) proposals: usize,
    pub(crate) grants: Vec<Reminding>,
}

impl Reminders {
    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.proposals == 0 && self.grants.is_empty()
    }
}

/// A reminder of a grant, as it is shown.
#[derive(Debug)]
pub(crate) struct Reminding {
    pub(crate) grant: Uuid,
    pub(crate) version: i32,
    pub(crate) app: String,
    /// What there is to say.
    pub(crate) said: String,
    /// Whether she is asked to keep or to stop; otherwise it ends by itself.
    pub(crate) asks: bool,
}

/// What the worker of `session` is to be reminded of.
pub(crate) async fn due(app: &App, page: &Page, session: &Session) -> Result<Reminders, Fault> {
    let waiting = app.declarations.waiting_by_app(session).await?;
    let due = app.consent.reminders(session).await?;
    let clients: Vec<_> = due.iter().map(|one| one.client_id.clone()).collect();
    let names = app.catalogue.app_names(&clients).await?;
    let reminding = due.into_iter().map(|one| {
        let app = names.get(&one.client_id).unwrap_or(&one.client_id).clone();
        let (key, at, asks) = match one.reminder {
            Reminder::EndsSoon { at } => ("reminder-ends-soon", at, false),
            Reminder::StillAllowed { since } => ("reminder-still-allowed", since, true),
        };
        let said = page.say(key).with("app", &app).with("at", day(page, at));
        Reminding {
            grant: one.grant.uuid(),
            version: one.version,
            said: said.to_string(),
            asks,
            app,
        }
    });
    Ok(Reminders {
        proposals: waiting.values().sum(),
        grants: reminding.collect(),
    })
}
