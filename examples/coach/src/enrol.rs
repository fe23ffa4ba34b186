//! When the app starts: telling the platform where the app is told, and taking the secret that signs.
//!
//! The secret is kept in memory and replaced at each start, which costs nothing: for a day the one
//! before signs as well. An app with several servers keeps it where it keeps its other secrets.

use std::time::Duration;

use serde::Deserialize;

use crate::{call::call, routes::Coach, trouble::Trouble};

/// How long to wait before trying again.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Debug, Deserialize)]
struct Registered {
    secret: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Verified {
    verified: bool,
}

/// Enrols, however often that takes. The app must be listening: the platform sends it a message.
pub(crate) async fn enrol(coach: &Coach) {
    while let Err(trouble) = try_to_enrol(coach).await {
        tracing::warn!(%trouble, "the platform does not tell us of its grants yet");
        tokio::time::sleep(PAUSE).await;
    }
    tracing::info!("the platform tells us when a permission ends");
}

async fn try_to_enrol(coach: &Coach) -> Result<(), Trouble> {
    let metadata = coach.platform.metadata().await?;
    let endpoint = metadata.cpf_webhook_endpoint.as_deref();
    let endpoint = endpoint.ok_or(Trouble::Unreadable("it tells nobody of anything"))?;
    let url = coach.settings.hook();
    let registered: Registered = call(coach, endpoint, &[("url", &url)]).await?;
    let secret = if let Some(secret) = registered.secret {
        secret
    } else {
        let rotated: Registered = call(coach, &format!("{endpoint}/secret"), &[]).await?;
        let secret = rotated.secret;
        secret.ok_or(Trouble::Unreadable("no secret where one was promised"))?
    };
    coach.hook_secret.keep(secret);
    let verified: Verified = call(coach, &format!("{endpoint}/verification"), &[]).await?;
    if verified.verified {
        Ok(())
    } else {
        Err(Trouble::Refused("our webhook was not verified".into()))
    }
}
