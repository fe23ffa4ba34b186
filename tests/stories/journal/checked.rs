//! A worker checks her own lines without the platform, with the command and by hand.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{StatusCode, header};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Scene, failed, succeeded};
use crate::harness::Browser;

fn rows(export: &str) -> Vec<Value> {
    export
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect()
}

/// `value` as RFC 8785 writes it: members in their order, no blanks.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.keys().collect();
            names.sort();
            let members = names.iter().map(|name| {
                let member = canonical(&members[name.as_str()]);
                format!("{}:{member}", Value::from(name.as_str()))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        plain => plain.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_verifies_her_lines_offline() {
    let scene = Scene::set().await;
    scene.seal().await;
    scene.read().await;
    let export = scene.keep(&scene.worker, "/journal/export", "mine").await;
    scene
        .keep(&scene.worker, "/journal/checkpoint", "head")
        .await;
    let told = scene.verify(&["mine", "--checkpoint", "head"]).await;
    let said = "Verified: 3 lines are in the log of 3 as they were written. One line was not sealed yet.\n";
    assert_eq!(succeeded(&told), said);
    let told = scene.verify(&["mine", "--json"]).await.json();
    assert_eq!(
        (&told["verified"], &told["lines"], &told["sealed"]),
        (&true.into(), &4.into(), &3.into())
    );

    let export = rows(&export);
    let told: Vec<_> = export[1..5]
        .iter()
        .map(|row| &row["line"]["content"]["action"])
        .collect();
    assert_eq!(told, ["read", "read", "read", "grant"], "newest first");
    assert_eq!(export[5]["end"]["lines"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commitment_is_what_the_documentation_says() {
    let scene = Scene::set().await;
    scene.seal().await;
    let export = scene.keep(&scene.worker, "/journal/export", "mine").await;
    let entries = reqwest::get(format!(
        "{}/journal/tile/entries/000.p/3",
        scene.platform.url
    ))
    .await;
    let entries = entries.unwrap().bytes().await.unwrap();
    for row in &rows(&export)[1..4] {
        let line = &row["line"];
        let salt = STANDARD.decode(line["salt"].as_str().unwrap()).unwrap();
        let content = canonical(&line["content"]);
        let leaf =
            Sha256::digest([b"cpf-journal-line-v1\n", &salt[..], content.as_bytes()].concat());
        let at = usize::try_from(line["index"].as_u64().unwrap()).unwrap() * 34 + 2;
        assert_eq!(entries[at..at + 32], leaf[..], "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_proves_that_it_continues_what_was_kept_before() {
    let scene = Scene::set().await;
    scene.seal().await;
    scene.keep(&scene.worker, "/journal/export", "before").await;
    scene
        .keep(&scene.worker, "/journal/checkpoint", "old")
        .await;
    scene.read().await;
    let worker = scene.id(&scene.worker).await;
    scene.write(worker, 250).await;
    scene.seal().await;
    scene
        .keep(&scene.worker, "/journal/export?since=3", "after")
        .await;
    let told = scene
        .verify(&["after", "--since", "old", "--earlier", "before"])
        .await;
    assert!(
        succeeded(&told).contains("254 lines are in the log of 254"),
        "{told:?}"
    );
    scene.keep(&scene.worker, "/journal/export", "bare").await;
    let told = scene.verify(&["bare", "--since", "old"]).await;
    assert!(failed(&told).contains("?since=3"), "{told:?}");
    // An older export stays good, beside a newer head with its own proof.
    scene
        .keep(&scene.worker, "/journal/consistency/3", "proof")
        .await;
    succeeded(&scene.verify(&["before", "--checkpoint", "proof"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_for_its_own_worker_alone() {
    let scene = Scene::set().await;
    scene.seal().await;
    let stranger = Browser::open(&scene.platform)
        .get("/journal/export")
        .send()
        .await
        .unwrap();
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER);
    let to = stranger.headers()[header::LOCATION].to_str().unwrap();
    assert!(to.starts_with("/sign-in?return_to="), "{to}");

    let other = Browser::of(&scene.platform, "corsica").await;
    let theirs = scene.keep(&other, "/journal/export", "theirs").await;
    let theirs = rows(&theirs);
    assert_eq!((theirs.len(), &theirs[1]["end"]["lines"]), (2, &0.into()));
    let mine = scene.worker.get("/journal/export").send().await.unwrap();
    for (name, expected) in [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"journal.ndjson\"",
        ),
    ] {
        assert_eq!(mine.headers()[&name], expected);
    }
    assert!(
        !mine
            .headers()
            .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
    );
    let token = scene.tokens.access.as_str();
    let by_token = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let by_token = by_token
        .get(format!("{}/journal/export", scene.platform.url))
        .bearer_auth(token);
    assert_eq!(
        by_token.send().await.unwrap().status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_export_cannot_relate_to_is_refused() {
    let scene = Scene::set().await;
    scene.seal().await;
    let ask = async |query: &str| {
        let path = format!("/journal/export?{query}");
        scene.worker.get(&path).send().await.unwrap().status()
    };
    assert_eq!(ask("since=4").await, StatusCode::NOT_FOUND);
    assert_eq!(
        ask("since=18446744073709551615").await,
        StatusCode::NOT_FOUND
    );
    for misshapen in ["since=-1", "since=x", "since=", &"since=1&".repeat(17)] {
        assert_eq!(ask(misshapen).await, StatusCode::BAD_REQUEST, "{misshapen}");
    }
    assert_eq!(ask("since=0&since=3&since=2").await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_was_cut_or_is_none_is_refused_at_its_row() {
    let scene = Scene::set().await;
    scene.seal().await;
    let export = scene.keep(&scene.worker, "/journal/export", "mine").await;
    let write =
        |name: &str, text: &str| std::fs::write(scene.files.path().join(name), text).unwrap();
    let cut: Vec<_> = export.lines().take(3).collect();
    write("cut", &cut.join("\n"));
    write("none", "{}");
    write(
        "other",
        &export.replacen("cpf-journal-export-v1", "cpf-journal-export-v9", 1),
    );
    for (file, reason) in [
        ("cut", "row 4: cut before its end"),
        ("none", "row 1: not the header of an export of this version"),
        (
            "other",
            "row 1: not the header of an export of this version",
        ),
    ] {
        let told = scene.verify(&[file]).await;
        assert!(failed(&told).contains(reason), "{file}: {told:?}");
    }
    let told = crate::commands::Ended::of(crate::commands::cpf(&["journal", "verify"])).await;
    assert_eq!(told.code, Some(2), "{told:?}");
}
