//! Giving a mandate: by the counsellor's code, or by the worker's own, face to face.

use std::{collections::BTreeSet, sync::Arc};

use ::consent::{
    CodeError, Days, GiveError, MandateAction, MandateChoice, MandateTerms, Meeting, Offer,
    Proposed, Section,
};
use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use identity::Session;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Complaint, News,
    choice::{self, Choice},
    list,
};
use crate::{
    app::App,
    guard::{NotSignedIn, OwnForm, SignedIn},
    html::{Page, Shown},
    pages::{decisive, moment},
    wire::{Problem, Slug},
};

#[derive(Debug, Template)]
#[template(path = "mandate_meeting.html")]
struct Waiting {
    page: Page,
    form_token: String,
    meeting: Uuid,
    code: String,
    until: String,
}

/// The code of a counsellor.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    code: String,
}

/// A new code of one's own is asked for without a word.
#[derive(Debug, Deserialize)]
pub(crate) struct Meet {}

/// What the worker decided.
#[derive(Debug, Deserialize)]
pub(crate) struct Decided {
    code: Option<String>,
    meeting: Option<Uuid>,
    decision: Verdict,
    #[serde(default)]
    section: Vec<Section>,
    #[serde(default)]
    action: Vec<MandateAction>,
    days: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Accept,
    Refuse,
}

/// Shows who invites by the code that the worker typed.
pub(crate) async fn invited(
    State(app): State<Arc<App>>,
    page: Page,
    OwnForm { session, fields }: OwnForm<Typed>,
) -> Result<Response, Problem> {
    let offer = Offer::Invitation(fields.code);
    match app.consent.proposed(&session, &offer).await {
        Ok(proposed) => {
            let choice = Choice::new(page, session.form_token(), &offer, &proposed);
            Ok(Shown::new(choice).into_response())
        }
        Err(error) => refused(&app, page, &session, error).await,
    }
}

/// Draws a code that the worker reads out to the counsellor in front of her.
pub(crate) async fn meet(
    State(app): State<Arc<App>>,
    form: OwnForm<Meet>,
) -> Result<Redirect, Problem> {
    let Meet {} = form.fields;
    app.consent.meet(&form.session).await?;
    Ok(Redirect::to("/mandates/meeting"))
}

/// Shows the worker's code until somebody has typed it, and then who did.
pub(crate) async fn meeting(
    State(app): State<Arc<App>>,
    page: Page,
    SignedIn(session): SignedIn,
) -> Result<Response, NotSignedIn> {
    let form_token = session.form_token();
    Ok(match app.consent.meeting(&session).await? {
        None => Redirect::to("/mandates").into_response(),
        Some(Meeting {
            id,
            met: Some(proposed),
            ..
        }) => {
            let offer = Offer::Meeting(id);
            Shown::new(Choice::new(page, form_token, &offer, &proposed)).into_response()
        }
        Some(waiting) => Shown::new(Waiting {
            form_token: form_token.to_owned(),
            meeting: waiting.id.uuid(),
            code: waiting.code,
            until: moment(&page, waiting.expires_at),
            page,
        })
        .into_response(),
    })
}

/// Takes the decision.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    page: Page,
    OwnForm { session, fields }: OwnForm<Decided>,
) -> Result<Response, Problem> {
    let offer = match (&fields.code, fields.meeting) {
        (Some(code), None) => Offer::Invitation(code.clone()),
        (None, Some(meeting)) => Offer::Meeting(meeting.into()),
        _ => return Err(Slug::InvalidBody.into()),
    };
    if fields.decision == Verdict::Refuse {
        if matches!(offer, Offer::Meeting(_)) {
            app.consent.leave_meeting(&session).await?;
        }
        return Ok(Redirect::to("/mandates").into_response());
    }
    let proposed = match app.consent.proposed(&session, &offer).await {
        Ok(proposed) => proposed,
        Err(error) => return refused(&app, page, &session, error).await,
    };
    let chosen = match chosen(&page, &proposed, fields) {
        Ok(chosen) => chosen,
        Err(complaint) => {
            let choice = Choice::new(page, session.form_token(), &offer, &proposed);
            let choice = Shown::new(choice.complaining(complaint));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, choice).into_response());
        }
    };
    match app.consent.give_mandate(&session, &offer, chosen).await {
        Ok(()) => Ok(Redirect::to("/mandates?given=1").into_response()),
        Err(GiveError::Code(error)) => refused(&app, page, &session, error).await,
        Err(GiveError::OutOfBounds) => Err(Slug::InvalidBody.into()),
        Err(GiveError::Fault(fault)) => Err(fault.into()),
    }
}

fn chosen(
    page: &Page,
    proposed: &Proposed,
    fields: Decided,
) -> Result<MandateChoice, choice::Complaint> {
    let actions: BTreeSet<_> = fields.action.into_iter().collect();
    let sections: BTreeSet<_> = fields.section.into_iter().collect();
    if MandateTerms::new(actions.clone(), sections.clone()).is_none() {
        return Err(choice::Complaint::NothingChosen);
    }
    let duration = fields.days.and_then(Days::new);
    let duration = duration.filter(|days| MandateTerms::may_last(*days));
    Ok(MandateChoice {
        actions,
        sections,
        duration: duration.ok_or(choice::Complaint::NoDuration)?,
        shown: decisive::MANDATE.shown(page, Choice::texts(page, proposed)),
    })
}

/// The worker's mandates again, saying why the code led to nobody.
async fn refused(
    app: &App,
    page: Page,
    session: &Session,
    error: CodeError,
) -> Result<Response, Problem> {
    let complaint = match error {
        CodeError::Unknown => Complaint::Unknown,
        CodeError::TooManyTries => Complaint::TooManyTries,
        CodeError::Fault(fault) => return Err(fault.into()),
    };
    let shown = list(app, page, session, News::default(), Some(complaint)).await?;
    Ok(complaint.answered(shown))
}

impl Complaint {
    /// `shown` under the status that the complaint is.
    pub(in crate::pages) fn answered(self, shown: impl IntoResponse) -> Response {
        match self {
            Self::Unknown => (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response(),
            Self::TooManyTries => {
                let later = [(header::RETRY_AFTER, HeaderValue::from_static("600"))];
                (StatusCode::TOO_MANY_REQUESTS, later, shown).into_response()
            }
        }
    }
}
