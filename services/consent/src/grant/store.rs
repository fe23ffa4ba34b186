//! The SQL of grants.

use journal::Under;
use kernel::{Conn, Digest, Fault, GrantId, WorkerId};
use sqlx::types::Json;
use time::OffsetDateTime;

use super::version::{ChangedBy, Kept};
use crate::{EndReason, GrantState, Obligation, RecordDetails, Shown, Template, Terms};

pub(crate) struct NewGrant<'a> {
    pub(crate) worker: WorkerId,
    pub(crate) grant: GrantId,
    pub(crate) client_id: &'a str,
    /// What the app asks for, which nothing given later exceeds.
    pub(crate) asked: &'a RecordDetails,
    pub(crate) terms: &'a Terms,
    pub(crate) shown: &'a Shown,
    pub(crate) given_at: OffsetDateTime,
}

pub(crate) struct GrantRow {
    pub(crate) grant: GrantId,
    pub(crate) client_id: String,
    pub(crate) version: i32,
    pub(crate) terms: Terms,
    pub(crate) given_at: OffsetDateTime,
    /// What the app had asked for; absent for grants from before it was kept.
    pub(crate) asked: Option<RecordDetails>,
    pub(crate) paused_at: Option<OffsetDateTime>,
    pub(crate) confirmed_at: Option<OffsetDateTime>,
    expires_at: OffsetDateTime,
    ended: Option<(OffsetDateTime, EndReason)>,
}

impl GrantRow {
    pub(crate) fn state(&self, now: OffsetDateTime) -> GrantState {
        GrantState::at(now, self.expires_at, self.ended).paused(self.paused_at)
    }

    /// The permission that it is, as lines of the journal name it.
    pub(crate) fn under(&self) -> Under {
        under(self.grant, self.version, &self.terms)
    }

    /// What its app owes at `now`, once it has ended. What ended a moment ago by its date is owed
    /// before it is among the `written`.
    pub(crate) fn owed(
        &self,
        written: &[(GrantId, Obligation)],
        now: OffsetDateTime,
    ) -> Option<Obligation> {
        let ended_at = self.state(now).ended_at()?;
        let written = written.iter().find(|(grant, _)| *grant == self.grant);
        Some(written.map_or(
            Obligation::of(ended_at, self.terms.retention),
            |(_, owed)| *owed,
        ))
    }
}

/// A version of a grant, as lines of the journal name it.
pub(crate) fn under(grant: GrantId, version: i32, terms: &Terms) -> Under {
    Under {
        grant,
        version,
        purpose: terms.purpose.as_str().into(),
    }
}

/// A grant with its first version and the texts that were shown.
pub(crate) async fn insert(conn: &mut Conn, new: &NewGrant<'_>) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO grants (worker_id, grant_id, client_id, version, asked, terms, given_at,
                             expires_at)
         VALUES ($1, $2, $3, 1, $4, $5, $6, $7)",
        new.worker.uuid(),
        new.grant.uuid(),
        new.client_id,
        Json(new.asked) as Json<&RecordDetails>,
        Json(new.terms) as Json<&Terms>,
        new.given_at,
        new.terms.expires_at,
    )
    .execute(&mut *conn)
    .await?;
    let version = NewVersion {
        worker: new.worker,
        grant: new.grant,
        version: 1,
        terms: new.terms,
        asked: None,
        shown: new.shown,
        given_at: new.given_at,
        changed_by: ChangedBy::Worker,
        paused_at: None,
    };
    insert_version(conn, &version).await
}

pub(crate) struct NewVersion<'a> {
    pub(crate) worker: WorkerId,
    pub(crate) grant: GrantId,
    pub(crate) version: i32,
    pub(crate) terms: &'a Terms,
    /// What the app asks from here on; none when it did not ask again.
    pub(crate) asked: Option<&'a RecordDetails>,
    pub(crate) shown: &'a Shown,
    pub(crate) given_at: OffsetDateTime,
    pub(crate) changed_by: ChangedBy,
    pub(crate) paused_at: Option<OffsetDateTime>,
}

/// The next version of a grant, which the caller has locked.
pub(crate) async fn amend(conn: &mut Conn, new: &NewVersion<'_>) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE grants SET version = $3, terms = $4, expires_at = $5, paused_at = $6,
                           asked = COALESCE($7, asked)
          WHERE worker_id = $1 AND grant_id = $2",
        new.worker.uuid(),
        new.grant.uuid(),
        new.version,
        Json(new.terms) as Json<&Terms>,
        new.terms.expires_at,
        new.paused_at,
        new.asked.map(Json) as Option<Json<&RecordDetails>>,
    )
    .execute(&mut *conn)
    .await?;
    insert_version(conn, new).await
}

