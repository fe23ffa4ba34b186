//! Grants: what a worker gave, and how it ends.

mod amend;
mod change;
mod held;
mod keep;
mod list;
mod model;
mod pause;
mod reach;
mod remind;
mod renounce;
mod revoke;
mod show;
pub(crate) mod store;
mod version;

pub(crate) use amend::{Amendment, Turn};
pub use change::{ChangeError, Revision};
pub use held::HeldGrant;
pub use list::Given;
pub use model::{EndReason, GrantState};
pub use reach::Reach;
pub use remind::{Reminded, Reminder};
pub use renounce::RenounceError;
pub use revoke::RevokeError;
pub use show::Detail;
pub use version::{ChangedBy, Difference, Version};
