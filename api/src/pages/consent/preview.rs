//! What an app would read if the worker gave what she chose: answered by the code that answers apps,
//! to her and before she decides.

use ::consent::{Part, RecordDetails, Right, Scope, Section};
use identity::Session;
use kernel::Limit;
use serde::Serialize;
use serde_json::Value;

use super::told;
use crate::{
    app::App,
    html::Page,
    record::{list_certificates, list_declared},
    wire::{PageOf, Problem, Slug},
};

/// What the app would read today.
#[derive(Debug)]
pub(super) struct Preview {
    /// Whether it would read at all: it may want to propose entries only.
    pub(super) reads: bool,
    /// Section by section.
    pub(super) sections: Vec<Excerpt>,
    /// What is asked and would not be given.
    pub(super) kept: Vec<String>,
}

/// A section, as it would be read.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) label: String,
    /// The answer; nothing where no app can read the section yet.
    pub(super) answer: Option<Answer>,
}

/// The first answer of the section's list.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) entries: Vec<Told>,
    /// Whether the list goes on.
    pub(super) more: bool,
    /// What the app receives, to the letter but for the white space.
    pub(super) json: String,
}

/// An entry, in words.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) number: usize,
    pub(super) facts: Vec<(String, String)>,
}

impl Preview {
    /// What would be read of the record of the worker of `session` under a grant of `scope`, which
    /// `details` ask.
    pub(super) async fn of(
        app: &App,
        page: &Page,
        session: &Session,
        details: &RecordDetails,
        scope: &Scope,
    ) -> Result<Self, Problem> {
        let label = |section: Section| page.say(&format!("section-{section}")).to_string();
        let reads = details.actions.contains(&Right::Read);
        let mut sections = Vec::new();
        for (section, part) in scope.parts().filter(|_| reads) {
            let answer = answer(app, page, session, section, part).await?;
            let label = label(section);
            sections.push(Excerpt { label, answer });
        }
        let asked = details.sections.iter().copied();
        let kept = asked.filter(|section| scope.part(*section).is_none());
        Ok(Self {
            reads,
            sections,
            kept: kept.map(label).collect(),
        })
    }
}

/// What `GET /v1/record/{section}` would answer; nothing where no app can read the section yet.
async fn answer(
    app: &App,
    page: &Page,
    session: &Session,
    section: Section,
    part: &Part,
) -> Result<Option<Answer>, Problem> {
    if !section.is_served() {
        return Ok(None);
    }
    let access = app.consent.as_given(session, section, part.clone()).await?;
    let most = Limit::DEFAULT;
    let answer = if declared::is_declared(section) {
        let read = list_declared::read(app, access, section, None, most).await?;
        Answer::of(page, section, &read)
    } else {
        let read = list_certificates::read(app, access, None, most).await?;
        Answer::of(page, section, &read)
    };
    Ok(Some(answer?))
}

impl Answer {
    fn of<T: Serialize>(
        page: &Page,
        section: Section,
        answer: &PageOf<T>,
    ) -> Result<Self, Problem> {
        let written = |error: serde_json::Error| Problem::new(Slug::Internal).because(error);
        let json = serde_json::to_string_pretty(answer).map_err(written)?;
        let items = answer.items.iter().map(serde_json::to_value);
        let items = items.collect::<Result<Vec<_>, _>>().map_err(written)?;
        let entries = items.iter().filter_map(Value::as_object).zip(1..);
        let entries = entries.map(|(entry, number)| Told {
            number,
            facts: told::facts(page, section, entry),
        });
        Ok(Self {
            entries: entries.collect(),
            more: answer.next.is_some(),
            json,
        })
    }
}
