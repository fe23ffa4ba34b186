//! A platform that wants its own nonce in each proof (RFC 9449 §8), and the demonstration app, which
//! gives it.

use std::{sync::Arc, time::Duration};

use coach::{Key, Settings};
use reqwest::{Client, header, redirect::Policy};
use serde_json::json;
use tokio::net::TcpListener;

use super::{CERTIFICATES, good, now};
use crate::harness::{Browser, ConsentPage, Form, Platform, Reply, TestApp, contract};

async fn demanding() -> Platform {
    Platform::start_with(|config| config.dpop_nonce_required = true).await
}

/// A proof of the coach with `nonce`.
fn proof(
    platform: &Platform,
    method: &str,
    path: &str,
    token: Option<&str>,
    nonce: &str,
) -> String {
    let key = &platform.coach.key;
    let uri = format!("{}{path}", platform.url);
    let mut claims = key.claims(now(platform), method, &uri, token);
    claims["nonce"] = json!(nonce);
    key.sign(&key.header(), &claims)
}

/// The nonce that comes with a refusal, which no cache may keep.
fn demanded(reply: &Reply) -> String {
    assert_eq!(reply.headers["cache-control"], "no-store");
    reply.headers["dpop-nonce"].to_str().unwrap().to_owned()
}

async fn read(platform: &Platform, token: &str, proof: String) -> Reply {
    let client = Client::builder().build().unwrap();
    let request = client.get(format!("{}{CERTIFICATES}", platform.url));
    let request = request.header("authorization", format!("DPoP {token}"));
    let sent = request.header("dpop", proof).send().await.unwrap();
    contract().hold("get", CERTIFICATES, sent).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_must_repeat_a_recent_nonce_and_is_told_which() {
    let platform = demanding().await;
    let worker = Browser::of(&platform, "plain").await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let form: Form = platform.coach.trade_form(now(&platform), &code);
    let bare = platform.coach.post("/oauth/token", &form).await;
    assert_eq!(bare.verdict(), (400, "use_dpop_nonce"), "{}", bare.body);
    let nonce = demanded(&bare);
    // With the very same assertion: only the proof was refused.
    let again = proof(&platform, "POST", "/oauth/token", None, &nonce);
    let reply = platform
        .coach
        .post_proving("/oauth/token", &form, &[again])
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let token = reply.body["access_token"].as_str().unwrap();

    for other in ["", "a-nonce-of-another-server"] {
        let proof = proof(&platform, "GET", CERTIFICATES, Some(token), other);
        let reply = read(&platform, token, proof).await;
        assert_eq!(reply.verdict(), (401, "invalid-proof"), "{}", reply.body);
        let challenge = reply.headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains("use_dpop_nonce"), "{challenge}");
        assert_eq!(demanded(&reply), nonce);
    }
    let with = |nonce: &str| proof(&platform, "GET", CERTIFICATES, Some(token), nonce);
    assert_eq!(read(&platform, token, with(&nonce)).await.status, 200);
    platform.clock.advance(Duration::from_mins(2));
    assert_eq!(
        read(&platform, token, with(&nonce)).await.status,
        200,
        "the last one will do"
    );
    platform.clock.advance(Duration::from_mins(2));
    let late = read(&platform, token, with(&nonce)).await;
    assert_eq!(late.verdict(), (401, "invalid-proof"), "{}", late.body);
    assert_ne!(demanded(&late), nonce);
    let at_par = platform.coach.prove("POST", "/oauth/par", None);
    let reply = platform
        .coach
        .post_proving("/oauth/par", &good(&platform), &[at_par])
        .await;
    assert_eq!(
        reply.verdict(),
        (400, "use_dpop_nonce"),
        "where a proof comes, it has a nonce"
    );
}

/// The demonstration app, running; answers its address.
async fn serve_coach(platform: &Platform) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let clock = platform.clock.clone();
    let settings = Settings {
        platform: platform.url.clone(),
        client_id: "demonstration".into(),
        key: Key::from_pem(&Key::generate_pem().unwrap()).unwrap(),
        public_url: url.clone(),
        now: Arc::new(move || clock.now()),
    };
    TestApp::named(platform, &settings.client_id)
        .register(&platform.app)
        .await;
    sqlx::query(
        "UPDATE apps SET jwks = $2, redirect_uris = $3, sections = $4 WHERE client_id = $1",
    )
    .bind(&settings.client_id)
    .bind(serde_json::to_value(settings.key.jwks()).unwrap())
    .bind([settings.redirect_uri()])
    .bind(["certificates", "skills", "experiences", "projects"])
    .execute(&platform.owner().await)
    .await
    .unwrap();
    tokio::spawn(coach::serve(listener, settings));
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_app_proves_each_request_with_a_nonce_or_without() {
    for required in [false, true] {
        let platform = Platform::start_with(|config| config.dpop_nonce_required = required).await;
        let worker = Browser::of(&platform, "plain").await;
        let coach = serve_coach(&platform).await;
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let cookie = |reply: &reqwest::Response| {
            let set = reply.headers()[header::SET_COOKIE].to_str().unwrap();
            set.split(';').next().unwrap().to_owned()
        };
        let leads = |reply: &reqwest::Response| {
            reply.headers()[header::LOCATION]
                .to_str()
                .unwrap()
                .to_owned()
        };
        let left = client
            .get(format!("{coach}/connect?lang=en"))
            .send()
            .await
            .unwrap();
        let path = leads(&left).replace(&platform.url, "");
        let page = ConsentPage::open_at(&worker, path).await;
        let accept = page.form(&["skills"], "30", "accept");
        let back = worker.send(&page.action(), &accept).await;
        let answered = client
            .get(leads(&back))
            .header(header::COOKIE, cookie(&left));
        let answered = answered.send().await.unwrap();
        assert_eq!(answered.status(), 303, "{required}");
        let home = format!("{coach}{}", leads(&answered));
        for minutes in [0, 6] {
            // The second visit finds an old token, and an old nonce.
            platform.clock.advance(Duration::from_mins(minutes));
            let home = client.get(&home).header(header::COOKIE, cookie(&answered));
            let home = home.send().await.unwrap();
            let (status, html) = (home.status(), home.text().await.unwrap());
            assert_eq!(status, 200, "{required} {minutes}: {html}");
        }
        let reads = "SELECT count(*) FROM journal WHERE action = 'read'";
        let owner = platform.owner().await;
        let reads: i64 = sqlx::query_scalar(reads).fetch_one(&owner).await.unwrap();
        assert_eq!(reads, 4, "{required}: two sections, twice");
    }
}
