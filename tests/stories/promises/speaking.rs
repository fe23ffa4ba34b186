//! Speaking to PostgreSQL as the platform does, in each of its roles.

use kernel::{AgentId, OrganisationId, WorkerId};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};

use super::scene::Scene;
use crate::harness::Platform;

/// The roles that the login may become.
pub(crate) const ROLES: [&str; 7] = [
    "cpf_app",
    "cpf_courier",
    "cpf_intake",
    "cpf_proposer",
    "cpf_reader",
    "cpf_recorder",
    "cpf_sealer",
];

/// Public rows that carry an organisation: whose app it is.
pub(crate) const PUBLIC: [&str; 2] = ["organisations", "apps"];

/// The code of a refusal for want of rights (SQLSTATE).
pub(crate) const DENIED: &str = "42501";

/// Fills what no request fills yet, so that no table is passed by because it is empty.
pub(super) async fn fill(scene: &Scene) -> PgPool {
    let owner = scene.platform.owner().await;
    let versions = "INSERT INTO entry_versions (worker_id, entry_id, version, body, recorded_at)
                    SELECT worker_id, entry_id, 0, body, recorded_at FROM entries";
    sqlx::query(versions).execute(&owner).await.unwrap();
    let meetings = "INSERT INTO mandate_meetings (worker_id, mandate_id, code_digest, expires_at)
                    SELECT worker_id, worker_id, uuid_send(worker_id), created_at FROM workers";
    sqlx::query(meetings).execute(&owner).await.unwrap();
    let chunks = "INSERT INTO batch_chunks (organisation_id, batch_id, chunk, bytes)
                  SELECT organisation_id, batch_id, 0, '' FROM batches";
    sqlx::query(chunks).execute(&owner).await.unwrap();
    let owed = "INSERT INTO obligations (worker_id, grant_id, client_id, ended_at, due_at)
                SELECT worker_id, grant_id, client_id, given_at, given_at FROM grants
                    ON CONFLICT DO NOTHING";
    sqlx::query(owed).execute(&owner).await.unwrap();
    let refused = "INSERT INTO refusals (worker_id, refusal_id, client_id, purpose, scope, refused_at)
                   SELECT worker_id, grant_id, client_id, terms ->> 'purpose', terms -> 'scope', given_at
                     FROM grants";
    sqlx::query(refused).execute(&owner).await.unwrap();
    owner
}

/// Tables with this column, but those listed.
pub(crate) async fn tables_with(owner: &PgPool, column: &str, but: &[&str]) -> Vec<String> {
    let tables = "SELECT c.table_name::text FROM information_schema.columns c
                    JOIN information_schema.tables t USING (table_schema, table_name)
                   WHERE c.table_schema = 'public' AND c.column_name = $1
                     AND t.table_type = 'BASE TABLE'
                   ORDER BY 1";
    let found: Vec<String> = sqlx::query_scalar(tables)
        .bind(column)
        .fetch_all(owner)
        .await
        .unwrap();
    let found: Vec<_> = found
        .into_iter()
        .filter(|name| !but.contains(&name.as_str()))
        .collect();
    assert!(!found.is_empty());
    found
}

/// A transaction of the login role, after `settings`.
pub(crate) async fn speak(platform: &Platform, settings: &str) -> PgConnection {
    let url = platform.config.database_url.as_ref().unwrap();
    let mut connection = PgConnection::connect(url.expose()).await.unwrap();
    let begin = AssertSqlSafe(format!("BEGIN; {settings}"));
    sqlx::raw_sql(begin).execute(&mut connection).await.unwrap();
    connection
}

pub(crate) fn app_of(worker: WorkerId) -> String {
    format!("SET LOCAL ROLE cpf_app; SET LOCAL cpf.worker = '{worker}'")
}

pub(crate) fn app_of_agent(agent: AgentId) -> String {
    format!("SET LOCAL ROLE cpf_app; SET LOCAL cpf.agent = '{agent}'")
}

pub(crate) fn app_for(organisation: OrganisationId) -> String {
    format!("SET LOCAL ROLE cpf_app; SET LOCAL cpf.organisation = '{organisation}'")
}

/// What `sql` counts, or the code of the refusal. What it did is undone.
pub(crate) async fn attempt(connection: &mut PgConnection, sql: String) -> Result<i64, String> {
    sqlx::raw_sql("SAVEPOINT before")
        .execute(&mut *connection)
        .await
        .unwrap();
    let counted = sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql))
        .fetch_one(&mut *connection)
        .await;
    sqlx::raw_sql("ROLLBACK TO before")
        .execute(connection)
        .await
        .unwrap();
    counted.map_err(|error| match error {
        sqlx::Error::Database(error) => error.code().unwrap().into_owned(),
        other => panic!("{other}"),
    })
}

pub(crate) async fn count(
    connection: &mut PgConnection,
    table: &str,
    filter: &str,
) -> Result<i64, String> {
    attempt(
        connection,
        format!("SELECT count(*) FROM {table} WHERE {filter}"),
    )
    .await
}

pub(crate) async fn stored(owner: &PgPool, table: &str, filter: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table} WHERE {filter}");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(owner)
        .await
        .unwrap()
}
