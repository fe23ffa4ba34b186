//! Two workers, two apps, two certifiers: nobody reaches anything of the other's.

use reqwest::header;
use serde_json::Value;

use super::{
    Operation, client,
    page_forms::{OF_A_GRANT, OF_AN_ENTRY},
    scene::{Scene, Side, ids, show_batch},
};
use crate::harness::{ConsentPage, Reply, TestApp, asked, contract};

/// What only `side` may see on a page: its app, and nothing in common with the other.
async fn page(side: &Side, path: &str) -> String {
    let seen = side.browser.open_path(path).await;
    assert_eq!(seen.status, 200, "{}", seen.html);
    seen.html
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_s_pages_show_nothing_of_another_s() {
    let scene = Scene::set().await;
    let (ours, theirs) = (&scene.ours, &scene.theirs);
    for path in ["/authorizations", "/journal", "/record", "/record/skills"] {
        for (side, other) in [(ours, theirs), (theirs, ours)] {
            let html = page(side, path).await;
            assert!(
                html.contains(&side.app.name),
                "{path} lacks {}: {html}",
                side.app.name
            );
            assert!(
                !html.contains(&other.app.name),
                "{path} shows {}: {html}",
                other.app.name
            );
        }
    }
    // Certificates, two skills that she declared, and one that waits for her decision.
    let shown = async |side: &Side| page(side, "/record").await.matches("<h3>").count();
    assert_eq!((shown(ours).await, shown(theirs).await), (4 + 3, 2 + 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_refused_is_shown_to_no_other_and_to_no_counsellor() {
    let scene = Scene::set().await;
    let (ours, theirs) = (&scene.ours, &scene.theirs);
    let unwanted = TestApp::named(&scene.platform, "unwanted-app");
    unwanted.register(&scene.platform.app).await;
    let asking = ConsentPage::open(&scene.platform, &ours.browser, &unwanted, &asked()).await;
    let form = asking.form(&[], "1", "refuse");
    ours.browser.submit(&asking.action(), &form).await;
    let hers = page(ours, "/authorizations").await;
    assert!(hers.contains(&unwanted.name), "{hers}");
    for path in ["/authorizations", "/journal"] {
        let seen = page(theirs, path).await;
        assert!(!seen.contains(&unwanted.name), "{path}: {seen}");
    }
    let path = format!("/counsellor/mandates/{}/authorizations", scene.mandate);
    let seen = scene.counsellor.open_path(&path).await;
    assert_eq!(seen.status, 200, "{}", seen.html);
    assert!(seen.html.contains(&ours.app.name), "{}", seen.html);
    assert!(!seen.html.contains(&unwanted.name), "{}", seen.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_cannot_end_another_s_grant() {
    let scene = Scene::set().await;
    let page = scene.ours.browser.open_path("/authorizations").await;
    let action = page.between("action=\"/authorizations/", "\"");
    let token = scene.theirs.browser.form_token().await;
    let path = format!("/authorizations/{action}");
    let reply = scene
        .theirs
        .browser
        .send(&path, &[("form_token", &token)])
        .await;
    assert_eq!(reply.status(), 404);
    let read = scene
        .ours
        .app
        .read("/v1/record/certificates", &scene.ours.tokens.access)
        .await;
    assert_eq!(read.status, 200, "{}", read.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_neither_sees_nor_steers_another_s_grant() {
    let scene = Scene::set().await;
    let (ours, theirs) = (&scene.ours, &scene.theirs);
    let token = theirs.browser.form_token().await;
    for page in OF_A_GRANT {
        let path = scene.grant_page(page);
        assert_eq!(ours.browser.open_path(&path).await.status, 200);
        assert_eq!(theirs.browser.open_path(&path).await.status, 404, "{path}");
        for act in ["pause", "resume", "renew", "part", "keep"] {
            let form = [
                ("form_token", token.as_str()),
                ("version", "1"),
                ("act", act),
                ("section", "certificates"),
                ("field", "certificates.score"),
                ("days", "7"),
            ];
            let reply = theirs.browser.send(&path, &form).await;
            assert_eq!(reply.status(), 404, "{path} {act}");
        }
    }
    let read = ours
        .app
        .read("/v1/record/certificates", &ours.tokens.access);
    assert_eq!(read.await.status, 200, "nothing has changed");
    // Nor does a cursor of ours lead into their page to anything of ours.
    let page = format!("/authorizations/{}?below=MQ", theirs.tokens.grant);
    let seen = theirs.browser.open_path(&page).await.html;
    assert!(!seen.contains(&ours.app.name), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_neither_sees_nor_touches_another_s_entries_and_proposals() {
    let scene = Scene::set().await;
    let (ours, theirs) = (&scene.ours, &scene.theirs);
    let entry = ours.entry_page().await;
    let record = ours.browser.open_path("/record").await;
    let waiting = record.between("action=\"/record/proposals/", "\"");
    let token = theirs.browser.form_token().await;
    let before = [page(ours, "/record").await, page(theirs, "/record").await];
    for path in OF_AN_ENTRY.map(|page| format!("{entry}{page}")) {
        assert_eq!(theirs.browser.open_path(&path).await.status, 404, "{path}");
        let form = [
            ("form_token", token.as_str()),
            ("version", "1"),
            ("title", "Taken"),
        ];
        assert_eq!(
            theirs.browser.send(&path, &form).await.status(),
            404,
            "{path}"
        );
    }
    for decision in ["accept", "refuse"] {
        let path = format!("/record/proposals/{waiting}");
        let form = [("form_token", token.as_str()), ("decision", decision)];
        assert_eq!(
            theirs.browser.send(&path, &form).await.status(),
            404,
            "{path}"
        );
    }
    let after = [page(ours, "/record").await, page(theirs, "/record").await];
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_s_list_leads_to_nothing_of_hers() {
    let scene = Scene::set().await;
    let (ours, theirs) = (&scene.ours, &scene.theirs);
    let path = "/v1/record/certificates";
    let hers = ids(&ours.app.read(path, &ours.tokens.access).await.body);
    let theirs_all = ids(&theirs.app.read(path, &theirs.tokens.access).await.body);
    assert!(
        hers.iter().all(|id| !theirs_all.contains(id)),
        "{hers:?} {theirs_all:?}"
    );
    let first = ours
        .app
        .read(&format!("{path}?limit=1"), &ours.tokens.access)
        .await;
    let cursor = first.body["next"].as_str().unwrap();
    let next = theirs
        .app
        .read(&format!("{path}?after={cursor}"), &theirs.tokens.access)
        .await;
    assert_eq!(next.status, 200);
    assert!(
        ids(&next.body).iter().all(|id| theirs_all.contains(id)),
        "{}",
        next.body
    );
    for page in ["/record", "/record/skills", "/journal"] {
        let seen = theirs
            .browser
            .open_path(&format!("{page}?after={cursor}"))
            .await;
        assert_eq!(seen.status, 200);
        assert!(!seen.html.contains(&ours.app.name), "{}", seen.html);
        assert!(
            hers.iter().all(|id| !seen.html.contains(id)),
            "{}",
            seen.html
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_cannot_use_what_another_app_was_given() {
    let scene = Scene::set().await;
    let (ours, theirs, platform) = (&scene.ours, &scene.theirs, &scene.platform);
    let invalid = |reply: &Reply| {
        assert_eq!(
            (reply.status, &reply.body["error"]),
            (400, &Value::from("invalid_grant"))
        );
    };
    invalid(
        &theirs
            .app
            .refresh(platform, ours.tokens.refresh.as_ref().unwrap())
            .await,
    );
    let code = ours.app.code(platform, &ours.browser, &[]).await;
    let now = platform.clock.now().unix_timestamp();
    invalid(
        &theirs
            .app
            .post("/oauth/token", &theirs.app.trade_form(now, &code))
            .await,
    );
    // The theft changed nothing for whom the code is.
    ours.app.trade(platform, &code).await;

    let asked = ours.app.ask(platform, &asked()).await;
    let stolen = asked.replace(&ours.app.client_id, &theirs.app.client_id);
    let seen = ours.browser.open_path(&stolen).await;
    assert_eq!(seen.status, 404, "{}", seen.html);
    let page = ours.browser.open_path(&asked).await;
    let form = ["form_token", "request_uri"].map(|name| (name, page.hidden(name)));
    let mut form: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let client_id = ("client_id", theirs.app.client_id.as_str());
    form.extend([client_id, ("decision", "accept"), ("days", "30")]);
    assert_eq!(
        ours.browser.send("/oauth/authorize", &form).await.status(),
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certifier_learns_nothing_of_another_s_batches() {
    let scene = Scene::set().await;
    let (ours, theirs) = (&scene.ours, &scene.theirs);
    let seen = show_batch(&scene.platform, &ours.key, &ours.batch).await;
    assert_eq!(seen.body["batch"]["status"], "done", "{}", seen.body);
    let nobody_s = "01900000-0000-7000-8000-000000000000";
    let strip = |mut reply: Reply| {
        reply.body["request_id"].take();
        (reply.status, reply.body)
    };
    let unknown = strip(show_batch(&scene.platform, &theirs.key, nobody_s).await);
    let foreign = strip(show_batch(&scene.platform, &theirs.key, &ours.batch).await);
    assert_eq!(unknown.0, 404);
    assert_eq!(foreign, unknown, "who asks must not learn that it exists");
    let address = format!("{}/v1/batches/{}", scene.platform.url, ours.batch);
    let legacy = client().get(&address).bearer_auth(&theirs.key);
    let legacy = legacy
        .header(header::ACCEPT, "application/xml")
        .send()
        .await
        .unwrap();
    assert_eq!(
        contract()
            .hold("get", "/v1/batches/{id}", legacy)
            .await
            .status,
        404
    );
    let list = client()
        .get(format!("{}/v1/batches", scene.platform.url))
        .bearer_auth(&theirs.key);
    let list = contract()
        .hold("get", "/v1/batches", list.send().await.unwrap())
        .await;
    assert_eq!(ids(&list.body), [theirs.batch.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_of_another_s_cannot_be_named_in_any_address() {
    let scene = Scene::set().await;
    let owner = scene.platform.owner().await;
    let entry: uuid::Uuid = sqlx::query_scalar("SELECT entry_id FROM entries WHERE worker_id = $1")
        .bind(scene.ours.worker.uuid())
        .fetch_one(&owner)
        .await
        .unwrap();
    let own = [
        scene.ours.batch.clone(),
        entry.to_string(),
        scene.ours.worker.to_string(),
    ];
    for operation in Operation::all() {
        for id in own
            .iter()
            .filter(|_| operation.parameters("path").contains(&"id".into()))
        {
            let path = operation.path_with(|_| id.clone());
            let request = || operation.request(&scene.platform, &path);
            let key = request().bearer_auth(&scene.theirs.key);
            for request in [scene.theirs.authorize(request()), key] {
                let reply = request.send().await.unwrap();
                let reply = contract()
                    .hold(&operation.method, &operation.template, reply)
                    .await;
                assert!([401, 404].contains(&reply.status), "{path}: {}", reply.body);
            }
        }
    }
}
