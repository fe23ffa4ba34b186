//! What the app is started with.

use std::sync::Arc;

use time::OffsetDateTime;

use crate::Key;

/// Where the present comes from: the machine, or a clock that a test moves.
pub type Now = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// Where the platform is, and as whom the app is registered there.
#[derive(Clone)]
pub struct Settings {
    /// The platform's issuer identifier, exactly: `http://localhost:8080`.
    pub platform: String,
    /// Our `client_id` there.
    pub client_id: String,
    /// The private key whose public half is registered there.
    pub key: Key,
    /// Where browsers reach this app, without a final slash: `http://localhost:8081`.
    pub public_url: String,
    /// The clock.
    pub now: Now,
}

impl Settings {
    /// The address the platform sends the browser back to, as registered.
    pub fn redirect_uri(&self) -> String {
        format!("{}/callback", self.public_url)
    }

    /// The address at which the platform tells this app that a permission has ended.
    pub fn hook(&self) -> String {
        format!("{}/hooks/cpf", self.public_url)
    }
}

/// The machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "a program apart from the platform, with its own clock"
)]
pub fn system_clock() -> Now {
    Arc::new(OffsetDateTime::now_utc)
}
