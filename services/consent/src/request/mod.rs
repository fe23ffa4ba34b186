//! An authorization request, from the moment an app pushes it to the worker's decision.

mod action;
mod caution;
mod choice;
mod decide;
mod give;
mod pending;
mod push;
mod refusal;
mod sign_in;
mod standing;
pub(crate) mod store;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{RecordDetails, Thumbprint};

pub use action::GrantActionError;
pub use caution::{Breadth, Cautions};
pub use choice::{Choice, ChoiceError, Offered};
pub use decide::{Acceptance, DecideError, Decided, Decision};
pub use pending::{Pending, PendingError};
pub use push::{PushError, PushRequest, Pushed};
pub use refusal::Refused;
pub use sign_in::Entry;
pub use standing::{Change, Seen, Standing, StandingError};

/// A request as accepted: what the worker will be shown, and where the answer goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Accepted {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) code_challenge: String,
    pub(crate) details: RecordDetails,
    /// The only key that may trade the code, where the app named or proved one.
    #[serde(default)]
    pub(crate) key: Option<Thumbprint>,
    /// Whether an ID token is asked for, and what it repeats.
    #[serde(default)]
    pub(crate) openid: bool,
    #[serde(default)]
    pub(crate) nonce: Option<String>,
    /// Which grant it is about.
    #[serde(default)]
    pub(crate) action: action::GrantAction,
    /// What it asks of her signing in.
    #[serde(default)]
    pub(crate) sign_in: sign_in::SignInAsked,
}

impl Accepted {
    /// The redirect URI with the answer's parameters, `state` as it came and our `iss` (RFC 9207).
    pub(crate) fn answer(
        &self,
        issuer: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Url, url::ParseError> {
        let mut url: Url = self.redirect_uri.parse()?;
        let mut query = url.query_pairs_mut();
        query.extend_pairs(parameters);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", issuer);
        drop(query);
        Ok(url)
    }
}
