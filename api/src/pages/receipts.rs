//! `/authorizations/{grant}/receipts/{number}` and its like: a receipt to read and print, and its
//! files: `.jwt` is what both sides keep, `.json` the worker's copy, with the texts she was shown.

use std::sync::Arc;

use ::consent::{Document, Happened, PersonalData, Receipt, WorkerCopy};
use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use super::{limits::Opened, moment};
use crate::{
    app::App,
    guard::{NotSignedIn, SignedIn},
    html::{Page, Shown},
    wire::{Path, Problem, Slug},
};

#[derive(Debug, Template)]
#[template(path = "receipt.html")]
struct Own {
    page: Page,
    form_token: String,
    sheet: Sheet,
    /// Every text she was shown.
    texts: Vec<String>,
}

/// A receipt, in words.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Where its files are.
    pub(super) path: String,
    pub(super) number: i32,
    pub(super) permission: Uuid,
    pub(super) issued: String,
    /// The app or the counsellor.
    pub(super) holder: String,
    pub(super) organisation: String,
    pub(super) siret: String,
    pub(super) purpose: String,
    pub(super) actions: Vec<String>,
    pub(super) sections: Vec<Opened>,
    pub(super) recipients: Vec<String>,
    /// In days; nothing where nothing is kept.
    pub(super) retention: Option<u16>,
    pub(super) until: String,
    pub(super) events: Vec<String>,
    pub(super) language: String,
    pub(super) sum: String,
    pub(super) template: Option<String>,
}

/// One of the forms of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Page,
    Jwt,
    Json,
}

/// Shows a receipt of a grant, or gives its file.
pub(crate) async fn of_grant(
    State(app): State<Arc<App>>,
    page: Page,
    Path((grant, file)): Path<(Uuid, String)>,
    SignedIn(session): SignedIn,
) -> Result<Response, NotSignedIn> {
    let (number, form) = named(&file)?;
    let found = app.consent.own_receipt(&session, grant.into(), number);
    let (receipt, texts) = found.await?.ok_or(Slug::NotFound)?;
    let path = format!("/authorizations/{grant}/receipts/{number}");
    let token = session.form_token();
    Ok(own(page, token, &path, form, receipt, texts)?)
}

/// Shows a receipt of a mandate, or gives its file.
pub(crate) async fn of_mandate(
    State(app): State<Arc<App>>,
    page: Page,
    Path((mandate, file)): Path<(Uuid, String)>,
    SignedIn(session): SignedIn,
) -> Result<Response, NotSignedIn> {
    let (number, form) = named(&file)?;
    let consent = &app.consent;
    let found = consent.own_mandate_receipt(&session, mandate.into(), number);
    let (receipt, texts) = found.await?.ok_or(Slug::NotFound)?;
    let path = format!("/mandates/{mandate}/receipts/{number}");
    let token = session.form_token();
    Ok(own(page, token, &path, form, receipt, texts)?)
}

/// What a worker is answered.
fn own(
    page: Page,
    form_token: &str,
    path: &str,
    form: Form,
    receipt: Receipt,
    texts: Vec<String>,
) -> Result<Response, Problem> {
    match form {
        Form::Jwt => Ok(signed(receipt)),
        Form::Json => {
            let number = receipt.number;
            let copy = WorkerCopy {
                receipt: receipt.signed,
                texts,
            };
            let copy = serde_json::to_string_pretty(&copy)
                .map_err(|error| Problem::new(Slug::Internal).because(error))?;
            Ok(file("application/json", number, "json", copy))
        }
        Form::Page => Ok(Shown::new(Own {
            form_token: form_token.to_owned(),
            sheet: Sheet::of(&page, path, &receipt),
            texts,
            page,
        })
        .into_response()),
    }
}

/// The signed receipt, as a file.
pub(super) fn signed(receipt: Receipt) -> Response {
    file("application/jwt", receipt.number, "jwt", receipt.signed)
}

fn file(media_type: &str, number: i32, suffix: &str, content: String) -> Response {
    let disposition = format!("attachment; filename=\"receipt-{number}.{suffix}\"");
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, content).into_response()
}

/// The receipt that `file` names: `2`, `2.jwt` or `2.json`.
pub(super) fn named(file: &str) -> Result<(i32, Form), Problem> {
    let (number, form) = match file.split_once('.') {
        None => (file, Form::Page),
        Some((number, "jwt")) => (number, Form::Jwt),
        Some((number, "json")) => (number, Form::Json),
        Some(_) => return Err(Slug::NotFound.into()),
    };
    let plain = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| plain);
    Ok((number.ok_or(Slug::NotFound)?, form))
}

impl Sheet {
    pub(super) fn of(page: &Page, path: &str, receipt: &Receipt) -> Self {
        let document = &receipt.document;
        let record = &document.record;
        let process = &record.process;
        let holder = record.controllers.first();
        let service = record.service.as_ref().map(|service| service.name.clone());
        let others = process.recipients.iter().map(|party| party.name.clone());
        let mut recipients: Vec<_> = others.collect();
        // The counsellor of a mandate is whom it is for.
        let holder_name = service.unwrap_or_else(|| recipients.drain(..).collect());
        Self {
            path: path.to_owned(),
            number: receipt.number,
            permission: record.permission,
            issued: moment(page, document.issued),
            holder: holder_name,
            organisation: holder.map(|one| one.name.clone()).unwrap_or_default(),
            siret: holder
                .and_then(|one| one.identifier.clone())
                .unwrap_or_default(),
            purpose: page
                .say(&format!("purpose-{}", process.purpose))
                .to_string(),
            actions: actions(page, &process.actions),
            sections: sections(page, document),
            recipients,
            retention: document.retention().map(::consent::Days::count),
            until: document
                .expires_at()
                .map(|at| moment(page, at))
                .unwrap_or_default(),
            events: events(page, document),
            language: page
                .say(&format!("receipt-language-{}", record.notice.language))
                .to_string(),
            sum: record.notice.texts.value.clone(),
            template: record.notice.template.as_ref().map(|one| one.name.clone()),
        }
    }
}

fn actions(page: &Page, actions: &[String]) -> Vec<String> {
    let say = |action: &String| page.say(&format!("receipt-action-{action}")).to_string();
    actions.iter().map(say).collect()
}

fn sections(page: &Page, document: &Document) -> Vec<Opened> {
    let opened = document.record.process.data.iter();
    let opened = opened.filter_map(PersonalData::opened);
    opened
        .map(|(section, part)| Opened::of(page, section, &part))
        .collect()
}

fn events(page: &Page, document: &Document) -> Vec<String> {
    let events = document.record.events.iter();
    let told = events.filter_map(|event| {
        let happened: Happened = event.happened()?;
        let said = page.say(&format!("receipt-event-{}", happened.as_str()));
        Some(said.with("at", moment(page, event.at)).to_string())
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::{Form, named};

    #[test]
    fn a_receipt_is_named_by_its_number_and_its_form() {
        assert_eq!(named("2").unwrap(), (2, Form::Page));
        assert_eq!(named("2.jwt").unwrap(), (2, Form::Jwt));
        assert_eq!(named("12.json").unwrap(), (12, Form::Json));
        for nothing in ["", "two", "2.xml", "2.", ".jwt", "-1", "+1", "99999999999"] {
            assert!(named(nothing).is_err(), "{nothing}");
        }
    }
}
