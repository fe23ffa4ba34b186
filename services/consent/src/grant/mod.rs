//! Grants: what a worker gave, and how it ends.

mod amend;
mod held;
mod list;
mod model;
mod narrow;
mod renounce;
mod revoke;
pub(crate) mod store;

pub(crate) use amend::Amendment;
pub use held::HeldGrant;
pub use list::Given;
pub use model::{EndReason, GrantState};
pub use narrow::{ChangeError, Narrowing};
pub use renounce::RenounceError;
pub use revoke::RevokeError;
