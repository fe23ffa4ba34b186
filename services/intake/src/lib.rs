//! intake
mod code;
mod feed;
mod finding;
mod flux;
mod markup;
mod matching;
mod outline;
mod schema;
mod screen;
mod shape;
mod understand;
mod walk;

pub use code::{Code, RefusalKind};
pub use finding::{Finding, Refusal};
pub use flux::PassageReader;
pub use matching::{DecidedBy, Decision, decide};
pub use outline::{Outline, OutlineReader};
pub use screen::Screen;
pub use understand::{Content, Passage};
