//! Events: what apps are told of the grants they hold, and whether it reached them.
//!
//! An event is written in the transaction that causes it ([`record`]), so that none is lost and none
//! is told of what did not happen. It says that something changed and not what: opaque ids, a kind,
//! a time. The app then asks, as itself, what it may know.
//!
//! The [courier](Events::run) takes what is due and posts it to the app's [`Webhook`] as Standard
//! Webhooks writes it, again and again for three days. An app that was away longer reads what it
//! missed ([`Events::list`]): the list and the messages say the same.

mod courier;
mod list;
mod model;
mod signature;
mod store;
mod webhook;

use egress::Egress;
use kernel::{Clock, Db, Entropy, Keys};

pub use list::{EventError, Listed};
pub use model::{Attempt, Delivery, Event, Kind, Outcome};
pub use store::record;
pub use webhook::{Registered, Rotated, Verification, Webhook, WebhookError};

/// The chapter, with what it needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Events {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    keys: Keys,
    egress: Egress,
}

impl Events {
    /// The chapter over `db`. Run [`Events::run`] as a task for events to be delivered.
    pub const fn new(db: Db, clock: Clock, entropy: Entropy, keys: Keys, egress: Egress) -> Self {
        Self {
            db,
            clock,
            entropy,
            keys,
            egress,
        }
    }
}
