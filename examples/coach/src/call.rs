//! Calls to the platform's back channel that concern no token: the app says who it is, and what it
//! wants.

use axum::http::StatusCode;
use serde::Deserialize;

use crate::{
    assertion::{ASSERTION_TYPE, assertion},
    routes::Coach,
    trouble::Trouble,
};

/// Calls an address of the platform's back channel, as ourselves.
pub(crate) async fn call<T: for<'de> Deserialize<'de>>(
    coach: &Coach,
    endpoint: &str,
    fields: &[(&str, &str)],
) -> Result<T, Trouble> {
    let metadata = coach.platform.metadata().await?;
    let proof = assertion(&coach.settings, &metadata.issuer)?;
    let mut form = vec![
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &proof),
    ];
    form.extend(fields);
    let request = coach.platform.http().post(endpoint).form(&form).build()?;
    let answer = coach.platform.send(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(Trouble::Refused(answer.status().to_string()));
    }
    serde_json::from_slice(answer.body()).map_err(|_shape| Trouble::Unreadable("the back channel"))
}
