//! `/oauth/grants`: what an app does about a grant that it holds or held.

pub(crate) mod attest;
pub(crate) mod query;
pub(crate) mod receipt;
pub(crate) mod renounce;
pub(crate) mod revoke;

use super::{OauthError, Parameters};

/// Takes out the id of a grant.
fn grant_id(parameters: &mut Parameters) -> Result<kernel::GrantId, OauthError> {
    let text = parameters.require("grant_id")?;
    text.parse()
        .map_err(|_not_an_id| OauthError::invalid("`grant_id` is not an id"))
}

/// One answer for a grant that does not exist and for another app's.
fn unknown() -> OauthError {
    OauthError::refused("invalid_grant", "this app never held such a grant")
}