async fn insert_version(conn: &mut Conn, new: &NewVersion<'_>) -> Result<(), Fault> {
    let (digest, template) = (new.shown.digest(), new.shown.template.as_ref());
    sqlx::query!(
        "INSERT INTO grant_versions (worker_id, grant_id, version, terms, locale, shown_texts,
                                     shown_digest, given_at, template_name, template_digest,
                                     paused, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        new.worker.uuid(),
        new.grant.uuid(),
        new.version,
        Json(new.terms) as Json<&Terms>,
        new.shown.locale,
        Json(&new.shown.texts) as Json<&Vec<String>>,
        digest.as_bytes(),
        new.given_at,
        template.map(|template| template.name.as_str()),
        template.map(|template| template.digest.as_bytes().as_slice()),
        new.paused_at.is_some(),
        new.changed_by.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The page on which a version was decided.
pub(crate) async fn shown(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
    version: i32,
) -> Result<Shown, Fault> {
    let row = sqlx::query!(
        r#"SELECT locale, shown_texts AS "shown_texts: Json<Vec<String>>", template_name,
                  template_digest AS "template_digest: Digest"
             FROM grant_versions WHERE worker_id = $1 AND grant_id = $2 AND version = $3"#,
        worker.uuid(),
        grant.uuid(),
        version,
    )
    .fetch_one(conn)
    .await?;
    Ok(Shown {
        locale: row.locale,
        texts: row.shown_texts.0,
        template: row
            .template_name
            .zip(row.template_digest)
            .map(|(name, digest)| Template { name, digest }),
    })
}

/// Since when a grant says what its version says.
pub(crate) async fn changed_at(
    conn: &mut Conn,
    worker: WorkerId,
    row: &GrantRow,
) -> Result<OffsetDateTime, Fault> {
    Ok(sqlx::query_scalar!(
        "SELECT given_at FROM grant_versions WHERE worker_id = $1 AND grant_id = $2 AND version = $3",
        worker.uuid(),
        row.grant.uuid(),
        row.version,
    )
    .fetch_one(conn)
    .await?)
}

struct Row {
    grant_id: GrantId,
    client_id: String,
    version: i32,
    asked: Option<Json<RecordDetails>>,
    terms: Json<Terms>,
    given_at: OffsetDateTime,
    paused_at: Option<OffsetDateTime>,
    confirmed_at: Option<OffsetDateTime>,
    expires_at: OffsetDateTime,
    ended_at: Option<OffsetDateTime>,
    end_reason: Option<String>,
}

impl TryFrom<Row> for GrantRow {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let ended = match (row.ended_at, row.end_reason) {
            (Some(at), Some(reason)) => {
                let reason = EndReason::parse(&reason);
                let corrupt = || Fault::Corrupt(format!("end_reason of grant {}", row.grant_id));
                Some((at, reason.ok_or_else(corrupt)?))
            }
            _ => None,
        };
        Ok(Self {
            grant: row.grant_id,
            client_id: row.client_id,
            version: row.version,
            terms: row.terms.0,
            given_at: row.given_at,
            asked: row.asked.map(|asked| asked.0),
            paused_at: row.paused_at,
            confirmed_at: row.confirmed_at,
            expires_at: row.expires_at,
            ended,
        })
    }
}

/// A grant of `worker`, locked until the transaction ends.
pub(crate) async fn find(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
) -> Result<Option<GrantRow>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT grant_id AS "grant_id: GrantId", client_id, version,
                  asked AS "asked: Json<RecordDetails>", terms AS "terms: Json<Terms>", given_at,
                  paused_at, confirmed_at, expires_at, ended_at, end_reason
             FROM grants WHERE worker_id = $1 AND grant_id = $2
              FOR UPDATE"#,
        worker.uuid(),
        grant.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(GrantRow::try_from).transpose()
}

/// A grant of `worker`, to be looked at.
pub(crate) async fn one(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
) -> Result<Option<GrantRow>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT grant_id AS "grant_id: GrantId", client_id, version,
                  asked AS "asked: Json<RecordDetails>", terms AS "terms: Json<Terms>", given_at,
                  paused_at, confirmed_at, expires_at, ended_at, end_reason
             FROM grants WHERE worker_id = $1 AND grant_id = $2"#,
        worker.uuid(),
        grant.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(GrantRow::try_from).transpose()
}

/// The worker who gave `grant` to `client`.
pub(crate) async fn holder(
    conn: &mut Conn,
    client: &str,
    grant: GrantId,
) -> Result<Option<WorkerId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"SELECT worker_id AS "worker: WorkerId" FROM grants
            WHERE client_id = $1 AND grant_id = $2"#,
        client,
        grant.uuid(),
    )
    .fetch_optional(conn)
    .await?)
}

/// All grants of `worker`, newest first.
pub(crate) async fn of_worker(conn: &mut Conn, worker: WorkerId) -> Result<Vec<GrantRow>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT grant_id AS "grant_id: GrantId", client_id, version,
                  asked AS "asked: Json<RecordDetails>", terms AS "terms: Json<Terms>", given_at,
                  paused_at, confirmed_at, expires_at, ended_at, end_reason
             FROM grants WHERE worker_id = $1
            ORDER BY grant_id DESC"#,
        worker.uuid(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(GrantRow::try_from).collect()
}

pub(crate) async fn end(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
    reason: EndReason,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE grants SET ended_at = $3, end_reason = $4
          WHERE worker_id = $1 AND grant_id = $2 AND ended_at IS NULL",
        worker.uuid(),
        grant.uuid(),
        now,
        reason.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the worker has looked at a grant and keeps it.
pub(crate) async fn confirm(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE grants SET confirmed_at = $3 WHERE worker_id = $1 AND grant_id = $2",
        worker.uuid(),
        grant.uuid(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// At most `limit` versions of a grant below the one numbered `before`, newest first.
pub(crate) async fn versions(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
    before: i32,
    limit: i64,
) -> Result<Vec<Kept>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT version, terms AS "terms: Json<Terms>", given_at, paused, changed_by
             FROM grant_versions WHERE worker_id = $1 AND grant_id = $2 AND version < $3
            ORDER BY version DESC LIMIT $4"#,
        worker.uuid(),
        grant.uuid(),
        before,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let versions = rows.into_iter().map(|row| {
        let by = ChangedBy::parse(&row.changed_by);
        Ok(Kept {
            number: row.version,
            terms: row.terms.0,
            at: row.given_at,
            paused: row.paused,
            by: by.ok_or_else(|| Fault::Corrupt("grant_versions.changed_by".into()))?,
        })
    });
    versions.collect()
}
