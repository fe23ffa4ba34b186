//! The page on which an entry is written: a new one, or one that she changes.

use ::consent::Section;
use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use declared::Flaw;
use identity::Session;

use super::{
    form::{Kind, Row, Written},
    occupation::{NONE, Occupation},
};
use crate::{
    app::App,
    html::{Page, Shown},
    wire::Problem,
};

#[derive(Debug, Template)]
#[template(path = "entry_form.html")]
pub(crate) struct EntryPage {
    page: Page,
    form_token: String,
    section: &'static str,
    label: String,
    heading: String,
    /// Where the form is sent.
    action: String,
    /// Which version of the entry is changed; nothing for a new one.
    version: Option<i32>,
    rows: Vec<Row>,
    /// What she had written, when the entry has changed meanwhile.
    lost: Vec<(String, String)>,
    moved: bool,
}

/// An entry that is changed, as it was when she began to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changed {
    pub(super) entry: kernel::EntryId,
    pub(super) version: i32,
}

/// What she is writing.
#[derive(Debug)]
pub(super) struct Writing<'a> {
    pub(super) section: Section,
    /// Which entry she changes; nothing for a new one.
    pub(super) changed: Option<Changed>,
    pub(super) written: &'a Written,
    /// The occupation, as a code or as words to search for.
    pub(super) occupation: Option<&'a str>,
    pub(super) flaws: &'a [Flaw],
}

impl EntryPage {
    /// The form of `writing`.
    pub(super) fn of(
        app: &App,
        page: Page,
        session: &Session,
        writing: &Writing<'_>,
    ) -> Result<Self, Problem> {
        let section = writing.section;
        let occupation = Occupation::of(app, writing.occupation)?;
        let written = writing.written;
        let (verb, action) = match writing.changed {
            None => ("add", format!("/record/{section}/add")),
            Some(changed) => ("change", format!("/record/entries/{}", changed.entry)),
        };
        Ok(Self {
            form_token: session.form_token().to_owned(),
            section: section.as_str(),
            label: page.say(&format!("section-{section}")).to_string(),
            heading: page.say(&format!("entry-{verb}-{section}")).to_string(),
            action,
            version: writing.changed.map(|changed| changed.version),
            rows: written.rows(&page, section, &occupation, writing.flaws),
            lost: Vec::new(),
            moved: false,
            page,
        })
    }

    /// The same, saying that the entry has changed since she saw it, and what she had `written`.
    pub(super) fn moved(self, section: Section, written: &Written) -> Self {
        Self {
            lost: written.told(&self.page, section),
            moved: true,
            ..self
        }
    }

    /// The page, under the status that refuses what she wrote.
    pub(super) fn refused(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Shown::new(self)).into_response()
    }

    /// The rows in which something is wrong.
    fn wrong(&self) -> Vec<&Row> {
        self.rows.iter().filter(|row| row.error.is_some()).collect()
    }
}
