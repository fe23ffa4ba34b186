//! Deposits: what a certifier hands in, and what becomes of it, for the certifier and for workers.

mod at_once;
mod claimed;
mod cut;
mod flux;
mod huge;
mod matched;
mod matching;
mod namesakes;
mod refused;
mod replayed;
mod report;
mod sent;
mod stalled;

pub(crate) use sent::{Certifier, Stored};

use crate::harness::{Platform, root};

/// A file of the sandbox's certifier.
pub(crate) fn sample(name: &str) -> String {
    std::fs::read_to_string(root().join("sandbox/data/flux").join(name)).unwrap()
}

/// Puts the sandbox's labour data in force.
pub(crate) async fn put_labour_in_force(platform: &Platform) {
    let samples = root().join("sandbox/data");
    let labour = &platform.app.labour;
    labour
        .import_rome(&samples.join("rome"), |_| {})
        .await
        .unwrap();
    labour.import_qualifications(&samples).await.unwrap();
    labour.reload().await.unwrap();
}
