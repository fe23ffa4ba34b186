//! What the consent page says of a grant in force that an acceptance will change.

use ::consent::{Change, Standing};

use crate::{
    html::Page,
    pages::{limits::Opened, long_day},
};

/// The grant in force, as the page shows it.
#[derive(Debug)]
pub(super) struct InForce {
    /// For the form: which grant was shown.
    pub(super) seen: String,
    pub(super) heading: String,
    pub(super) sections: Vec<Opened>,
    pub(super) until: String,
    /// What becomes of it.
    pub(super) change: String,
    /// That nothing more is asked, when nothing is.
    pub(super) nothing_new: Option<String>,
    /// What the choice of an end means for what was given before.
    pub(super) end: String,
    /// The choice that leaves the end as it is, where it may stay.
    pub(super) kept: Option<String>,
}

impl InForce {
    pub(super) fn of(page: &Page, app: &str, standing: &Standing) -> Self {
        let name = match standing.change {
            Change::Merge => "merge",
            Change::Replace => "replace",
        };
        let until = long_day(page, standing.terms.expires_at);
        let say = |key: &str| {
            page.say(key)
                .with("app", app)
                .with("until", &until)
                .to_string()
        };
        let merges = standing.change == Change::Merge;
        let nothing_new = merges && standing.new.parts().next().is_none();
        Self {
            seen: standing.seen.to_string(),
            heading: say("consent-standing"),
            sections: Opened::each(page, &standing.terms.scope),
            until: say("consent-standing-until"),
            change: say(&format!("consent-standing-{name}")),
            nothing_new: nothing_new.then(|| say("consent-standing-nothing-new")),
            end: say(&format!("consent-standing-{name}-end")),
            kept: (merges && standing.may_keep_end).then(|| say("consent-standing-keep-end")),
        }
    }
}
