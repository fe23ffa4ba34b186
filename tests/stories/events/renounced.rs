//! An app gives a grant up by itself.

use super::Told;
use crate::harness::TestApp;

const PATH: &str = "/oauth/grants/renounce";

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_renounces_is_stopped_at_once_and_the_worker_reads_that_it_was_the_app() {
    let told = Told::start().await;
    let (platform, coach) = (&told.platform, told.coach());
    let tokens = coach.connect(platform, &told.worker).await;
    let path = "/v1/record/certificates";
    assert_eq!(coach.read(path, &tokens.access).await.status, 200);

    let fields = [("grant_id", tokens.grant.as_str())];
    let renounced = coach.call(platform, PATH, &fields).await;
    assert_eq!(renounced.status, 200, "{}", renounced.body);
    assert_eq!(
        coach.read(path, &tokens.access).await.verdict(),
        (401, "grant-ended")
    );
    let refresh = coach.refresh(platform, &tokens.refresh.unwrap()).await;
    assert_eq!(refresh.verdict(), (400, "invalid_grant"));

    let page = told.worker.open_path("/authorizations?lang=en").await.html;
    for words in ["Given up by the service on", "must confirm before"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let again = coach.call(platform, PATH, &fields).await;
    assert_eq!(again.body, renounced.body, "again changes nothing");
    let journal = told.worker.open_path("/journal?lang=en").await.html;
    assert_eq!(journal.matches("Gave its authorisation up").count(), 1);
    let messages = told.receiver.until(2).await;
    assert_eq!(messages[1].body["data"]["grant_id"], tokens.grant);
    assert_eq!(told.events().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_renounces_what_another_app_holds() {
    let told = Told::start().await;
    let (platform, coach) = (&told.platform, told.coach());
    let tokens = coach.connect(platform, &told.worker).await;
    let other = TestApp::named(platform, "another-app");
    other.register(&platform.app).await;
    let fields = [("grant_id", tokens.grant.as_str())];
    let foreign = other.call(platform, PATH, &fields).await;
    assert_eq!(foreign.verdict(), (400, "invalid_grant"));
    let nobody_s = [("grant_id", "01900000-0000-7000-8000-000000000000")];
    let unknown = coach.call(platform, PATH, &nobody_s).await;
    assert_eq!(unknown.body, foreign.body, "both are answered alike");
    for grant in ["", "not-an-id"] {
        let refused = coach.call(platform, PATH, &[("grant_id", grant)]).await;
        assert_eq!(refused.verdict(), (400, "invalid_request"));
    }
    let path = "/v1/record/certificates";
    assert_eq!(coach.read(path, &tokens.access).await.status, 200);
}
