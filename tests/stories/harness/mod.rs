//! What stories are told with: a platform, a worker's browser, an app's back end, a contract.

mod app;
mod asked;
mod browser;
mod consent_page;
mod contract;
mod form;
mod mandate;
pub(crate) mod net;
mod node;
mod patience;
mod platform;
mod proof;
mod receiver;
mod steering;

pub(crate) use app::{TestApp, Tokens};
pub(crate) use asked::{asked, asked_to_propose};
pub(crate) use browser::{Browser, Seen};
pub(crate) use consent_page::ConsentPage;
pub(crate) use contract::{Reply, contract, operations};
pub(crate) use form::{Form, altered, without};
pub(crate) use mandate::{EVERYTHING, MISSION_LOCALE};
pub(crate) use node::Node;
pub(crate) use patience::{answer, first, refusal, until};
pub(crate) use platform::{Platform, until_ready};
pub(crate) use proof::ProofKey;
pub(crate) use receiver::{Message, Receiver};

/// Whether the folder of real files stands beside the project; says so when it does not.
pub(crate) fn real_data(path: &str) -> Option<std::path::PathBuf> {
    let place = root().join("../shared/data").join(path);
    if place.exists() {
        return Some(place);
    }
    eprintln!("left out: {} is not here", place.display());
    None
}

/// The project's root.
pub(crate) fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
