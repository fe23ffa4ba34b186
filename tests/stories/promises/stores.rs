//! Each store function, tried from within one worker's confinement with another's ids.

use consent::{Access, RevokeError, Section};
use identity::Session;
use journal::{Action, Actor, Line};
use kernel::{Confinement, Digest, EntryId, Limit, LineId};
use record::Excerpt;
use serde_json::Value;
use uuid::Uuid;

use super::scene::{Scene, Side};

/// What each confinement that is not hers answers for her.
async fn confinements(scene: &Scene) -> Vec<Confinement> {
    let theirs = &scene.theirs;
    let foreign = Digest::of(theirs.browser.cookie("session").unwrap());
    vec![
        Confinement::Worker(theirs.worker),
        Confinement::Claim(theirs.worker, match_keys(scene, &scene.ours).await[0]),
        Confinement::Open,
        Confinement::Presented(foreign),
        Confinement::Organisation(scene.ours.certifier),
    ]
}

async fn match_keys(scene: &Scene, side: &Side) -> Vec<Digest> {
    let owner = scene.platform.owner().await;
    let keys: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT match_key FROM match_keys WHERE worker_id = $1")
            .bind(side.worker.uuid())
            .fetch_all(&owner)
            .await
            .unwrap();
    assert!(!keys.is_empty());
    keys.into_iter()
        .map(|key| Digest::from_bytes(key.try_into().unwrap()))
        .collect()
}

async fn session(scene: &Scene, side: &Side) -> Session {
    let secret = side.browser.cookie("session").unwrap();
    scene.platform.app.identity.session(&secret).await.unwrap()
}

async fn own(scene: &Scene, side: &Side) -> Access {
    let session = session(scene, side).await;
    scene.platform.app.consent.own(&session).await.unwrap()
}

