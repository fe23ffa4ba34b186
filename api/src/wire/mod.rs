//! What goes over the wire: the shapes that every endpoint shares.
//!
//! # An endpoint
//! One file, `src/<chapter>/<verb>.rs`: the reply's type, the handler, nothing else.
//! ```text
//! /// One batch: how far it is, and every error of every passage.
//! #[utoipa::path(get, path = "/v1/batches/{id}", tag = "batches",
//!     params(("id" = Uuid, Path, description = "The batch")), security(("operator_key" = [])))]
//! pub(crate) async fn show(
//!     State(app): State<Arc<App>>,
//!     operator: Operator,
//!     Path(id): Path<Uuid>,
//! ) -> Result<Found<Batch>, Refusal<slug::NotFound>> {
//!     let batch = app.intake.find(operator.id, id.into()).await?.ok_or(Slug::NotFound)?;
//!     Ok(Found(batch.into()))
//! }
//! ```
//! and one line in `crate::routes`. A public endpoint says so with `security(())`.
//!
//! # What comes in
//! [`Body`], [`Form`], [`Query`] and [`Path`] refuse with a problem what they cannot read: other
//! media types, too many bytes, NUL, invalid UTF-8, lone surrogates, and fields out of shape. A
//! request type denies unknown fields (`#[serde(deny_unknown_fields)]`).
//!
//! # What goes out
//! [`Found`], [`Published`], [`Created`], [`Accepted`] and [`NoContent`]; lists are
//! `Found<PageOf<T>>`. Each describes itself in the document, together with the schemas it names.
//!
//! # What goes wrong
//! A chapter's error becomes a [`Problem`] in one place, `impl From<labour::Error> for Problem`,
//! and then `?` does the rest. An endpoint names the problems it answers with in its type:
//! `Refusal<(slug::NotFound, slug::Conflict)>`, or `Refusal<()>` when it adds none to what every
//! endpoint may answer. The document lists them by that type, and [`Slug`] is the only table of
//! them.

mod body;
mod page;
mod parameters;
mod problem;
mod refusal;
mod reply;
pub mod slug;
#[cfg(test)]
mod tests;
mod text;

pub use body::{Body, Form, LIMIT};
pub use page::{PageOf, Paging, read_cursor};
pub use parameters::{Path, Query, invalid};
pub use problem::{Flaw, Problem, ProblemDocument, address};
pub use refusal::{COMMON, PROBLEMS, Refusal, described as described_problems};
pub use reply::{Accepted, Created, DECLARES, Found, NoContent, Published, described, entity_tag};
pub use slug::{Slug, Slugs};
pub use text::{check_encoded, check_json, check_plain};
