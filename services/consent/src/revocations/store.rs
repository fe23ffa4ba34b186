//! The SQL of the revocation log.

use kernel::{Conn, Fault, GrantId};
use time::OffsetDateTime;

/// The channel that tells every node of a new row.
pub(crate) const CHANNEL: &str = "cpf_revocations";

pub(crate) struct Logged {
    pub(crate) epoch: i64,
    pub(crate) at: OffsetDateTime,
    pub(crate) what: What,
}

/// What the log tells.
pub(crate) enum What {
    /// A grant ended: tokens up to this version are dead.
    Grant(GrantId, i32),
    /// An app was switched on or off.
    App(String, bool),
}

/// Writes to the log and tells every node on commit. Writers take turns, so that epochs become
/// visible in their order and a reader that has seen one has seen all before it.
pub(crate) async fn publish(
    conn: &mut Conn,
    grant: GrantId,
    up_to_version: i32,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    take_turn(conn).await?;
    sqlx::query!(
        "INSERT INTO revocations (grant_id, up_to_version, revoked_at) VALUES ($1, $2, $3)",
        grant.uuid(),
        up_to_version,
        now,
    )
    .execute(&mut *conn)
    .await?;
    tell(conn).await
}

/// The same, of an app that was switched on or off.
pub(crate) async fn publish_app(
    conn: &mut Conn,
    client_id: &str,
    enabled: bool,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    take_turn(conn).await?;
    sqlx::query!(
        "INSERT INTO revocations (client_id, enabled, revoked_at) VALUES ($1, $2, $3)",
        client_id,
        enabled,
        now,
    )
    .execute(&mut *conn)
    .await?;
    tell(conn).await
}

async fn take_turn(conn: &mut Conn) -> Result<(), Fault> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('cpf_revocations'))")
        .execute(conn)
        .await?;
    Ok(())
}

async fn tell(conn: &mut Conn) -> Result<(), Fault> {
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
) -> Result<Vec<Logged>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT epoch, revoked_at, grant_id AS "grant: GrantId", up_to_version, client_id, enabled
             FROM revocations WHERE epoch > $1 AND revoked_at >= $2
            ORDER BY epoch"#,
        epoch,
        from,
    )
    .fetch_all(conn)
    .await?;
    let logged = rows.into_iter().map(|row| {
        let what = match (row.grant, row.up_to_version, row.client_id, row.enabled) {
            (Some(grant), Some(version), None, None) => What::Grant(grant, version),
            (None, None, Some(client_id), Some(enabled)) => What::App(client_id, enabled),
            _ => {
                return Err(Fault::Corrupt(format!(
                    "epoch {} of revocations",
                    row.epoch
                )));
            }
        };
        Ok(Logged {
            epoch: row.epoch,
            at: row.revoked_at,
            what,
        })
    });
    logged.collect()
}

pub(crate) async fn drop_before(conn: &mut Conn, before: OffsetDateTime) -> Result<(), Fault> {
    sqlx::query!("DELETE FROM revocations WHERE revoked_at < $1", before)
        .execute(conn)
        .await?;
    Ok(())
}