async fn entries(scene: &Scene, side: &Side, after: Option<EntryId>) -> Vec<EntryId> {
    let mut access = own(scene, side).await;
    let section = Section::Certificates;
    let sealed =
        record::entries::<Value>(&mut access, section, &Excerpt::Whole, after, Limit::DEFAULT)
            .await;
    let page = access.disclose(sealed.unwrap()).await.unwrap();
    page.items.iter().map(|entry| entry.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_of_another_worker_is_empty() {
    let scene = Scene::set().await;
    let (ours, db) = (scene.ours.worker, &scene.platform.app.db);
    let mut tx = db.begin_read(Confinement::Worker(ours)).await.unwrap();
    let hers = journal::lines(&mut tx, ours, None, Limit::DEFAULT)
        .await
        .unwrap();
    assert!(!hers.items.is_empty(), "who may look finds lines");
    assert!(!journal::last_read(&mut tx, ours).await.unwrap().is_empty());
    let grant = scene.ours.tokens.grant.parse().unwrap();
    let under = journal::reads_under(&mut tx, ours, grant, None, Limit::DEFAULT).await;
    assert_eq!(under.unwrap().items.len(), 1);
    for confinement in confinements(&scene).await {
        let mut tx = db.begin(confinement.clone()).await.unwrap();
        let lines = journal::lines(&mut tx, ours, None, Limit::DEFAULT)
            .await
            .unwrap();
        assert!(lines.items.is_empty(), "{confinement:?}: {lines:?}");
        let read = journal::last_read(&mut tx, ours).await.unwrap();
        assert!(read.is_empty(), "{confinement:?}: {read:?}");
        let under = journal::reads_under(&mut tx, ours, grant, None, Limit::DEFAULT).await;
        assert!(under.unwrap().items.is_empty(), "{confinement:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_is_written_into_the_journal_of_another_worker() {
    let scene = Scene::set().await;
    let app = &scene.platform.app;
    let line = Line {
        worker: scene.ours.worker,
        id: LineId::generate(&app.clock, &app.entropy),
        at: app.clock.now(),
        actor: Actor::Worker,
        action: Action::Read,
        section: None,
        under: None,
        entries: Vec::new(),
    };
    for confinement in confinements(&scene).await {
        let mut tx = app.db.begin(confinement.clone()).await.unwrap();
        let written = journal::append(&mut tx, &app.entropy, [&line]).await;
        assert!(written.is_err(), "{confinement:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_s_traits_or_match_keys_are_found() {
    let scene = Scene::set().await;
    let (ours, db) = (scene.ours.worker, &scene.platform.app.db);
    let keys = match_keys(&scene, &scene.ours).await;
    let mut tx = db.begin_read(Confinement::Worker(ours)).await.unwrap();
    assert!(identity::traits(&mut tx, ours).await.unwrap().is_some());
    assert!(
        !identity::candidates(&mut tx, &keys)
            .await
            .unwrap()
            .is_empty()
    );
    for confinement in confinements(&scene).await {
        let mut tx = db.begin(confinement.clone()).await.unwrap();
        let traits = identity::traits(&mut tx, ours).await.unwrap();
        assert!(traits.is_none(), "{confinement:?}");
        let found = identity::candidates(&mut tx, &keys).await.unwrap();
        assert!(found.is_empty(), "{confinement:?}: {found:?}");
    }
    // A deposit compares keys, and learns no trait.
    let mut tx = db
        .begin(Confinement::Intake(scene.ours.certifier))
        .await
        .unwrap();
    assert!(
        !identity::candidates(&mut tx, &keys)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(identity::traits(&mut tx, ours).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_finds_the_entries_of_its_own_worker_whatever_id_it_starts_from() {
    let scene = Scene::set().await;
    let ours = entries(&scene, &scene.ours, None).await;
    let theirs = entries(&scene, &scene.theirs, None).await;
    assert!(!ours.is_empty() && !theirs.is_empty());
    for start in &ours {
        let found = entries(&scene, &scene.theirs, Some(*start)).await;
        assert!(found.iter().all(|id| theirs.contains(id)), "{found:?}");
    }
    let mut access = own(&scene, &scene.theirs).await;
    let counted = record::counts(&mut access).await.unwrap();
    let mut counted = access.disclose(counted).await.unwrap();
    counted.sort_unstable();
    assert_eq!(
        counted,
        [
            (Section::Certificates, i64::try_from(theirs.len()).unwrap()),
            (Section::Skills, 2),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_of_an_access_finds_nothing_of_another_worker() {
    let scene = Scene::set().await;
    let ours = scene.ours.worker;
    let mut access = own(&scene, &scene.theirs).await;
    assert_eq!(access.worker(), scene.theirs.worker);
    assert!(
        identity::traits(access.conn(), ours)
            .await
            .unwrap()
            .is_none()
    );
    let lines = journal::lines(access.conn(), ours, None, Limit::DEFAULT)
        .await
        .unwrap();
    assert!(lines.items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lists_its_own_grants_and_history_and_ends_no_other_grant() {
    let scene = Scene::set().await;
    let consent = &scene.platform.app.consent;
    let (ours, theirs) = (
        session(&scene, &scene.ours).await,
        session(&scene, &scene.theirs).await,
    );
    let grant = consent.given(&ours).await.unwrap()[0].grant;
    let given = consent.given(&theirs).await.unwrap();
    assert!(
        given
            .iter()
            .all(|one| one.client_id == scene.theirs.app.client_id),
        "{given:?}"
    );
    let ended = consent.revoke(&theirs, grant).await;
    assert!(matches!(ended, Err(RevokeError::Unknown)), "{ended:?}");
    assert!(consent.given(&ours).await.unwrap()[0].state.is_active());
    let newest = consent
        .history(&ours, None, Limit::DEFAULT)
        .await
        .unwrap()
        .items[0]
        .line
        .id;
    for start in [None, Some(newest)] {
        let lines = consent
            .history(&theirs, start, Limit::DEFAULT)
            .await
            .unwrap();
        assert!(
            lines
                .items
                .iter()
                .all(|kept| kept.line.worker == theirs.worker()),
            "{lines:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certifier_s_batch_is_not_another_s() {
    let scene = Scene::set().await;
    let intake = &scene.platform.app.intake;
    let (ours, theirs) = (scene.ours.certifier, scene.theirs.certifier);
    let id = scene.ours.batch.parse::<Uuid>().unwrap().into();
    assert!(intake.batch(ours, id).await.unwrap().is_some());
    assert!(
        !intake
            .report(ours, id, 0, Limit::DEFAULT)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(intake.batch(theirs, id).await.unwrap().is_none());
    assert!(
        intake
            .report(theirs, id, 0, Limit::DEFAULT)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let listed = intake.batches(theirs, None, Limit::DEFAULT).await.unwrap();
    assert!(
        listed.items.iter().all(|batch| batch.id != id),
        "{listed:?}"
    );
    let batch = intake.batch(ours, id).await.unwrap().unwrap();
    let mut report = intake.legacy_report(theirs, batch);
    let mut written = Vec::new();
    while let Some(piece) = report.next().await.unwrap() {
        written.extend_from_slice(&piece);
    }
    let written = String::from_utf8(written).unwrap();
    assert!(!written.contains("CH-2026"), "{written}");
}
