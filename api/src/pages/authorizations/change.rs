//! `/authorizations/{grant}/change`: what a grant gives, chosen in detail, and until when.

use std::{collections::BTreeMap, sync::Arc};

use ::consent::{Days, Revision, Right, Section};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use identity::Session;
use kernel::{EntryId, Limit};
use uuid::Uuid;

use super::{
    choice::{Choice, Complaint, Offer},
    ends::{self, End},
    facts::{Facts, Known},
    steer::answer,
};
use crate::{
    app::App,
    guard::{NotSignedIn, OwnForm, SignedIn},
    html::{Page, Shown},
    pages::{decisive, limits::limits, names, record},
    wire::{Path, Problem, Slug},
};

#[derive(Debug, Template)]
#[template(path = "grant_change.html")]
pub(crate) struct Choosing {
    page: Page,
    form_token: String,
    grant: Uuid,
    version: i32,
    facts: Facts,
    sections: Vec<Row>,
    ends: Vec<End>,
    complaint: Option<String>,
}

/// What can be ticked of a section.
#[derive(Debug)]
struct Row {
    name: &'static str,
    label: String,
    what: String,
    given: bool,
    essential: bool,
    /// The days it is limited to, in words.
    limits: Vec<String>,
    fields: Vec<Tick>,
    items: Vec<Tick>,
    /// Whether entries that come later are given; nothing where that is no choice.
    later: Option<bool>,
}

/// A box, and whether it is ticked.
#[derive(Debug)]
struct Tick {
    value: String,
    label: String,
    ticked: bool,
}

/// Shows the form, with what is given now ticked and nothing else.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(grant): Path<Uuid>,
    SignedIn(session): SignedIn,
) -> Result<Response, NotSignedIn> {
    let known = Known::of(&app, &session, grant.into()).await?;
    if known.detail.state.has_ended() {
        let there = format!("/authorizations/{grant}");
        return Ok(Redirect::to(&there).into_response());
    }
    let offers = offers(&app, &page, &session, &known).await?;
    let form = form(&app, page, &session, &known, &offers, None);
    Ok(Shown::new(form).into_response())
}

/// Takes the choice.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    page: Page,
    Path(grant): Path<Uuid>,
    OwnForm { session, fields }: OwnForm<Choice>,
) -> Result<Response, Problem> {
    let known = Known::of(&app, &session, grant.into()).await?;
    let offers = offers(&app, &page, &session, &known).await?;
    let scope = match fields.scope(&offers) {
        Ok(scope) => scope,
        Err(complaint) if known.detail.version == fields.version => {
            let complaint = Some(complaint);
            let shown = Shown::new(form(&app, page, &session, &known, &offers, complaint));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
        }
        // What she saw is not there any more.
        Err(_of_another_version) => known.detail.terms.scope.clone(),
    };
    let now = app.clock.now();
    let days = match fields.days {
        0 => None,
        days => Some(Days::new(days).ok_or(Slug::InvalidBody)?),
    };
    let expires_at = days.map_or(known.detail.terms.expires_at, |days| now + days.span());
    let seen = form(&app, page.clone(), &session, &known, &offers, None);
    let change = Revision {
        seen: fields.version,
        scope,
        expires_at,
        shown: seen.texts(),
    };
    let done = app.consent.change(&session, grant.into(), change).await;
    answer(&app, page, &session, known, done, "?done=changed").await
}

/// What can be chosen, with the names of the entries that she has.
async fn offers(
    app: &App,
    page: &Page,
    session: &Session,
    known: &Known,
) -> Result<Vec<Offer>, Problem> {
    let mut held = BTreeMap::new();
    // Who may only propose reads no entry: there is none to choose.
    if known.detail.terms.actions.contains(&Right::Read) {
        let (given, asked) = (&known.detail.terms.scope, &known.detail.reach.scope);
        for (section, _) in given.parts().chain(asked.parts()) {
            if section.is_served() && !held.contains_key(&section) {
                let entries = entries(app, page, session, section).await?;
                held.extend(entries.map(|entries| (section, entries)));
            }
        }
    }
    Ok(Offer::of(&known.detail, &held))
}

