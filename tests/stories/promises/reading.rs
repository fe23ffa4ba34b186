//! What one grant shows in PostgreSQL, whatever a query asks for.

use kernel::{Confinement, WorkerId};
use sqlx::PgPool;
use time::Date;
use uuid::Uuid;

use super::{
    scene::Scene,
    speaking::{DENIED, attempt, count, fill, speak, stored, tables_with},
};

const LIMITS: [(&str, &str); 3] = [
    ("section", "certificates"),
    ("items", "all"),
    ("period", "all"),
];

/// What a reader of `worker`'s record says, with these settings in place of the usual ones.
fn reader(worker: WorkerId, but: &[(&str, &str)]) -> String {
    let usual = LIMITS
        .iter()
        .filter(|(name, _)| but.iter().all(|(other, _)| other != name));
    let said = usual
        .chain(but)
        .map(|(name, value)| format!("; SET LOCAL cpf.{name} = '{value}'"));
    let said: String = said.collect();
    format!("SET LOCAL ROLE cpf_reader; SET LOCAL cpf.worker = '{worker}'{said}")
}

/// A platform whose workers have entries in two sections, one of them about no day.
async fn filled() -> (Scene, PgPool) {
    let scene = Scene::set().await;
    let owner = fill(&scene).await;
    let skills = "INSERT INTO entries (worker_id, entry_id, section, provenance, body, recorded_at)
                  SELECT worker_id, gen_random_uuid(), 'skills', 'declared', '{}', now()
                    FROM workers";
    sqlx::query(skills).execute(&owner).await.unwrap();
    let undated =
        "INSERT INTO entries (worker_id, entry_id, section, provenance, body, recorded_at)
                   SELECT worker_id, gen_random_uuid(), 'certificates', 'declared', '{}', now()
                     FROM workers";
    sqlx::query(undated).execute(&owner).await.unwrap();
    (scene, owner)
}

/// The day of the latest certificate of `worker`, and the day before.
async fn latest(owner: &PgPool, worker: WorkerId) -> [Date; 2] {
    let latest = "SELECT max(dated) FROM entries WHERE worker_id = $1";
    let latest = sqlx::query_scalar(latest).bind(worker.uuid());
    let latest: Date = latest.fetch_one(owner).await.unwrap();
    [latest, latest.previous_day().unwrap()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_the_entries_of_one_section_of_one_worker_and_no_other_table() {
    let (scene, owner) = filled().await;
    let worker = scene.ours.worker;
    let mut connection = speak(&scene.platform, &reader(worker, &[])).await;
    let own = format!("worker_id = '{worker}' AND section = 'certificates'");
    let expected = stored(&owner, "entries", &own).await;
    assert!(expected > 1 && expected < stored(&owner, "entries", "true").await);
    for filter in ["true", &own] {
        assert_eq!(
            count(&mut connection, "entries", filter).await,
            Ok(expected),
            "{filter}"
        );
    }
    for table in tables_with(&owner, "worker_id", &["entries"]).await {
        assert_eq!(
            count(&mut connection, &table, "true").await,
            Err(DENIED.into()),
            "{table}"
        );
    }
    let keys = "SELECT count(flux_client_id) FROM organisations";
    assert_eq!(
        attempt(&mut connection, keys.into()).await,
        Err(DENIED.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_the_entries_and_days_of_its_grant_and_without_a_limit_nothing() {
    let (scene, owner) = filled().await;
    let worker = scene.ours.worker;
    let own = format!("worker_id = '{worker}' AND section = 'certificates'");
    let ids = "SELECT entry_id FROM entries WHERE worker_id = $1 AND section = 'certificates'";
    let ids: Vec<Uuid> = sqlx::query_scalar(ids)
        .bind(worker.uuid())
        .fetch_all(&owner)
        .await
        .unwrap();
    let [latest, before] = latest(&owner, worker).await;
    let dated = stored(&owner, "entries", &format!("{own} AND dated IS NOT NULL")).await;
    let lately = stored(&owner, "entries", &format!("{own} AND dated = '{latest}'")).await;
    assert!(lately > 0 && lately < dated && dated < i64::try_from(ids.len()).unwrap());
    let foreign = "SELECT entry_id FROM entries WHERE worker_id <> $1 LIMIT 1";
    let foreign: Uuid = sqlx::query_scalar(foreign)
        .bind(worker.uuid())
        .fetch_one(&owner)
        .await
        .unwrap();
    let two = format!("{{{},{},{foreign}}}", ids[0], ids[1]);
    for (but, expected) in [
        (("items", two.as_str()), 2),
        (("items", "{}"), 0),
        (("items", ""), 0),
        (("period", "[,]"), dated),
        (("period", &format!("[{latest},]")), lately),
        (("period", &format!("[{latest},{latest}]")), lately),
        (("period", &format!("[,{before}]")), dated - lately),
        (("period", "[1900-01-01,1900-01-01]"), 0),
        (("period", ""), 0),
        (("section", "skills"), 3),
        (("section", "identity"), 0),
        (("section", "all"), 0),
        (("section", ""), 0),
    ] {
        let mut connection = speak(&scene.platform, &reader(worker, &[but])).await;
        let seen = count(&mut connection, "entries", "true").await;
        assert_eq!(seen, Ok(expected), "{but:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_changes_nothing() {
    let (scene, _owner) = filled().await;
    let worker = scene.ours.worker;
    let mut connection = speak(&scene.platform, &reader(worker, &[])).await;
    for change in [
        "UPDATE entries SET version = 2",
        "DELETE FROM entries",
        "INSERT INTO entries SELECT * FROM entries",
        "UPDATE organisations SET name = ''",
    ] {
        let counted = format!("WITH done AS ({change} RETURNING 1) SELECT count(*) FROM done");
        let told = attempt(&mut connection, counted).await;
        assert_eq!(told, Err(DENIED.into()), "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_says_all_of_a_limit_to_the_database() {
    let (scene, owner) = filled().await;
    let worker = scene.ours.worker;
    let [latest, before] = latest(&owner, worker).await;
    let id = "SELECT entry_id FROM entries WHERE worker_id = $1 AND dated = $2 LIMIT 1";
    let id = sqlx::query_scalar(id).bind(worker.uuid()).bind(latest);
    let id: Uuid = id.fetch_one(&owner).await.unwrap();
    let one = || Some([id.into()].into());
    for (items, period, expected) in [
        (one(), None, 1),
        (one(), Some((Some(latest), None)), 1),
        (one(), Some((Some(latest), Some(latest))), 1),
        (one(), Some((None, Some(before))), 0),
        (Some([].into()), None, 0),
    ] {
        let reading = Confinement::Reading {
            worker,
            section: "certificates",
            items,
            period,
        };
        let mut tx = scene
            .platform
            .app
            .db
            .begin_read(reading.clone())
            .await
            .unwrap();
        let seen = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM entries");
        let seen = seen.fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, expected, "{reading:?}");
    }
}
