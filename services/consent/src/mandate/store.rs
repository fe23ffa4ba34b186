//! The SQL of mandates.

use identity::Agent;
use kernel::{AgentId, Conn, Fault, MandateId, OrganisationId, WorkerId};
use sqlx::types::Json;
use time::OffsetDateTime;

use super::MandateTerms;
use crate::{EndReason, GrantState, Shown};

pub(super) struct NewMandate<'a> {
    pub(super) worker: WorkerId,
    pub(super) mandate: MandateId,
    pub(super) worker_name: &'a str,
    pub(super) agent: &'a Agent,
    pub(super) organisation: OrganisationId,
    pub(super) terms: &'a MandateTerms,
    pub(super) shown: &'a Shown,
    pub(super) given_at: OffsetDateTime,
    pub(super) expires_at: OffsetDateTime,
}

/// A mandate, with the texts that were shown.
pub(super) async fn insert(conn: &mut Conn, new: &NewMandate<'_>) -> Result<(), Fault> {
    let (digest, template) = (new.shown.digest(), new.shown.template.as_ref());
    sqlx::query!(
        "INSERT INTO mandates (worker_id, mandate_id, agent_id, organisation_id, worker_name,
                               agent_name, terms, locale, shown_texts, shown_digest, given_at,
                               expires_at, template_name, template_digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        new.worker.uuid(),
        new.mandate.uuid(),
        new.agent.id.uuid(),
        new.organisation.uuid(),
        new.worker_name,
        new.agent.name(),
        Json(new.terms) as Json<&MandateTerms>,
        new.shown.locale,
        Json(&new.shown.texts) as Json<&Vec<String>>,
        digest.as_bytes(),
        new.given_at,
        new.expires_at,
        template.map(|template| template.name.as_str()),
        template.map(|template| template.digest.as_bytes().as_slice()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct MandateRow {
    pub(super) worker: WorkerId,
    pub(super) mandate: MandateId,
    pub(super) organisation: OrganisationId,
    pub(super) worker_name: String,
    pub(super) agent_name: String,
    pub(super) terms: MandateTerms,
    pub(super) given_at: OffsetDateTime,
    pub(super) expires_at: OffsetDateTime,
    ended: Option<(OffsetDateTime, EndReason)>,
}

impl MandateRow {
    pub(super) fn state(&self, now: OffsetDateTime) -> GrantState {
        GrantState::at(now, self.expires_at, self.ended)
    }
}

struct Row {
    worker_id: WorkerId,
    mandate_id: MandateId,
    organisation_id: OrganisationId,
    worker_name: String,
    agent_name: String,
    terms: Json<MandateTerms>,
    given_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    ended_at: Option<OffsetDateTime>,
    end_reason: Option<String>,
}

impl TryFrom<Row> for MandateRow {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let ended = match (row.ended_at, row.end_reason) {
            (Some(at), Some(reason)) => {
                let reason = EndReason::parse(&reason);
                let corrupt =
                    || Fault::Corrupt(format!("end_reason of mandate {}", row.mandate_id));
                Some((at, reason.ok_or_else(corrupt)?))
            }
            _ => None,
        };
        Ok(Self {
            worker: row.worker_id,
            mandate: row.mandate_id,
            organisation: row.organisation_id,
            worker_name: row.worker_name,
            agent_name: row.agent_name,
            terms: row.terms.0,
            given_at: row.given_at,
            expires_at: row.expires_at,
            ended,
        })
    }
}

/// A mandate of `worker`.
pub(super) async fn find(
    conn: &mut Conn,
    worker: WorkerId,
    mandate: MandateId,
) -> Result<Option<MandateRow>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT worker_id AS "worker_id: WorkerId", mandate_id AS "mandate_id: MandateId",
                  organisation_id AS "organisation_id: OrganisationId", worker_name, agent_name,
                  terms AS "terms: Json<MandateTerms>", given_at, expires_at, ended_at, end_reason
             FROM mandates WHERE worker_id = $1 AND mandate_id = $2"#,
        worker.uuid(),
        mandate.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(MandateRow::try_from).transpose()
}

/// All mandates of `worker`, newest first.
pub(super) async fn of_worker(conn: &mut Conn, worker: WorkerId) -> Result<Vec<MandateRow>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT worker_id AS "worker_id: WorkerId", mandate_id AS "mandate_id: MandateId",
                  organisation_id AS "organisation_id: OrganisationId", worker_name, agent_name,
                  terms AS "terms: Json<MandateTerms>", given_at, expires_at, ended_at, end_reason
             FROM mandates WHERE worker_id = $1
            ORDER BY mandate_id DESC"#,
        worker.uuid(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(MandateRow::try_from).collect()
}

/// A mandate that `agent` was given, in force or not.
pub(super) async fn held_by(
    conn: &mut Conn,
    agent: AgentId,
    mandate: MandateId,
) -> Result<Option<MandateRow>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT worker_id AS "worker_id: WorkerId", mandate_id AS "mandate_id: MandateId",
                  organisation_id AS "organisation_id: OrganisationId", worker_name, agent_name,
                  terms AS "terms: Json<MandateTerms>", given_at, expires_at, ended_at, end_reason
             FROM mandates WHERE agent_id = $1 AND mandate_id = $2"#,
        agent.uuid(),
        mandate.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(MandateRow::try_from).transpose()
}

/// The mandates of `agent` that are in force at `now`, newest first.
pub(super) async fn in_force(
    conn: &mut Conn,
    agent: AgentId,
    now: OffsetDateTime,
) -> Result<Vec<MandateRow>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT worker_id AS "worker_id: WorkerId", mandate_id AS "mandate_id: MandateId",
                  organisation_id AS "organisation_id: OrganisationId", worker_name, agent_name,
                  terms AS "terms: Json<MandateTerms>", given_at, expires_at, ended_at, end_reason
             FROM mandates WHERE agent_id = $1 AND ended_at IS NULL AND expires_at > $2
            ORDER BY mandate_id DESC"#,
        agent.uuid(),
        now,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(MandateRow::try_from).collect()
}

/// Keeps a mandate from being ended before this transaction is; says whether it was not yet.
pub(super) async fn hold(
    conn: &mut Conn,
    worker: WorkerId,
    mandate: MandateId,
) -> Result<bool, Fault> {
    let held = sqlx::query!(
        r#"SELECT 1 AS "one!" FROM mandates
            WHERE worker_id = $1 AND mandate_id = $2 AND ended_at IS NULL
              FOR SHARE"#,
        worker.uuid(),
        mandate.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(held.is_some())
}

/// Ends a mandate; says whether it had not ended before.
pub(super) async fn end(
    conn: &mut Conn,
    worker: WorkerId,
    mandate: MandateId,
    reason: EndReason,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE mandates SET ended_at = $3, end_reason = $4
          WHERE worker_id = $1 AND mandate_id = $2 AND ended_at IS NULL",
        worker.uuid(),
        mandate.uuid(),
        now,
        reason.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The texts on which a mandate of `worker` was decided.
pub(super) async fn shown_texts(
    conn: &mut Conn,
    worker: WorkerId,
    mandate: MandateId,
) -> Result<Option<Vec<String>>, Fault> {
    let texts = sqlx::query_scalar!(
        r#"SELECT shown_texts AS "texts: Json<Vec<String>>"
             FROM mandates WHERE worker_id = $1 AND mandate_id = $2"#,
        worker.uuid(),
        mandate.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(texts.map(|texts| texts.0))
}