/// The entries of `section` that she has, with their names; nothing when they are too many to list.
async fn entries(
    app: &App,
    page: &Page,
    session: &Session,
    section: Section,
) -> Result<Option<Vec<(EntryId, String)>>, Problem> {
    let access = app.consent.own(session).await?;
    let most = Limit::new(Limit::MAX).unwrap_or(Limit::DEFAULT);
    let held = if declared::is_declared(section) {
        let held = app.declarations.list(access, section, None, most).await?;
        held.map(|listed| (listed.entry.id, names::declared(page, &listed)))
    } else {
        let held = app.certificates.list(access, None, most).await?;
        held.map(|listed| (listed.entry.id, record::title(&listed)))
    };
    Ok((!held.more).then_some(held.items))
}

fn form(
    app: &App,
    page: Page,
    session: &Session,
    known: &Known,
    offers: &[Offer],
    complaint: Option<Complaint>,
) -> Choosing {
    let complaint = complaint.map(|complaint| match complaint {
        Complaint::Nothing => page.say("grant-change-nothing").to_string(),
        Complaint::NothingOf(section) => page
            .say("grant-change-nothing-of")
            .with("section", page.say(&format!("section-{section}")))
            .to_string(),
    });
    let essential = |section| known.detail.essential.contains(&section);
    let rows = offers
        .iter()
        .map(|offer| row(&page, offer, essential(offer.section)));
    Choosing {
        form_token: session.form_token().to_owned(),
        grant: known.detail.grant.uuid(),
        version: known.detail.version,
        facts: Facts::of(&page, known),
        sections: rows.collect(),
        ends: ends::all(&page, &known.detail, app.clock.now()),
        complaint,
        page,
    }
}

fn row(page: &Page, offer: &Offer, essential: bool) -> Row {
    let section: Section = offer.section;
    let say = |key: String| page.say(&key).to_string();
    let value = |value: &dyn std::fmt::Display| format!("{section}.{value}");
    let fields = offer.fields().map(|(field, ticked)| Tick {
        value: value(&field),
        label: say(format!("field-{section}-{field}")),
        ticked,
    });
    let listed = offer.items.iter().flat_map(|items| &items.listed);
    let items = listed.map(|(id, name)| Tick {
        value: value(id),
        label: name.clone(),
        ticked: offer.gives(*id),
    });
    let of_days = ::consent::Part {
        period: offer.given.as_ref().and_then(|part| part.period),
        ..::consent::Part::WHOLE
    };
    Row {
        name: section.as_str(),
        label: say(format!("section-{section}")),
        what: say(format!("section-{section}-what")),
        given: offer.given.is_some(),
        essential,
        limits: limits(page, section, &of_days),
        fields: fields.collect(),
        items: items.collect(),
        later: offer
            .items
            .as_ref()
            .is_some_and(|items| items.later)
            .then(|| offer.gives_later()),
    }
}

impl Choosing {
    /// Every text that tells her what she decides on, in the order of the page.
    fn texts(&self) -> ::consent::Shown {
        let say = |key: &str| self.page.say(key).to_string();
        let mut texts = vec![say("grant-change-what"), say("grant-change-hint")];
        for row in &self.sections {
            texts.extend([row.label.clone(), row.what.clone()]);
            texts.extend(row.limits.clone());
            if row.essential {
                texts.push(say("grant-essential"));
            }
            for (legend, ticks) in [
                ("grant-change-fields", &row.fields),
                ("grant-change-items", &row.items),
            ] {
                if !ticks.is_empty() {
                    texts.push(say(legend));
                    texts.extend(ticks.iter().map(|tick| tick.label.clone()));
                }
            }
            if row.later.is_some() {
                texts.extend([say("grant-change-later"), say("grant-change-later-hint")]);
            }
        }
        texts.push(say("grant-change-end"));
        texts.extend(self.ends.iter().map(|end| end.label.clone()));
        texts.extend([say("grant-change-means"), say("grant-change-save")]);
        self.facts.shown(&self.page, &decisive::GRANT_CHANGE, texts)
    }
}
