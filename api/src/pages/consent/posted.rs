//! What is posted to the authorization endpoint: the decision of a page of ours, or a request, since
//! apps may send browsers here by a form too (OpenID Connect Core §3.1.2.1).

use std::sync::Arc;

use axum::extract::{FromRequest, Request};

use super::{Reference, form::Answer};
use crate::{
    app::App,
    guard::{self, OwnForm},
    wire::{Form, Problem},
};

#[derive(Debug)]
pub(crate) enum Posted {
    /// A page of this session sent it.
    Answer(Box<OwnForm<Answer>>),
    /// An app had it sent: nothing is done but to look at the request.
    Request(Reference),
}

impl FromRequest<Arc<App>> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let again = guard::replayed(request).await?;
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(again(), app).await?;
        let says = |name: &str| fields.iter().any(|(field, _)| field == name);
        if says("form_token") || says("decision") || !says("request_uri") {
            let answer = OwnForm::from_request(again(), app).await?;
            return Ok(Self::Answer(Box::new(answer)));
        }
        let Form(reference) = Form::from_request(again(), app).await?;
        Ok(Self::Request(reference))
    }
}
