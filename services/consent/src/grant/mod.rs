//! Grants: what a worker gave, and how it ends.

mod list;
mod model;
mod revoke;
pub(crate) mod store;

pub use list::Given;
pub use model::{EndReason, GrantState};
pub use revoke::RevokeError;
