//! Sealing: every line once, whoever does it and whatever interrupts it.

use std::time::Duration;

use ::journal::Log;
use sqlx::{AssertSqlSafe, PgPool};

use super::{Scene, failed, succeeded};
use crate::{
    commands::Served,
    harness::{Browser, contract, root, until},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_sees_under_which_index_each_line_is_sealed() {
    let scene = Scene::set().await;
    let page = scene.worker.open_path("/journal?lang=en").await.html;
    assert_eq!(page.matches("Under way").count(), 3, "{page}");
    assert_eq!(scene.seal().await, 3);
    scene.read().await;
    let page = scene.worker.open_path("/journal?lang=en").await.html;
    let rows: Vec<_> = page.split("<tr>").skip(2).collect();
    assert!(rows[0].contains("Under way"), "{page}");
    for index in 0..3 {
        let seal = format!("Sealed, no. {index}<");
        assert_eq!(page.matches(&seal).count(), 1, "{seal}: {page}");
    }
    assert!(page.contains("href=\"/journal/export\""), "{page}");
    let french = scene.worker.open_path("/journal?lang=fr").await.html;
    assert!(french.contains("Scellée, n° 2"), "{french}");
}

/// The indexes of the log, and how many lines it should hold.
async fn counts(owner: &PgPool) -> (i64, i64, i64) {
    let counted = "SELECT (SELECT count(*) FROM journal),
                          (SELECT count(*) FROM journal JOIN journal_leaves USING (leaf)),
                          (SELECT count(*) FROM journal_pending)";
    sqlx::query_as(counted).fetch_one(owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_seals_and_whatever_interrupts_it_each_line_is_sealed_once() {
    let scene = Scene::set().await;
    let app = &scene.platform.app;
    let worker = scene.id(&scene.worker).await;
    let origin = scene.platform.config.journal_origin();
    let other = Log::new(app.db.clone(), app.clock.clone(), &app.keys, &origin);
    for round in 0..40 {
        scene.write(worker, 17).await;
        // Given up at a moment that no round shares with another, or beaten by the other node.
        let patience = Duration::from_millis(round);
        let (one, two) = tokio::join!(
            tokio::time::timeout(patience, app.log.seal()),
            tokio::time::timeout(patience * 2, other.seal()),
        );
        for done in [one, two].into_iter().flatten() {
            done.unwrap();
        }
    }
    let owner = scene.platform.owner().await;
    // What was given up keeps its turn until it is rolled back.
    while counts(&owner).await.2 > 0 {
        scene.seal().await;
    }
    assert_eq!(counts(&owner).await, (683, 683, 0));
    let sound = scene.audit(&[]).await;
    assert!(
        succeeded(&sound).contains("683 lines, 683 leaves"),
        "{sound:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_seals_by_itself_what_others_wrote_and_loses_nothing_when_it_is_killed() {
    let scene = Scene::set().await;
    let worker = scene.id(&scene.worker).await;
    let owner = scene.platform.owner().await;
    for round in 1..=3 {
        let mut node = Served::beside(&scene.platform).await;
        for _ in 0..20 {
            scene.write(worker, 50).await;
        }
        if round < 3 {
            node.kill();
            continue;
        }
        until("all is sealed", async || counts(&owner).await.2 == 0).await;
    }
    assert_eq!(counts(&owner).await, (3_003, 3_003, 0));
    succeeded(&scene.audit(&[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_head_is_signed_that_contradicts_the_last_one() {
    let scene = Scene::set().await;
    scene.seal().await;
    let head = scene.get("/journal/checkpoint").await;
    assert_eq!(
        scene
            .as_superuser("UPDATE journal_leaves SET leaf = sha256(leaf) WHERE index = 1")
            .await,
        1
    );
    scene.read().await;
    let refused = scene.platform.app.log.seal().await.unwrap_err();
    assert!(refused.to_string().contains("journal_leaves"), "{refused}");
    assert_eq!(scene.get("/journal/checkpoint").await, head);
    assert_eq!(
        counts(&scene.platform.owner().await).await.2,
        1,
        "the line waits"
    );
    failed(&scene.audit(&[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_long_lines_wait_to_be_sealed_is_measured() {
    let scene = Scene::set().await;
    scene.seal().await;
    let numbers = reqwest::get(format!("{}/metrics", scene.platform.metrics))
        .await
        .unwrap();
    let numbers = numbers.text().await.unwrap();
    for name in [
        "cpf_journal_seal_lag_seconds",
        "cpf_journal_sealed_lines_total",
    ] {
        assert!(numbers.contains(name), "{name}: {numbers}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_of_the_journal_is_committed_to() {
    let scene = Scene::set().await;
    let columns = "SELECT column_name::text FROM information_schema.columns
                    WHERE table_name = 'journal' ORDER BY ordinal_position";
    let columns: Vec<String> = sqlx::query_scalar(columns)
        .fetch_all(&scene.platform.owner().await)
        .await
        .unwrap();
    // A new one belongs into `journal::Content`, and then here.
    let committed = [
        "worker_id",
        "line_id",
        "at",
        "actor_kind",
        "actor",
        "action",
        "section",
        "grant_id",
        "grant_version",
        "purpose",
        "entries",
    ];
    assert_eq!(columns, [&committed[..], &["salt", "leaf"]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_from_before_the_log_is_committed_to_in_the_same_way() {
    let scene = Scene::set().await;
    let other = Browser::of(&scene.platform, "corsica").await;
    scene.platform.coach.connect(&scene.platform, &other).await;
    let migration =
        std::fs::read_to_string(root().join("migrations/0012_transparency.sql")).unwrap();
    let (_, function) = migration
        .split_once("CREATE FUNCTION pg_temp.leaf")
        .unwrap();
    let (function, _) = function.split_once("\n$$;").unwrap();
    let function = format!("CREATE FUNCTION pg_temp.leaf{function}\n$$");
    let mut connection = scene.platform.owner().await.acquire().await.unwrap();
    sqlx::query(AssertSqlSafe(function))
        .execute(&mut *connection)
        .await
        .unwrap();
    let same = "SELECT count(*) FILTER (WHERE leaf = pg_temp.leaf(journal)), count(*) FROM journal";
    let (same, all): (i64, i64) = sqlx::query_as(same)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!((same, all), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_delays_nobody_and_readiness_does_not_wait_for_it() {
    let scene = Scene::set().await;
    let owner = scene.platform.owner().await;
    // Somebody else's turn lasts.
    let mut turn = owner.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('cpf_journal'))")
        .execute(&mut *turn)
        .await
        .unwrap();
    assert_eq!(scene.seal().await, 0);
    scene.read().await;
    let ready = reqwest::get(format!("{}/readyz", scene.platform.url))
        .await
        .unwrap();
    assert_eq!(contract().hold("get", "/readyz", ready).await.status, 200);
    drop(turn);
    while scene.seal().await < 4 {}
}
