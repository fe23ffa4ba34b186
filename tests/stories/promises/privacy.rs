//! Nobody's name, and no secret, in what the platform says of itself: logs, spans, metrics,
//! problems.

use kernel::Digest;

use super::{
    client, mistakes,
    page_forms::OF_A_MANDATE,
    scene::{Scene, deposit, flux, send_flux, show_batch},
    unsaid::Unsaid,
};
use crate::harness::{Browser, asked, net};

/// What a counsellor does, with everything secret in it noted.
async fn mandate(unsaid: &mut Unsaid, scene: &Scene) {
    unsaid.secret(scene.counsellor.cookie("agent").unwrap());
    unsaid.secret(scene.form_token("/counsellor").await);
    for page in OF_A_MANDATE {
        let path = format!("/counsellor/mandates/{}{page}", scene.mandate);
        assert_eq!(scene.counsellor.open_path(&path).await.status, 200);
    }
    unsaid.code(&scene.counsellor.invitation().await);
    let code = scene.ours.browser.meeting().await;
    unsaid.code(&code);
    assert_eq!(scene.counsellor.join(&code).await.status, 200);
    assert_eq!(scene.counsellor.join(&code).await.status, 422);
}

/// The journey, with everything secret in it noted.
async fn journey(unsaid: &mut Unsaid) -> Scene {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    for side in [&scene.ours, &scene.theirs] {
        unsaid.secret(&side.tokens.access);
        unsaid.secret(side.tokens.refresh.clone().unwrap());
        unsaid.secret(side.browser.cookie("session").unwrap());
        unsaid.secret(side.browser.form_token().await);
        unsaid.secret(&side.key);
        unsaid.secret(
            platform
                .app
                .keys
                .pairwise_subject(side.worker, &side.app.client_id),
        );
    }
    mandate(unsaid, &scene).await;
    for persona in provider::personas().unwrap() {
        let subject = Digest::of(format!("cpf test provider\0cpf\0{}", persona.id));
        unsaid.secret(subject.to_hex());
        let browser = Browser::of(platform, &persona.id).await;
        unsaid.secret(browser.cookie("session").unwrap());
        browser.open_path("/journal").await;
    }
    let ours = &scene.ours;
    let address = ours.app.ask(platform, &asked()).await;
    unsaid.secret(address.rsplit("request_uri%3A").next().unwrap());
    let code = ours.app.code(platform, &ours.browser, &["skills"]).await;
    unsaid.secret(&code);
    let form = ours
        .app
        .trade_form(platform.clock.now().unix_timestamp(), &code);
    let assertion = form
        .iter()
        .find(|(name, _)| name == "client_assertion")
        .unwrap();
    unsaid.secret(assertion.1.rsplit('.').next().unwrap());
    let proof = ours.app.prove("GET", "/v1/record/certificates", None);
    unsaid.secret(proof.rsplit('.').next().unwrap());
    ours.app.post_proving("/oauth/token", &[], &[proof]).await;
    assert_eq!(ours.app.post("/oauth/token", &form).await.status, 200);
    // Presented twice: refused, and the grant ends.
    assert_eq!(ours.app.post("/oauth/token", &form).await.status, 401);
    ours.app
        .read("/v1/record/certificates?limit=1", &ours.tokens.access)
        .await;
    tell(unsaid, &scene).await;
    deposit(platform, &ours.key, flux("certificates-with-errors.xml")).await;
    ours.browser.revoke().await;
    ours.app
        .read("/v1/record/certificates", &ours.tokens.access)
        .await;
    scene
}

/// An app is told at an address that holds a secret, where nobody listens.
async fn tell(unsaid: &mut Unsaid, scene: &Scene) {
    let (platform, app) = (&scene.platform, &scene.ours.app);
    let place = "a-secret-place-of-an-app-0123456789abcdef";
    unsaid.secret(place);
    let url = format!("http://localhost:1/{place}");
    let registered = app.call(platform, "/oauth/webhook", &[("url", &url)]).await;
    unsaid.secret(registered.body["secret"].as_str().unwrap());
    let rotated = app.call(platform, "/oauth/webhook/secret", &[]).await;
    unsaid.secret(rotated.body["secret"].as_str().unwrap());
    let path = "/oauth/webhook/verification";
    let verified = app.call(platform, path, &[]).await;
    assert_eq!(verified.body["failure"], "unreachable", "{}", verified.body);
}

/// What `answer` says that a worker's own page does not say to her anyway: a form that she must mend
/// is shown again with that page around it.
fn beyond(own_page: &str, answer: &str) -> String {
    let known: Vec<_> = own_page.lines().collect();
    let new = answer.lines().filter(|line| !known.contains(line));
    new.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_says_of_itself_names_nobody_and_tells_no_secret() {
    let mut unsaid = Unsaid::of_personas();
    let scene = Box::pin(journey(&mut unsaid)).await;
    let platform = &scene.platform;
    let own_page = scene.ours.browser.open_path("/mandates").await.html;
    for name in ["Orfeuillard", "orfeuillard-lucie", "1987-04-12"] {
        for reply in mistakes::made(&scene, name).await {
            let (place, status) = (reply.url().path().to_owned(), reply.status());
            let body = reply.text().await.unwrap();
            assert!(!status.is_server_error(), "{place}: {body}");
            if status.is_client_error() {
                let body = if place.starts_with("/mandates") {
                    beyond(&own_page, &body)
                } else {
                    body
                };
                unsaid.check(&format!("{status} of {place}"), &body);
            }
        }
        // A name where a flux has none, and a file that ends in the middle of one.
        for file in [
            flux("certificates.xml").replace("00TEST00", name),
            format!("<{name}><{name}"),
        ] {
            let reply = send_flux(platform, &scene.ours.key, file).await;
            unsaid.check("the answer to a deposit", &reply.body.to_string());
        }
    }
    let report = show_batch(platform, &scene.ours.key, &scene.ours.batch).await;
    unsaid.check("a report", &report.body.to_string());
    let numbers = client()
        .get(format!("{}/metrics", platform.metrics))
        .send()
        .await
        .unwrap();
    let numbers = numbers.text().await.unwrap();
    assert!(numbers.contains("cpf_http_requests_total"), "{numbers}");
    unsaid.check("the metrics", &numbers);
    // Faults are logged with their causes.
    platform.app.db.close();
    for path in ["/record", "/journal", "/authorizations"] {
        assert_eq!(scene.ours.browser.open_path(path).await.status, 503);
    }
    let logged = net::caught();
    for known in [
        "http.request",
        "signed in",
        "intake.deposit",
        "refused",
        "failed",
    ] {
        assert!(logged.contains(known), "the net has a hole: {known}");
    }
    unsaid.check("the log", &logged);
}
