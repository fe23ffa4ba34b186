//! The chapter's SQL.

use kernel::{Conn, Digest, Fault, PartialDate, WorkerId};
use time::OffsetDateTime;

use crate::{Authentication, Sex, Traits};

/// A worker whose mandatory traits agree with a deposit's, with what decides further.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The key both share.
    pub key: Digest,
    /// Who.
    pub worker: WorkerId,
    /// Month of birth, where known.
    pub birth_month: Option<u8>,
    /// Day of birth, where known.
    pub birth_day: Option<u8>,
    /// INSEE code of the commune of birth, where known.
    pub birthplace: Option<String>,
}

/// Every worker under one of `keys`. Reads no name. For deposits (`cpf_intake`).
pub async fn candidates(conn: &mut Conn, keys: &[Digest]) -> Result<Vec<Candidate>, Fault> {
    let keys: Vec<_> = keys.iter().map(|key| key.as_bytes().to_vec()).collect();
    let rows = sqlx::query!(
        r#"SELECT match_key, worker_id AS "worker_id: WorkerId", birth_month, birth_day, birthplace
             FROM match_keys
            WHERE match_key = ANY($1)"#,
        &keys,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let corrupt = |_wrong_length| Fault::Corrupt("match_keys.match_key".into());
            Ok(Candidate {
                key: Digest::from_bytes(row.match_key.try_into().map_err(corrupt)?),
                worker: row.worker_id,
                birth_month: row.birth_month.and_then(|month| month.try_into().ok()),
                birth_day: row.birth_day.and_then(|day| day.try_into().ok()),
                birthplace: row.birthplace,
            })
        })
        .collect()
}

/// The traits of `worker`.
pub async fn traits(conn: &mut Conn, worker: WorkerId) -> Result<Option<Traits>, Fault> {
    let row = sqlx::query!(
        "SELECT birth_name, usage_name, first_names, sex, birth_date, birthplace, birth_country
           FROM identities WHERE worker_id = $1",
        worker.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let corrupt = || Fault::Corrupt(format!("identities of worker {worker}"));
    Ok(Some(Traits {
        birth_name: row.birth_name,
        usage_name: row.usage_name,
        first_names: row.first_names,
        sex: Sex::parse(&row.sex).ok_or_else(corrupt)?,
        birth_date: row
            .birth_date
            .parse::<PartialDate>()
            .map_err(|_shape| corrupt())?,
        birthplace: row.birthplace,
        birth_country: row.birth_country,
    }))
}

pub(crate) struct Attempt {
    pub(crate) nonce: String,
    pub(crate) pkce_verifier: String,
    pub(crate) return_to: String,
    pub(crate) expires_at: OffsetDateTime,
}

pub(crate) async fn insert_attempt(
    conn: &mut Conn,
    state: Digest,
    attempt: &Attempt,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO sign_in_attempts (state_digest, nonce, pkce_verifier, return_to, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        state.as_bytes(),
        attempt.nonce,
        attempt.pkce_verifier,
        attempt.return_to,
        attempt.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The attempt under `state`, which it ends: a second return finds nothing.
pub(crate) async fn take_attempt(conn: &mut Conn, state: Digest) -> Result<Option<Attempt>, Fault> {
    Ok(sqlx::query_as!(
        Attempt,
        "DELETE FROM sign_in_attempts WHERE state_digest = $1
         RETURNING nonce, pkce_verifier, return_to, expires_at",
        state.as_bytes(),
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn drop_late_attempts(conn: &mut Conn, now: OffsetDateTime) -> Result<(), Fault> {
    sqlx::query!("DELETE FROM sign_in_attempts WHERE expires_at <= $1", now)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn worker_of(conn: &mut Conn, subject: Digest) -> Result<Option<WorkerId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"SELECT worker_id AS "worker: WorkerId" FROM sign_ins WHERE subject_digest = $1"#,
        subject.as_bytes(),
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn insert_worker(
    conn: &mut Conn,
    worker: WorkerId,
    subject: Digest,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO workers (worker_id, created_at) VALUES ($1, $2)",
        worker.uuid(),
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO sign_ins (subject_digest, worker_id, first_at) VALUES ($1, $2, $3)",
        subject.as_bytes(),
        worker.uuid(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn put_traits(
    conn: &mut Conn,
    worker: WorkerId,
    traits: &Traits,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO identities (worker_id, birth_name, usage_name, first_names, sex, birth_date,
                                 birthplace, birth_country, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (worker_id) DO UPDATE
            SET birth_name = excluded.birth_name, usage_name = excluded.usage_name,
                first_names = excluded.first_names, sex = excluded.sex,
                birth_date = excluded.birth_date, birthplace = excluded.birthplace,
                birth_country = excluded.birth_country, updated_at = excluded.updated_at",
        worker.uuid(),
        traits.birth_name,
        traits.usage_name,
        traits.first_names,
        traits.sex.as_str(),
        traits.birth_date.to_string(),
        traits.birthplace,
        traits.birth_country,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn put_match_keys(
    conn: &mut Conn,
    worker: WorkerId,
    traits: &Traits,
    keys: &[Digest],
) -> Result<(), Fault> {
    sqlx::query!("DELETE FROM match_keys WHERE worker_id = $1", worker.uuid())
        .execute(&mut *conn)
        .await?;
    let keys: Vec<_> = keys.iter().map(|key| key.as_bytes().to_vec()).collect();
    sqlx::query!(
        "INSERT INTO match_keys (worker_id, match_key, birth_month, birth_day, birthplace)
         SELECT $1, key, $3, $4, $5 FROM unnest($2::bytea[]) AS key",
        worker.uuid(),
        &keys,
        traits.birth_date.month().map(i16::from),
        traits.birth_date.day().map(i16::from),
        traits.birthplace,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct NewSession<'a> {
    pub(crate) digest: Digest,
    pub(crate) authentication: &'a Authentication,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

pub(crate) async fn insert_session(
    conn: &mut Conn,
    worker: WorkerId,
    new: &NewSession<'_>,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO sessions (session_digest, worker_id, created_at, expires_at, acr,
                               authenticated_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        new.digest.as_bytes(),
        worker.uuid(),
        new.created_at,
        new.expires_at,
        new.authentication.level,
        new.authentication.at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct SessionRow {
    pub(crate) worker: WorkerId,
    pub(crate) authentication: Authentication,
    pub(crate) expires_at: OffsetDateTime,
}

pub(crate) async fn session(conn: &mut Conn, session: Digest) -> Result<Option<SessionRow>, Fault> {
    let row = sqlx::query!(
        r#"SELECT worker_id AS "worker: WorkerId", expires_at, acr, authenticated_at
             FROM sessions WHERE session_digest = $1"#,
        session.as_bytes(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| SessionRow {
        worker: row.worker,
        authentication: Authentication {
            level: row.acr,
            at: row.authenticated_at,
        },
        expires_at: row.expires_at,
    }))
}

pub(crate) async fn end_session(
    conn: &mut Conn,
    worker: WorkerId,
    session: Digest,
) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM sessions WHERE worker_id = $1 AND session_digest = $2",
        worker.uuid(),
        session.as_bytes(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn drop_ended_sessions(
    conn: &mut Conn,
    worker: WorkerId,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM sessions WHERE worker_id = $1 AND expires_at <= $2",
        worker.uuid(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
