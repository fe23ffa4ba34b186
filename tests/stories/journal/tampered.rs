//! A superuser of the database changes, removes or rewrites: the audit names what, and what workers
//! and witnesses have kept does not fit any more.

use std::time::Duration;

use uuid::Uuid;

use super::{Scene, failed, succeeded};

/// A scene whose lines are sealed, exported and kept, and the newest line.
async fn sealed() -> (Scene, Uuid) {
    let scene = Scene::set().await;
    assert_eq!(scene.seal().await, 3);
    succeeded(&scene.audit(&[]).await);
    scene.keep(&scene.worker, "/journal/export", "before").await;
    scene
        .keep(&scene.worker, "/journal/checkpoint", "old")
        .await;
    let owner = scene.platform.owner().await;
    let newest = "SELECT line_id FROM journal ORDER BY line_id DESC LIMIT 1";
    let newest = sqlx::query_scalar(newest).fetch_one(&owner).await.unwrap();
    (scene, newest)
}

/// Verifies a new export, beside what was kept.
async fn verify_again(scene: &Scene) -> crate::commands::Ended {
    scene
        .keep(&scene.worker, "/journal/export?since=3", "after")
        .await;
    scene
        .verify(&["after", "--since", "old", "--earlier", "before"])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_changed_is_named_to_the_operator_and_shown_to_the_worker() {
    let (scene, line) = sealed().await;
    for change in [
        "actor = 'another-app'",
        "purpose = 'recruitment'",
        "at = at - interval '1 hour'",
        "entries = ARRAY[line_id]",
        "salt = sha256(salt)",
    ] {
        let keep = "CREATE TABLE kept AS SELECT * FROM journal";
        scene.as_superuser(keep).await;
        let change = format!("UPDATE journal SET {change} WHERE line_id = '{line}'");
        assert_eq!(scene.as_superuser(&change).await, 1);
        let audit = scene.audit(&[]).await;
        let told = format!("line {line} was changed since it was written");
        assert!(failed(&audit).contains(&told), "{change}: {audit:?}");
        let page = scene.worker.open_path("/journal?lang=en").await.html;
        assert_eq!(
            page.matches("This line was changed afterwards").count(),
            1,
            "{change}: {page}"
        );
        let verified = verify_again(&scene).await;
        assert!(
            failed(&verified).contains(&format!("line {line}")),
            "{change}: {verified:?}"
        );
        scene.as_superuser("DELETE FROM journal").await;
        scene
            .as_superuser("INSERT INTO journal SELECT * FROM kept")
            .await;
        scene.as_superuser("DROP TABLE kept").await;
    }
    let sound = scene.audit(&["--json"]).await.json();
    assert_eq!(
        (&sound["sound"], &sound["lines"]),
        (&true.into(), &3.into())
    );
    succeeded(&verify_again(&scene).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_changed_together_with_its_commitment_is_no_longer_in_the_log() {
    let (scene, line) = sealed().await;
    let owner = scene.platform.owner().await;
    let index: i64 = sqlx::query_scalar(
        "SELECT index FROM journal_leaves JOIN journal USING (leaf) WHERE line_id = $1",
    )
    .bind(line)
    .fetch_one(&owner)
    .await
    .unwrap();
    // A stand-in for a commitment that fits the changed line: nothing but the log contradicts it.
    let change = format!("UPDATE journal SET leaf = sha256(leaf) WHERE line_id = '{line}'");
    assert_eq!(scene.as_superuser(&change).await, 1);
    let audit = scene.audit(&[]).await;
    let told = failed(&audit);
    assert!(
        told.contains(&format!("line {line} is not in the log")),
        "{told}"
    );
    assert!(
        told.contains(&format!("the line sealed at index {index} was removed")),
        "{told}"
    );
    scene.platform.clock.advance(Duration::from_hours(2));
    let again = crate::harness::Browser::of(&scene.platform, "plain").await;
    again.revoke().await;
    scene.seal().await;
    scene.keep(&again, "/journal/export?since=3", "after").await;
    let alone = scene.verify(&["after"]).await;
    let told = format!("line {line} is not in the log, although later lines are");
    assert!(failed(&alone).contains(&told), "{alone:?}");
    let beside = scene.verify(&["after", "--earlier", "before"]).await;
    assert!(
        failed(&beside).contains("was changed or removed since"),
        "{beside:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_removed_leaves_its_seal_behind() {
    let (scene, line) = sealed().await;
    let remove = format!("DELETE FROM journal WHERE line_id = '{line}'");
    assert_eq!(scene.as_superuser(&remove).await, 1);
    let audit = scene.audit(&["--json"]).await;
    assert_eq!(audit.code, Some(1));
    let flaws = &audit.json()["flaws"];
    assert_eq!(flaws.as_array().unwrap().len(), 1, "{flaws}");
    assert!(
        flaws[0].as_str().unwrap().ends_with("was removed"),
        "{flaws}"
    );
    let verified = verify_again(&scene).await;
    let told = failed(&verified);
    assert!(
        told.contains(&format!("line {line}, sealed at index")),
        "{told}"
    );
    // What she kept proves it by itself.
    succeeded(&scene.verify(&["before", "--checkpoint", "old"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_removed_before_it_was_sealed_is_missed_too() {
    let (scene, _) = sealed().await;
    scene.read().await;
    let newest =
        "DELETE FROM journal WHERE line_id = (SELECT max(line_id::text)::uuid FROM journal)";
    assert_eq!(scene.as_superuser(newest).await, 1);
    let audit = scene.audit(&[]).await;
    assert!(
        failed(&audit).contains("1 lines were removed before they were sealed"),
        "{audit:?}"
    );
    scene.seal().await;
    let audit = scene.audit(&[]).await;
    assert!(
        failed(&audit).contains("the line sealed at index 3 was removed"),
        "{audit:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_of_the_log_itself_is_changed_the_audit_finds_it() {
    let (scene, _) = sealed().await;
    let worker = scene.id(&scene.worker).await;
    scene.write(worker, 300).await;
    scene.seal().await;
    succeeded(&scene.audit(&[]).await);
    for (change, undo, told) in [
        (
            "UPDATE journal_leaves SET leaf = sha256(leaf) WHERE index = 2",
            "UPDATE journal_leaves SET leaf = (SELECT leaf FROM kept) WHERE index = 2",
            "the tree of 3 lines is not the one whose head was signed",
        ),
        (
            "UPDATE journal_leaves SET index = 1000 WHERE index = 302",
            "UPDATE journal_leaves SET index = 302 WHERE index = 1000",
            "the log has no leaf at index 302",
        ),
        (
            "UPDATE journal_nodes SET hash = sha256(hash)",
            "UPDATE journal_nodes SET hash = (SELECT hash FROM kept)",
            "the hash of tile 0 of level 1",
        ),
        (
            "UPDATE journal_checkpoints SET note = replace(note, E'\\n3\\n', E'\\n2\\n')",
            "UPDATE journal_checkpoints SET note = replace(note, E'\\n2\\n', E'\\n3\\n')",
            "the checkpoint of 3 lines is not signed by this log",
        ),
    ] {
        let keep = "CREATE TABLE kept AS
                    SELECT hash, leaf FROM journal_nodes, journal_leaves WHERE index = 2";
        scene.as_superuser(keep).await;
        assert!(scene.as_superuser(change).await > 0);
        let audit = scene.audit(&[]).await;
        assert!(failed(&audit).contains(told), "{change}: {audit:?}");
        scene.as_superuser(undo).await;
        scene.as_superuser("DROP TABLE kept").await;
        succeeded(&scene.audit(&[]).await);
    }
}

/// The operator himself, with the master key, forges all of it alike. Then nothing inside tells; a
/// checkpoint that anybody kept does.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_rewritten_with_its_own_key_contradicts_every_checkpoint_that_was_kept() {
    let (scene, line) = sealed().await;
    scene
        .as_superuser(&format!("DELETE FROM journal WHERE line_id = '{line}'"))
        .await;
    scene
        .as_superuser("TRUNCATE journal_leaves, journal_nodes, journal_checkpoints")
        .await;
    scene
        .as_superuser("INSERT INTO journal_pending SELECT leaf, at FROM journal")
        .await;
    scene.seal().await;
    scene.read().await;
    scene.seal().await;
    scene.read().await;
    scene.seal().await;
    succeeded(&scene.audit(&[]).await);
    let verified = verify_again(&scene).await;
    let told = failed(&verified);
    assert!(
        told.contains("the tree of 4 lines does not continue that of 3"),
        "{told}"
    );
    scene
        .keep(&scene.worker, "/journal/consistency/3", "proof")
        .await;
    let witness = scene
        .verify(&["--checkpoint", "proof", "--since", "old"])
        .await;
    assert!(
        failed(&witness).contains("the log was rewritten"),
        "{witness:?}"
    );
}
