//! Mandates: a worker entrusts some of her record to a counsellor, who acts in her name until either
//! of them ends it. And everyone who tries it another way.

mod acts;
mod ended;
mod given;
mod guessed;
mod meeting;
mod sign_in;
mod walls;

use crate::harness::{Browser, Platform};

/// A platform, a worker and a counsellor who have signed in.
async fn start() -> (Platform, Browser, Browser) {
    let platform = Platform::start().await;
    platform.admit_counsellors().await;
    let worker = Browser::of(&platform, "plain").await;
    let counsellor = Browser::of_agent(&platform, "counsellor").await;
    (platform, worker, counsellor)
}

/// How many mandates the platform holds.
async fn mandates(platform: &Platform) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM mandates");
    count.fetch_one(&platform.owner().await).await.unwrap()
}

/// What the worker's journal says, as text between tags.
async fn journal(worker: &Browser) -> String {
    worker.open_path("/journal?lang=en").await.html
}
