//! Erasing a worker: her lines and salts go, the log stays valid, and what it holds of her says
//! nothing.

use sha2::{Digest, Sha256};

use super::{Scene, succeeded};
use crate::harness::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_worker_keeps_the_log_valid_and_leaves_nothing_that_speaks_of_her() {
    let scene = Scene::set().await;
    let other = Browser::of(&scene.platform, "corsica").await;
    scene.platform.coach.connect(&scene.platform, &other).await;
    assert_eq!(scene.seal().await, 4);
    scene.keep(&other, "/journal/export", "theirs").await;
    scene.keep(&other, "/journal/checkpoint", "old").await;
    let mine = scene.keep(&scene.worker, "/journal/export", "mine").await;
    // One of hers waits when she is erased.
    scene.read().await;

    let worker = scene.id(&scene.worker).await;
    let owner = scene.platform.owner().await;
    let erased: i64 = sqlx::query_scalar("SELECT cpf_erase_journal($1)")
        .bind(worker.uuid())
        .fetch_one(&owner)
        .await
        .unwrap();
    assert_eq!(erased, 4);
    scene.seal().await;

    let audit = scene.audit(&[]).await;
    assert!(succeeded(&audit).contains("1 lines, 5 leaves"), "{audit:?}");
    scene.keep(&other, "/journal/export?since=4", "after").await;
    succeeded(
        &scene
            .verify(&["after", "--since", "old", "--earlier", "theirs"])
            .await,
    );
    // What she took with her still proves itself.
    succeeded(&scene.verify(&["mine", "--checkpoint", "old"]).await);

    // Nothing that is left tells which leaf was hers: not her id, and no salt to try guesses with.
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM journal WHERE worker_id = $1")
        .bind(worker.uuid())
        .fetch_one(&owner)
        .await
        .unwrap();
    assert_eq!(left, 0);
    let salts: Vec<Vec<u8>> = sqlx::query_scalar("SELECT salt FROM journal")
        .fetch_all(&owner)
        .await
        .unwrap();
    let leaves: Vec<Vec<u8>> = sqlx::query_scalar("SELECT leaf FROM journal_leaves")
        .fetch_all(&owner)
        .await
        .unwrap();
    let none = [0; 32];
    for row in mine.lines().filter(|row| row.starts_with("{\"line\"")) {
        // As the export writes it, the content is canonical.
        let (_, content) = row.split_once("\"content\":").unwrap();
        let (content, _) = content.split_once(",\"salt\"").unwrap();
        for salt in salts.iter().map(Vec::as_slice).chain([&none[..], b""]) {
            let guess = [b"cpf-journal-line-v1\n", salt, content.as_bytes()].concat();
            assert!(!leaves.contains(&Sha256::digest(guess).to_vec()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_role_of_the_platform_erases_a_journal() {
    let scene = Scene::set().await;
    let worker = scene.id(&scene.worker).await;
    for role in [
        "cpf_app",
        "cpf_intake",
        "cpf_recorder",
        "cpf_sealer",
        "cpf_auditor",
    ] {
        let owner = scene.platform.owner().await;
        let mut tx = owner.begin().await.unwrap();
        let become_it = sqlx::AssertSqlSafe(format!("SET LOCAL ROLE {role}"));
        sqlx::query(become_it).execute(&mut *tx).await.unwrap();
        let erased = sqlx::query_scalar::<_, i64>("SELECT cpf_erase_journal($1)")
            .bind(worker.uuid())
            .fetch_one(&mut *tx)
            .await;
        let sqlx::Error::Database(error) = erased.unwrap_err() else {
            panic!("{role}")
        };
        assert_eq!(error.code().as_deref(), Some("42501"), "{role}");
    }
}
