//! The SQL of requests, refusals, codes and client assertions.

use identity::Authentication;
use kernel::{Conn, Digest, Fault, GrantId, RefusalId, WorkerId};
use sqlx::types::Json;
use time::OffsetDateTime;

use super::{Accepted, Refused};
use crate::{Purpose, Scope, Thumbprint};

pub(crate) struct NewRequest<'a> {
    pub(crate) digest: Digest,
    pub(crate) client_id: &'a str,
    pub(crate) accepted: &'a Accepted,
    pub(crate) expires_at: OffsetDateTime,
}

pub(crate) struct Found {
    pub(crate) client_id: String,
    pub(crate) accepted: Accepted,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) decided: bool,
}

pub(crate) async fn insert_request(conn: &mut Conn, new: &NewRequest<'_>) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO authorization_requests (request_digest, client_id, request, expires_at)
         VALUES ($1, $2, $3, $4)",
        new.digest.as_bytes(),
        new.client_id,
        Json(new.accepted) as Json<&Accepted>,
        new.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn drop_late_requests(conn: &mut Conn, now: OffsetDateTime) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM authorization_requests WHERE expires_at <= $1",
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn request(conn: &mut Conn, digest: Digest) -> Result<Option<Found>, Fault> {
    let row = sqlx::query!(
        r#"SELECT client_id, request AS "request: Json<Accepted>", expires_at, decided_at
             FROM authorization_requests WHERE request_digest = $1"#,
        digest.as_bytes(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Found {
        client_id: row.client_id,
        accepted: row.request.0,
        expires_at: row.expires_at,
        decided: row.decided_at.is_some(),
    }))
}

/// Marks the request as decided; says whether this was the first decision.
pub(crate) async fn decide(
    conn: &mut Conn,
    digest: Digest,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE authorization_requests SET decided_at = $2
          WHERE request_digest = $1 AND decided_at IS NULL AND expires_at > $2",
        digest.as_bytes(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What `worker` refused after `since`, newest first.
pub(crate) async fn refused(
    conn: &mut Conn,
    worker: WorkerId,
    since: OffsetDateTime,
) -> Result<Vec<(RefusalId, Refused)>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT refusal_id AS "id: RefusalId", client_id, purpose, scope AS "scope: Json<Scope>",
                  refused_at
             FROM refusals WHERE worker_id = $1 AND refused_at > $2
            ORDER BY refusal_id DESC"#,
        worker.uuid(),
        since,
    )
    .fetch_all(conn)
    .await?;
    let refused = rows.into_iter().map(|row| {
        let corrupt = || Fault::Corrupt(format!("purpose of refusal {}", row.id));
        let refused = Refused {
            client_id: row.client_id,
            purpose: Purpose::parse(&row.purpose).ok_or_else(corrupt)?,
            scope: row.scope.0,
            at: row.refused_at,
        };
        Ok((row.id, refused))
    });
    refused.collect()
}

pub(crate) async fn insert_refusal(
    conn: &mut Conn,
    worker: WorkerId,
    id: RefusalId,
    refused: &Refused,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO refusals (worker_id, refusal_id, client_id, purpose, scope, refused_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        worker.uuid(),
        id.uuid(),
        refused.client_id,
        refused.purpose.as_str(),
        Json(&refused.scope) as Json<&Scope>,
        refused.at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn forget_refusal(
    conn: &mut Conn,
    worker: WorkerId,
    id: RefusalId,
) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM refusals WHERE worker_id = $1 AND refusal_id = $2",
        worker.uuid(),
        id.uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes what was refused up to `until`, whoever did.
pub(crate) async fn forget_refusals(conn: &mut Conn, until: OffsetDateTime) -> Result<(), Fault> {
    sqlx::query!("SELECT cpf_forget_refusals($1)", until)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) struct NewCode<'a> {
    pub(crate) digest: Digest,
    pub(crate) worker: WorkerId,
    pub(crate) grant: GrantId,
    pub(crate) client_id: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) code_challenge: &'a str,
    pub(crate) key: Option<Thumbprint>,
    pub(crate) openid: bool,
    pub(crate) nonce: Option<&'a str>,
    /// How the worker signed in, where an ID token will say it.
    pub(crate) authentication: Option<&'a Authentication>,
    pub(crate) expires_at: OffsetDateTime,
}

pub(crate) async fn insert_code(conn: &mut Conn, new: &NewCode<'_>) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO authorization_codes (code_digest, worker_id, grant_id, client_id,
                                          redirect_uri, code_challenge, dpop_jkt, openid, nonce,
                                          acr, auth_time, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        new.digest.as_bytes(),
        new.worker.uuid(),
        new.grant.uuid(),
        new.client_id,
        new.redirect_uri,
        new.code_challenge,
        new.key.map(String::from),
        new.openid,
        new.nonce,
        new.authentication.map(|one| one.level.as_str()),
        new.authentication.map(|one| one.at),
        new.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers a client assertion; says whether it is new.
pub(crate) async fn use_assertion(
    conn: &mut Conn,
    digest: Digest,
    expires_at: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "INSERT INTO used_assertions (assertion_digest, expires_at) VALUES ($1, $2)
         ON CONFLICT DO NOTHING",
        digest.as_bytes(),
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn drop_late_assertions(
    conn: &mut Conn,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!("DELETE FROM used_assertions WHERE expires_at <= $1", now)
        .execute(conn)
        .await?;
    Ok(())
}
