//! The SQL of the revocation log.

use kernel::{Conn, Fault, GrantId};
use time::OffsetDateTime;

/// The channel that tells every node of a new row.
pub(crate) const CHANNEL: &str = "cpf_revocations";

pub(crate) struct Ended {
    pub(crate) epoch: i64,
    pub(crate) grant: GrantId,
    pub(crate) up_to_version: i32,
}

/// Writes to the log and tells every node on commit. Writers take turns, so that epochs become
/// visible in their order and a reader that has seen one has seen all before it.
pub(crate) async fn publish(
    conn: &mut Conn,
    grant: GrantId,
    up_to_version: i32,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('cpf_revocations'))")
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO revocations (grant_id, up_to_version, revoked_at) VALUES ($1, $2, $3)",
        grant.uuid(),
        up_to_version,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("SELECT pg_notify($1, '')", CHANNEL)
        .execute(conn)
        .await?;
    Ok(())
}

/// The rows after `epoch` that are not older than `from`, oldest first.
pub(crate) async fn since(
    conn: &mut Conn,
    epoch: i64,
    from: OffsetDateTime,
) -> Result<Vec<Ended>, Fault> {
    Ok(sqlx::query_as!(
        Ended,
        r#"SELECT epoch, grant_id AS "grant: GrantId", up_to_version
             FROM revocations WHERE epoch > $1 AND revoked_at >= $2
            ORDER BY epoch"#,
        epoch,
        from,
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn drop_before(conn: &mut Conn, before: OffsetDateTime) -> Result<(), Fault> {
    sqlx::query!("DELETE FROM revocations WHERE revoked_at < $1", before)
        .execute(conn)
        .await?;
    Ok(())
}
