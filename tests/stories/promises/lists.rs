//! Lists, a page at a time: whole, without a gap, without a repeat.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{Guard, Operation, client, scene::Scene};
use crate::harness::{Reply, contract};

/// Every operation that gives a list, and the member of its reply that holds it.
fn lists() -> Vec<(Operation, &'static str)> {
    let all = Operation::all().into_iter();
    let lists: Vec<_> = all
        .filter(|one| one.parameters("query").contains(&"limit".into()))
        .map(|one| {
            let member = if one.template == "/v1/batches/{id}" {
                "passages"
            } else {
                "items"
            };
            (one, member)
        })
        .collect();
    assert!(!lists.is_empty());
    lists
}

async fn page(scene: &Scene, operation: &Operation, query: &str) -> Reply {
    let path = operation.path_with(|parameter| match parameter {
        "section" => "skills".into(),
        _ => scene.ours.batch.clone(),
    });
    let request = client().get(format!("{}{path}?{query}", scene.platform.url));
    let request = match operation.guard() {
        Guard::Nobody => request,
        Guard::Consent => scene.ours.authorize(request),
        Guard::Management => scene.ours.manage(request),
        Guard::OperatorKey => request.bearer_auth(&scene.ours.key),
        Guard::InitialToken => request.bearer_auth(&scene.ours.initial),
        Guard::Registration => request.bearer_auth(&scene.ours.registration.1),
    };
    contract()
        .hold("get", &operation.template, request.send().await.unwrap())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_by_one_a_list_is_walked_without_a_gap_or_a_repeat() {
    let scene = Scene::set().await;
    // A second batch, so that this list too has more than one page.
    let flux = super::scene::flux("certificates.xml").replace("CH-2026", "CH-2027");
    super::scene::deposit(&scene.platform, &scene.ours.key, flux).await;
    for (operation, member) in lists() {
        let whole = page(&scene, &operation, "limit=200").await;
        let items = whole.body[member].as_array().unwrap();
        assert!(
            items.len() > 1,
            "{} has one page: {}",
            operation.template,
            whole.body
        );
        assert!(whole.body.get("next").is_none(), "{}", operation.template);
        for limit in [1, 2, items.len()] {
            let mut walked = Vec::new();
            let mut query = format!("limit={limit}");
            loop {
                let reply = page(&scene, &operation, &query).await;
                assert_eq!(reply.status, 200, "{}: {}", operation.template, reply.body);
                let found = reply.body[member].as_array().unwrap();
                assert!(found.len() <= limit, "{}", operation.template);
                walked.extend(found.clone());
                let Some(next) = reply.body["next"].as_str() else {
                    break;
                };
                assert!(
                    !found.is_empty(),
                    "{}: an empty page leads on",
                    operation.template
                );
                query = format!("limit={limit}&after={next}");
            }
            assert_eq!(&walked, items, "{} by {limit}", operation.template);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_out_of_bounds_is_an_invalid_parameter() {
    let scene = Scene::set().await;
    for (operation, _) in lists() {
        for limit in ["0", "201", "-1", "65536", "1.5", "abc", "1&limit=2"] {
            let reply = page(&scene, &operation, &format!("limit={limit}")).await;
            refused(&operation, &reply, "limit");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_cursor_is_an_invalid_parameter() {
    let scene = Scene::set().await;
    let keys = [
        "{}",
        "[]",
        "null",
        "true",
        "[1,2]",
        "\"\"",
        "\"a\\u0000\"",
        "\"\\ud800\"",
        "x",
    ];
    let encoded = keys.map(|key| URL_SAFE_NO_PAD.encode(key));
    let written = ["x", "!", "a b", "====", "MQ==", "*"].map(str::to_owned);
    for (operation, _) in lists() {
        for cursor in encoded.iter().chain(&written) {
            let query = serde_urlencoded::to_string([("after", cursor)]).unwrap();
            let reply = page(&scene, &operation, &query).await;
            refused(&operation, &reply, "after");
        }
    }
}

fn refused(operation: &Operation, reply: &Reply, parameter: &str) {
    let place = format!("{}: {}", operation.template, reply.body);
    assert_eq!(reply.status, 400, "{place}");
    assert!(
        reply.body["type"]
            .as_str()
            .unwrap()
            .ends_with("/problems/invalid-parameter"),
        "{place}"
    );
    assert_eq!(
        reply.body["errors"][0]["parameter"],
        Value::from(parameter),
        "{place}"
    );
}
