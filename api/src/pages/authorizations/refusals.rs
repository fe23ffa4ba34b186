//! What the worker refused lately, for as long as we remember it.

use identity::Session;
use kernel::Fault;

use crate::{
    app::App,
    html::Page,
    pages::{day, limits::Opened},
};

/// A refusal, as it is shown.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) app: String,
    pub(super) purpose: String,
    pub(super) sections: Vec<Opened>,
    pub(super) at: String,
}

/// What the worker of `session` refused in the last seven days, newest first.
pub(super) async fn lately(
    app: &App,
    page: &Page,
    session: &Session,
) -> Result<Vec<Refusal>, Fault> {
    let refused = app.consent.refused(session).await?;
    let clients: Vec<_> = refused.iter().map(|one| one.client_id.clone()).collect();
    let names = app.catalogue.app_names(&clients).await?;
    let shown = refused.into_iter().map(|one| Refusal {
        purpose: page.say(&format!("purpose-{}", one.purpose)).to_string(),
        sections: Opened::each(page, &one.scope),
        at: day(page, one.at),
        app: names.get(&one.client_id).cloned().unwrap_or(one.client_id),
    });
    Ok(shown.collect())
}
