//! The whole flow, as it should go; how it ends when the worker refuses; and what comes after.

use reqwest::header;
use serde_json::{Value, json};

use super::{CERTIFICATES, accepted, address, good, now, read, start, with};
use crate::harness::{ConsentPage, Platform, TestApp, asked, contract, without};

/// OIDF: `HappyFlow`. The second client names its key at the pushed request, without a proof.
#[tokio::test(flavor = "multi_thread")]
async fn two_clients_are_let_read_and_neither_reads_with_the_other_s_token() {
    let (platform, worker) = start().await;
    let (first, second) = (&platform.coach, TestApp::named(&platform, "another-app"));
    second.register(&platform.app).await;
    let tokens = first.connect(&platform, &worker).await;
    for accept in [
        "application/json; charset=utf-8",
        "application/json, */*;q=0.1",
    ] {
        let client = reqwest::Client::builder().build().unwrap();
        let request = client.get(format!("{}{CERTIFICATES}", platform.url));
        let request = request.header(header::ACCEPT, accept);
        let reply = first
            .authorize(request, &tokens.access)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200, "{accept}");
    }

    let key = second.key.thumbprint();
    let nonce = "n".repeat(43);
    let form = second.push_form(now(&platform), &asked());
    let more = [
        ("dpop_jkt", key.as_str()),
        ("scope", "openid"),
        ("nonce", &nonce),
    ];
    let back = accepted(&second, &worker, &with(form, &more), &[]).await;
    assert_eq!(back.parameter("iss").as_ref(), Some(&platform.url));
    let others = second
        .trade(&platform, &back.parameter("code").unwrap())
        .await;
    assert_eq!(second.read(CERTIFICATES, &others.access).await.status, 200);

    for (app, token) in [(first, &others.access), (&second, &tokens.access)] {
        let reply = app.read(CERTIFICATES, token).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"), "{}", reply.body);
    }
    let query = format!(
        "{}{CERTIFICATES}?access_token={}",
        platform.url, tokens.access
    );
    let reply = reqwest::get(query).await.unwrap();
    assert_eq!(reply.status(), 401, "a token in the address");
}

/// OIDF: `UserRejectsAuthentication`.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_who_refuses_is_sent_back_with_access_denied() {
    let (platform, worker) = start().await;
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    let refused = page.form(&[], "30", "refuse");
    let sent = worker.send(&page.action(), &refused).await;
    assert_eq!(sent.status(), 303, "never 307: the form stays here");
    let location = sent.headers()[header::LOCATION].to_str().unwrap();
    let back: url::Url = location.parse().unwrap();
    let mut answer: Vec<_> = back.query_pairs().into_owned().collect();
    answer.sort();
    let expected = [
        ("error", "access_denied"),
        ("iss", platform.url.as_str()),
        ("state", "a-state"),
    ];
    assert_eq!(
        answer,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

/// OIDF: `ParWithoutDuplicateParameters`.
#[tokio::test(flavor = "multi_thread")]
async fn the_browser_brings_the_client_and_the_request_uri_and_nothing_else() {
    let (platform, worker) = start().await;
    let reply = platform.coach.post("/oauth/par", &good(&platform)).await;
    assert_eq!(reply.status, 201);
    let path = address(&platform.coach, &reply.body);
    let names: Vec<_> = path.split(['?', '&']).skip(1).collect();
    assert_eq!(names.len(), 2, "{path}");
    let page = ConsentPage::open_at(&worker, path).await;
    let code = page.accept(&worker, &[]).await.parameter("code").unwrap();
    platform.coach.trade(&platform, &code).await;
}

/// The authorization endpoint is for browsers that navigate: no script of another site reads it.
#[tokio::test(flavor = "multi_thread")]
async fn no_other_origin_reads_what_the_protocol_answers() {
    let (platform, worker) = start().await;
    let path = platform.coach.ask(&platform, &asked()).await;
    for path in [path.as_str(), "/oauth/par", "/oauth/token"] {
        let request = worker
            .get(path)
            .header(header::ORIGIN, "https://evil.example");
        let reply = request.send().await.unwrap();
        let names = reply.headers().keys();
        let open: Vec<_> = names
            .filter(|name| name.as_str().starts_with("access-control"))
            .collect();
        assert!(open.is_empty(), "{path}: {open:?}");
    }
}

/// OIDF: `RefreshToken`.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_stays_the_same_and_is_of_use_to_its_client_alone() {
    let (platform, worker) = start().await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let refresh = platform
        .coach
        .connect(&platform, &worker)
        .await
        .refresh
        .unwrap();
    assert!(
        refresh.bytes().all(|byte| (0x20..=0x7e).contains(&byte)),
        "RFC 6749 A.17"
    );
    let form = |app: &TestApp| {
        let form = app.assertion_form(now(&platform));
        with(
            form,
            &[("grant_type", "refresh_token"), ("refresh_token", &refresh)],
        )
    };
    let good = with(form(&platform.coach), &[("scope", "openid")]);
    let reply = platform.coach.post("/oauth/token", &good).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body.get("refresh_token"), None, "not rotated");
    let token = reply.body["access_token"].as_str().unwrap();
    assert_eq!(read(&platform, token).await.status, 200);

    let bare = without(form(&platform.coach), "client_assertion");
    let bare = with(bare, &[("client_id", &platform.coach.client_id)]);
    let reply = platform.coach.post("/oauth/token", &bare).await;
    assert_eq!(
        reply.verdict(),
        (401, "invalid_client"),
        "no authentication"
    );
    let reply = platform
        .coach
        .post_proving("/oauth/token", &form(&platform.coach), &[])
        .await;
    assert_eq!(reply.verdict(), (400, "invalid_dpop_proof"), "no proof");
    let reply = other.post("/oauth/token", &form(&other)).await;
    assert_eq!(reply.verdict(), (400, "invalid_grant"), "another client");
}

