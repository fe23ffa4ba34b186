//! Who the provider says it is, and the one client it serves.

use std::{fmt, sync::Arc};

use time::OffsetDateTime;

/// Where the present comes from: the machine, or a clock that a test moves.
pub type Now = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// What a provider is started with.
#[derive(Clone)]
pub struct Settings {
    /// The issuer identifier, without a final slash: `http://localhost:8082`. That of the agents
    /// has `/agents` after it.
    pub issuer: String,
    /// The relying party's `client_id`.
    pub client_id: String,
    /// Its secret, for `client_secret_basic` and `client_secret_post`.
    pub client_secret: String,
    /// Where it may be sent back with a code, compared as exact text.
    pub redirect_uris: Vec<String>,
    /// Where it may be sent back after a sign-out, compared as exact text.
    pub post_logout_redirect_uris: Vec<String>,
    /// The clock.
    pub now: Now,
}

/// The machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "a program apart from the platform, with its own clock"
)]
pub fn system_clock() -> Now {
    Arc::new(OffsetDateTime::now_utc)
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("redirect_uris", &self.redirect_uris)
            .finish_non_exhaustive()
    }
}
