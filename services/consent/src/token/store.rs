//! The SQL of presented codes and refresh tokens.

use identity::Authentication;
use kernel::{Conn, Digest, Fault, GrantId, WorkerId};
use time::OffsetDateTime;

use crate::{Thumbprint, grant::store::GrantRow};

pub(crate) struct CodeRow {
    pub(crate) digest: Digest,
    pub(crate) worker: WorkerId,
    pub(crate) grant: GrantId,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: String,
    /// The only key that may trade it, where there is one.
    pub(crate) key: Option<Thumbprint>,
    /// Whether an ID token is asked for, what it repeats, and how the worker had signed in.
    pub(crate) openid: bool,
    pub(crate) nonce: Option<String>,
    pub(crate) authentication: Option<Authentication>,
    pub(crate) expires_at: OffsetDateTime,
}

pub(crate) async fn code(conn: &mut Conn, digest: Digest) -> Result<Option<CodeRow>, Fault> {
    let row = sqlx::query!(
        r#"SELECT worker_id AS "worker: WorkerId", grant_id AS "grant: GrantId", client_id,
                  redirect_uri, code_challenge, dpop_jkt, openid, nonce, acr, auth_time,
                  expires_at
             FROM authorization_codes WHERE code_digest = $1"#,
        digest.as_bytes(),
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let key = row.dpop_jkt.map(Thumbprint::try_from).transpose();
    Ok(Some(CodeRow {
        digest,
        worker: row.worker,
        grant: row.grant,
        client_id: row.client_id,
        redirect_uri: row.redirect_uri,
        code_challenge: row.code_challenge,
        key: key.map_err(|_shape| Fault::Corrupt("authorization_codes.dpop_jkt".into()))?,
        openid: row.openid,
        nonce: row.nonce,
        authentication: row
            .acr
            .zip(row.auth_time)
            .map(|(level, at)| Authentication { level, at }),
        expires_at: row.expires_at,
    }))
}

/// Uses a code; says whether this was the first time.
pub(crate) async fn use_code(
    conn: &mut Conn,
    worker: WorkerId,
    digest: Digest,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE authorization_codes SET used_at = $3
          WHERE worker_id = $1 AND code_digest = $2 AND used_at IS NULL",
        worker.uuid(),
        digest.as_bytes(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn insert_refresh_token(
    conn: &mut Conn,
    digest: Digest,
    worker: WorkerId,
    grant: &GrantRow,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO refresh_tokens (token_digest, worker_id, grant_id, client_id, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        digest.as_bytes(),
        worker.uuid(),
        grant.grant.uuid(),
        grant.client_id,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct RefreshRow {
    pub(crate) worker: WorkerId,
    pub(crate) grant: GrantId,
    pub(crate) client_id: String,
    pub(crate) created_at: OffsetDateTime,
}

pub(crate) async fn refresh_token(
    conn: &mut Conn,
    digest: Digest,
) -> Result<Option<RefreshRow>, Fault> {
    Ok(sqlx::query_as!(
        RefreshRow,
        r#"SELECT worker_id AS "worker: WorkerId", grant_id AS "grant: GrantId", client_id, created_at
             FROM refresh_tokens WHERE token_digest = $1"#,
        digest.as_bytes(),
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn remove_refresh_token(
    conn: &mut Conn,
    worker: WorkerId,
    digest: Digest,
) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM refresh_tokens WHERE worker_id = $1 AND token_digest = $2",
        worker.uuid(),
        digest.as_bytes(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes the refresh tokens of a grant: the one that is about to be issued takes their place.
pub(crate) async fn remove_refresh_tokens(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM refresh_tokens WHERE worker_id = $1 AND grant_id = $2",
        worker.uuid(),
        grant.uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
