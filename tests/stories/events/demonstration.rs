//! The demonstration app, told by a real platform.

use std::sync::Arc;

use tokio::net::TcpListener;

use crate::harness::{Browser, Platform, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_app_enrols_erases_when_it_is_told_and_says_so() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let clock = platform.clock.clone();
    let settings = coach::Settings {
        platform: platform.url.clone(),
        client_id: platform.coach.client_id.clone(),
        key: platform.coach.signing_key(),
        public_url: format!("http://localhost:{port}"),
        now: Arc::new(move || clock.now()),
    };
    tokio::spawn(coach::serve(listener, settings));
    platform.coach.connect(&platform, &worker).await;
    worker.revoke().await;
    until("the erasure is confirmed", async || {
        let page = worker.open_path("/authorizations?lang=en").await.html;
        page.contains("The service confirmed on")
    })
    .await;
}
