//! The journey that the product exists for.

use crate::harness::{Browser, Platform};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_lets_an_app_read_sees_what_it_read_and_takes_it_back() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;

    let tokens = platform.coach.connect(&platform, &worker).await;
    assert_eq!(
        tokens.details["sections"],
        serde_json::json!(["certificates", "skills"])
    );
    let reply = platform
        .coach
        .read("/v1/record/certificates", &tokens.access)
        .await;
    assert_eq!(reply.status, 200);

    let journal = worker.open_path("/journal?lang=en").await;
    assert!(journal.html.contains("Cap Métier"), "{}", journal.html);

    worker.revoke().await;
    let refused = platform
        .coach
        .read("/v1/record/certificates", &tokens.access)
        .await;
    assert_eq!(refused.status, 401);
    assert!(
        refused.body["type"]
            .as_str()
            .unwrap()
            .ends_with("/problems/grant-ended")
    );
    let refresh = platform
        .coach
        .refresh(&platform, &tokens.refresh.unwrap())
        .await;
    assert_eq!(
        (refresh.status, refresh.body["error"].as_str()),
        (400, Some("invalid_grant"))
    );
}
