//! The walls in PostgreSQL, tried with the very role that the platform signs in as.
//!
//! Tables are read from the database itself: a new one stands behind these walls before anybody
//! thinks of it.

use sqlx::AssertSqlSafe;

use super::{
    scene::Scene,
    speaking::{
        DENIED, PUBLIC, ROLES, app_for, app_of, attempt, count, fill, speak, stored, tables_with,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn the_login_role_by_itself_reads_and_writes_nothing() {
    let scene = Scene::set().await;
    let owner = fill(&scene).await;
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&owner).await.unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    let mut login = speak(&scene.platform, "SELECT 1").await;
    for table in tables {
        let denied = Err(DENIED.to_owned());
        assert_eq!(count(&mut login, &table, "true").await, denied, "{table}");
        let gone =
            format!("WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone");
        assert_eq!(attempt(&mut login, gone).await, denied, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_for_nobody_sees_nobody_s_rows() {
    let scene = Scene::set().await;
    let owner = fill(&scene).await;
    let personal = tables_with(&owner, "worker_id", &[]).await;
    let deposited = tables_with(&owner, "organisation_id", &PUBLIC).await;
    for table in personal.iter().chain(&deposited) {
        assert!(
            stored(&owner, table, "true").await > 0,
            "{table} is empty: the scene lacks it"
        );
        for role in ROLES {
            for said in [
                "",
                "; SET LOCAL cpf.worker = ''; SET LOCAL cpf.organisation = ''",
                "; SET LOCAL cpf.section = 'certificates'; SET LOCAL cpf.items = 'all'; \
                 SET LOCAL cpf.period = 'all'",
            ] {
                let settings = format!("SET LOCAL ROLE {role}{said}");
                let mut nobody = speak(&scene.platform, &settings).await;
                let seen = count(&mut nobody, table, "true").await;
                let nothing = seen == Ok(0) || seen == Err(DENIED.into());
                assert!(nothing, "{role} sees {seen:?} of {table}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_for_a_worker_sees_all_of_hers_and_nothing_else() {
    let scene = Scene::set().await;
    let owner = fill(&scene).await;
    let worker = scene.theirs.worker;
    let mut hers = speak(&scene.platform, &app_of(worker)).await;
    for table in tables_with(&owner, "worker_id", &[]).await {
        let own = format!("worker_id = '{worker}'");
        let expected = stored(&owner, &table, &own).await;
        assert!(
            expected > 0,
            "{table} holds nothing of hers: the scene lacks it"
        );
        assert!(
            stored(&owner, &table, &format!("NOT {own}")).await > 0,
            "{table}"
        );
        assert_eq!(
            count(&mut hers, &table, "true").await,
            Ok(expected),
            "{table}"
        );
        assert_eq!(
            count(&mut hers, &table, &own).await,
            Ok(expected),
            "{table}"
        );
    }
    for table in tables_with(
        &owner,
        "organisation_id",
        &[&PUBLIC[..], &["entries", "mandates"]].concat(),
    )
    .await
    {
        assert_eq!(count(&mut hers, &table, "true").await, Ok(0), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_for_a_certifier_sees_its_batches_and_no_record() {
    let scene = Scene::set().await;
    let owner = fill(&scene).await;
    let certifier = scene.theirs.certifier;
    let mut its = speak(&scene.platform, &app_for(certifier)).await;
    for table in tables_with(&owner, "organisation_id", &PUBLIC).await {
        let others = format!("organisation_id <> '{certifier}'");
        assert!(stored(&owner, &table, &others).await > 0, "{table}");
        assert_eq!(count(&mut its, &table, &others).await, Ok(0), "{table}");
    }
    for table in ["batches", "batch_chunks", "batch_reports", "passages"] {
        let own = format!("organisation_id = '{certifier}'");
        let expected = stored(&owner, table, &own).await;
        assert!(expected > 0);
        assert_eq!(count(&mut its, table, &own).await, Ok(expected), "{table}");
    }
    for table in tables_with(&owner, "worker_id", &[]).await {
        assert_eq!(count(&mut its, &table, "true").await, Ok(0), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_to_another_worker_s_rows() {
    let scene = Scene::set().await;
    let owner = fill(&scene).await;
    let (ours, theirs) = (scene.ours.worker, scene.theirs.worker);
    let mut hers = speak(&scene.platform, &app_of(theirs)).await;
    let counted =
        |change: String| format!("WITH done AS ({change} RETURNING 1) SELECT count(*) FROM done");
    for table in tables_with(&owner, "worker_id", &[]).await {
        let row =
            format!("SELECT to_jsonb(t)::text FROM {table} t WHERE worker_id = '{ours}' LIMIT 1");
        let row: String = sqlx::query_scalar(AssertSqlSafe(row))
            .fetch_one(&owner)
            .await
            .unwrap();
        let row = row.replace('\'', "''");
        let insert = format!(
            "INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, '{row}')"
        );
        assert_eq!(
            attempt(&mut hers, counted(insert)).await,
            Err(DENIED.into()),
            "{table}"
        );
        let give = format!("UPDATE {table} SET worker_id = '{ours}' WHERE worker_id = '{theirs}'");
        assert_eq!(
            attempt(&mut hers, counted(give)).await,
            Err(DENIED.into()),
            "{table}"
        );
        for change in [
            format!("UPDATE {table} SET worker_id = '{theirs}' WHERE worker_id = '{ours}'"),
            format!("DELETE FROM {table} WHERE worker_id = '{ours}'"),
        ] {
            let done = attempt(&mut hers, counted(change)).await;
            assert!(
                done == Ok(0) || done == Err(DENIED.into()),
                "{table}: {done:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_compares_keys_and_reads_no_record_and_the_recorder_reads_nothing() {
    let scene = Scene::set().await;
    let owner = fill(&scene).await;
    let (worker, certifier) = (scene.ours.worker, scene.ours.certifier);
    let said =
        format!("SET LOCAL cpf.worker = '{worker}'; SET LOCAL cpf.organisation = '{certifier}'");
    let mut intake = speak(
        &scene.platform,
        &format!("SET LOCAL ROLE cpf_intake; {said}"),
    )
    .await;
    let mut recorder = speak(
        &scene.platform,
        &format!("SET LOCAL ROLE cpf_recorder; {said}"),
    )
    .await;
    let all = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let all: Vec<String> = sqlx::query_scalar(all).fetch_all(&owner).await.unwrap();
    for table in &all {
        let denied = Err(DENIED.to_owned());
        assert_eq!(
            count(&mut recorder, table, "true").await,
            denied,
            "cpf_recorder: {table}"
        );
    }
    for table in tables_with(&owner, "worker_id", &["match_keys"]).await {
        assert_eq!(
            count(&mut intake, &table, "true").await,
            Err(DENIED.into()),
            "{table}"
        );
    }
    assert!(count(&mut intake, "match_keys", "true").await.unwrap() > 0);
    let waiting = count(&mut intake, "waiting_certificates", "true").await;
    assert_eq!(waiting, Err(DENIED.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_role_changes_or_removes_a_line_of_the_journal_or_empties_a_table() {
    let scene = Scene::set().await;
    let owner = fill(&scene).await;
    let all = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let all: Vec<String> = sqlx::query_scalar(all).fetch_all(&owner).await.unwrap();
    let worker = scene.ours.worker;
    for role in ROLES {
        let settings = format!("SET LOCAL ROLE {role}; SET LOCAL cpf.worker = '{worker}'");
        let mut connection = speak(&scene.platform, &settings).await;
        for change in [
            "UPDATE journal SET action = 'read'",
            "DELETE FROM journal",
            "UPDATE journal_leaves SET index = index + 1",
            "DELETE FROM journal_leaves",
            "UPDATE journal_nodes SET level = 2",
            "DELETE FROM journal_nodes",
            "UPDATE journal_checkpoints SET note = ''",
            "DELETE FROM journal_checkpoints",
            "DELETE FROM journal_erased",
        ] {
            let done = format!("WITH done AS ({change} RETURNING 1) SELECT count(*) FROM done");
            let told = attempt(&mut connection, done).await;
            assert_eq!(told, Err(DENIED.into()), "{role}: {change}");
        }
        for table in &all {
            let told = attempt(&mut connection, format!("TRUNCATE {table}")).await;
            assert_eq!(told, Err(DENIED.into()), "{role} empties {table}");
        }
    }
}
