//! The life of a grant: an app that proves who it is, what it asks, what the worker gives, the
//! tokens that come of it, and how all of it ends. And everyone who tries it another way.

mod assertion;
mod attenuation;
mod attenuation_attacks;
mod cautions;
mod changed;
mod choice;
mod client;
mod code;
mod cut_off;
mod decision;
mod details;
mod discovery;
mod exchanged;
mod given_back;
mod grant_action;
mod introspection;
mod less;
mod managed;
mod merged;
mod page;
mod preview;
mod published;
mod pushed;
mod refused;
mod reminded;
mod replaced;
mod revocation;
pub(crate) mod scope;
mod shown;
mod steered;
mod token;
mod widened;

use serde_json::Value;

use crate::harness::{Browser, ConsentPage, Form, Platform, Reply, Tokens, asked};

/// Where apps speak to the platform, and prove who they are.
const BACK_CHANNEL: [&str; 4] = [
    "/oauth/par",
    "/oauth/token",
    "/oauth/introspect",
    "/oauth/revoke",
];

/// A platform, and a worker who has signed in.
async fn start() -> (Platform, Browser) {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    (platform, worker)
}

/// The tokens of a grant of all that `details` ask for.
async fn grant(platform: &Platform, worker: &Browser, details: &Value) -> Tokens {
    let page = ConsentPage::open(platform, worker, &platform.coach, details).await;
    let sections = details[0]["sections"].as_array().unwrap().iter();
    let ticked: Vec<_> = sections.map(|section| section.as_str().unwrap()).collect();
    let back = page.accept(worker, &ticked).await;
    let code = back
        .parameter("code")
        .unwrap_or_else(|| panic!("{}", back.html));
    platform.coach.trade(platform, &code).await
}

/// A platform, a worker who has signed in, and the page that asks her.
async fn asking() -> (Platform, Browser, ConsentPage) {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    (platform, worker, page)
}

/// The coach reads the worker's certificates with `token`.
async fn read(platform: &Platform, token: &str) -> Reply {
    platform.coach.read("/v1/record/certificates", token).await
}

fn now(platform: &Platform) -> i64 {
    platform.clock.now().unix_timestamp()
}

/// The form of a pushed request that lacks nothing.
fn good(platform: &Platform) -> Form {
    platform.coach.push_form(now(platform), &asked())
}

/// How many grants the platform holds.
async fn grants(platform: &Platform) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM grants");
    count.fetch_one(&platform.owner().await).await.unwrap()
}