/// What an app may trade for a token.
const GRANTS: [&str; 4] = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];

fn check_grant_types(offered: &Value) {
    let offered = offered.as_array().unwrap();
    for grant in GRANTS {
        assert!(offered.contains(&json!(grant)), "{grant}");
    }
    for never in ["implicit", "password"] {
        assert!(!offered.contains(&json!(never)), "{never}");
    }
}

/// OIDF: `DiscoveryEndpointVerification`.
#[tokio::test(flavor = "multi_thread")]
async fn metadata_says_what_the_profile_asks_for() {
    let platform = Platform::start().await;
    let told = async |path: &str| {
        let reply = reqwest::get(format!("{}{path}", platform.url))
            .await
            .unwrap();
        contract().hold("get", path, reply).await.body
    };
    let server = told("/.well-known/oauth-authorization-server").await;
    let algorithms = json!(["ES256", "PS256", "EdDSA", "Ed25519"]);
    for (member, expected) in [
        ("issuer", json!(platform.url)),
        (
            "authorization_endpoint",
            json!(format!("{}/oauth/authorize", platform.url)),
        ),
        (
            "token_endpoint",
            json!(format!("{}/oauth/token", platform.url)),
        ),
        (
            "pushed_authorization_request_endpoint",
            json!(format!("{}/oauth/par", platform.url)),
        ),
        ("require_pushed_authorization_requests", json!(true)),
        ("response_types_supported", json!(["code"])),
        (
            "token_endpoint_auth_methods_supported",
            json!(["private_key_jwt"]),
        ),
        (
            "token_endpoint_auth_signing_alg_values_supported",
            algorithms.clone(),
        ),
        ("dpop_signing_alg_values_supported", algorithms.clone()),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
    ] {
        assert_eq!(server[member], expected, "{member}");
    }
    check_grant_types(&server["grant_types_supported"]);
    for never in ["claims", "request", "request_uri"] {
        let member = format!("{never}_parameter_supported");
        assert_eq!(server[&member], Value::Bool(false), "{member}");
    }
    let resource = told("/.well-known/oauth-protected-resource/v1").await;
    assert_eq!(resource["dpop_bound_access_tokens_required"], true);
    assert_eq!(resource["dpop_signing_alg_values_supported"], algorithms);
}
