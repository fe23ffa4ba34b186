//! An unchanged answer is not sent again; and a reading is journalled all the same.

use reqwest::header;
use uuid::Uuid;

use super::{
    Guard, Operation, client,
    scene::{Scene, Side},
};
use crate::harness::{Reply, contract};

/// Asks for `path` of `template` with what `side` holds, and an `If-None-Match` where given.
async fn ask(
    scene: &Scene,
    side: &Side,
    operation: &Operation,
    path: &str,
    known: Option<&str>,
) -> Reply {
    let mut request = client().get(format!("{}{path}", scene.platform.url));
    request = match operation.guard() {
        Guard::Nobody => request,
        Guard::Consent => side.authorize(request),
        Guard::Management => side.manage(request),
        Guard::OperatorKey => request.bearer_auth(&side.key),
        Guard::InitialToken => request.bearer_auth(&side.initial),
        Guard::Registration => request.bearer_auth(&side.registration.1),
    };
    if let Some(known) = known {
        request = request.header(header::IF_NONE_MATCH, known);
    }
    contract()
        .hold("get", &operation.template, request.send().await.unwrap())
        .await
}

/// Something that exists, for every address of the document that is read.
fn existing(scene: &Scene, operation: &Operation) -> String {
    operation.path_with(|name| match (operation.template.as_str(), name) {
        ("/v1/batches/{id}", _) => scene.ours.batch.clone(),
        ("/oauth/register/{client_id}", _) => scene.ours.registration.0.clone(),
        ("/oauth/grants/{grant_id}", _) => scene.ours.tokens.grant.clone(),
        ("/v1/occupations/{code}", _) => "D1102".into(),
        ("/v1/qualifications/{code}", _) => "RS5875".into(),
        ("/journal/consistency/{size}", _) => "0".into(),
        (_, "section") => "skills".into(),
        (other, _) => panic!("what exists at {other}?"),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_is_not_sent_again() {
    let scene = Scene::set().await;
    for operation in Operation::all()
        .into_iter()
        .filter(|one| one.method == "get")
    {
        let path = existing(&scene, &operation);
        let first = ask(&scene, &scene.ours, &operation, &path, None).await;
        assert_eq!(first.status, 200, "{path}: {}", first.body);
        if operation.guard() == Guard::Registration {
            // It holds a secret: no cache keeps it, and so nobody knows an earlier one.
            assert_eq!(first.headers[header::CACHE_CONTROL], "no-store");
            continue;
        }
        let tag = first.headers[header::ETAG].to_str().unwrap();
        let kept = first.headers[header::CACHE_CONTROL].to_str().unwrap();
        let shared = operation.guard() == Guard::Nobody;
        assert!(shared || kept.contains("private"), "{path}: {kept}");
        for known in [tag, &format!("W/{tag}"), &format!("\"other\", {tag}"), "*"] {
            let again = ask(&scene, &scene.ours, &operation, &path, Some(known)).await;
            assert_eq!(again.status, 304, "{path} {known}");
            assert_eq!(again.headers[header::ETAG], *tag, "{path}");
            assert_eq!(again.headers[header::CACHE_CONTROL], *kept, "{path}");
        }
        for other in ["\"other\"", "rubbish", ""] {
            let again = ask(&scene, &scene.ours, &operation, &path, Some(other)).await;
            assert_eq!(again.status, 200, "{path} {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_never_answered_with_unchanged() {
    let scene = Scene::set().await;
    for operation in Operation::all()
        .into_iter()
        .filter(|one| one.method == "get")
    {
        if operation.guard() == Guard::Nobody {
            continue;
        }
        let request = operation.request(&scene.platform, &existing(&scene, &operation));
        let reply = request
            .header(header::IF_NONE_MATCH, "*")
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 401, "{}", operation.template);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_finds_nothing_new_is_journalled_like_any_other() {
    let scene = Scene::set().await;
    let owner = scene.platform.owner().await;
    let lines = async || -> Vec<Vec<Uuid>> {
        let lines =
            "SELECT entries FROM journal WHERE worker_id = $1 AND action IN ('read', 'follow')
                      ORDER BY line_id";
        let lines = sqlx::query_scalar(lines).bind(scene.ours.worker.uuid());
        lines.fetch_all(&owner).await.unwrap()
    };
    let all = Operation::all().into_iter();
    for operation in all.filter(|one| one.method == "get" && one.guard() == Guard::Consent) {
        let before = lines().await.len();
        let path = existing(&scene, &operation);
        let first = ask(&scene, &scene.ours, &operation, &path, None).await;
        let tag = first.headers[header::ETAG].to_str().unwrap();
        let again = ask(&scene, &scene.ours, &operation, &path, Some(tag)).await;
        assert_eq!(again.status, 304, "{path}");
        let after = lines().await;
        assert_eq!(after.len(), before + 2, "{path}");
        let [read, unchanged] = &after[before..] else {
            panic!("{after:?}")
        };
        assert_eq!(read, unchanged, "{path}");
        assert!(!read.is_empty(), "{path}");
    }
}
