//! The SQL of proposals.

use std::collections::BTreeMap;

use consent::{Access, Proposing, Sealed, Section};
use kernel::{Conn, Digest, Fault, GrantId, Limit, Page, ProposalId};
use serde_json::{Value, value::RawValue};
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::{Declared, Proposal, ProposalState, Waiting, propose::Proposed};

/// Waits for its turn among the requests under this grant, until the transaction ends: they count what
/// waits together.
pub(crate) async fn take_turn(proposing: &mut Proposing) -> Result<(), Fault> {
    let grant = proposing.grant().to_string();
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        grant
    )
    .execute(proposing.conn())
    .await?;
    Ok(())
}

/// Adds those of `proposed` that were not proposed before under the grant; answers which.
pub(crate) async fn add(
    proposing: &mut Proposing,
    proposed: &[Proposed],
    now: OffsetDateTime,
) -> Result<Vec<ProposalId>, Fault> {
    let ids: Vec<_> = proposed.iter().map(|one| one.id.uuid()).collect();
    let digests: Vec<_> = proposed
        .iter()
        .map(|one| one.digest.as_bytes().to_vec())
        .collect();
    let bodies: Vec<_> = proposed.iter().map(|one| one.body.clone()).collect();
    let (worker, grant) = (proposing.worker(), proposing.grant());
    let (client, section) = (proposing.client_id().to_owned(), proposing.section());
    Ok(sqlx::query_scalar!(
        r#"INSERT INTO proposals (worker_id, proposal_id, grant_id, client_id, section, digest, body,
                                  proposed_at)
           SELECT $1, proposal_id, $2, $3, $4, digest, body, $5
             FROM unnest($6::uuid[], $7::bytea[], $8::jsonb[]) AS proposed (proposal_id, digest, body)
               ON CONFLICT ON CONSTRAINT proposals_once DO NOTHING
           RETURNING proposal_id AS "id: ProposalId""#,
        worker.uuid(),
        grant.uuid(),
        client,
        section.as_str(),
        now,
        &ids,
        &digests,
        &bodies as &[Value],
    )
    .fetch_all(proposing.conn())
    .await?)
}

/// How many proposals of the app for the section, under the grant, wait since `since` or later.
pub(crate) async fn waiting_of_app(
    proposing: &mut Proposing,
    since: OffsetDateTime,
) -> Result<usize, Fault> {
    let (worker, grant) = (proposing.worker(), proposing.grant());
    let (client, section) = (proposing.client_id().to_owned(), proposing.section());
    let waiting = sqlx::query_scalar!(
        r#"SELECT count(*) AS "waiting!" FROM proposals
            WHERE worker_id = $1 AND client_id = $2 AND section = $3 AND grant_id = $4
              AND decided_at IS NULL AND proposed_at > $5"#,
        worker.uuid(),
        client,
        section.as_str(),
        grant.uuid(),
        since,
    )
    .fetch_one(proposing.conn())
    .await?;
    Ok(usize::try_from(waiting).unwrap_or(usize::MAX))
}

/// Where those of the app's proposals under the grant stand that have these digests.
pub(crate) async fn by_digest(
    proposing: &mut Proposing,
    digests: &[Digest],
) -> Result<Vec<(Digest, Proposal)>, Fault> {
    let digests: Vec<_> = digests.iter().map(|one| one.as_bytes().to_vec()).collect();
    let (worker, grant) = (proposing.worker(), proposing.grant());
    let rows = sqlx::query!(
        r#"SELECT digest AS "digest: Digest", proposal_id AS "id: ProposalId", proposed_at, decided_at,
                  accepted
             FROM proposals
            WHERE worker_id = $1 AND grant_id = $2 AND digest = ANY ($3)"#,
        worker.uuid(),
        grant.uuid(),
        &digests,
    )
    .fetch_all(proposing.conn())
    .await?;
    let standing = rows.into_iter().map(|row| {
        let proposal = Proposal {
            id: row.id,
            state: ProposalState::of(row.accepted),
            proposed_at: row.proposed_at,
            decided_at: row.decided_at,
        };
        (row.digest, proposal)
    });
    Ok(standing.collect())
}

/// What the app proposed for the section under the grant, after `after`: what waits since `since` or
/// later, and what was decided.
pub(crate) async fn of_app(
    proposing: &mut Proposing,
    since: OffsetDateTime,
    after: Option<ProposalId>,
    limit: Limit,
) -> Result<Page<Proposal>, Fault> {
    let (worker, grant) = (proposing.worker(), proposing.grant());
    let (client, section) = (proposing.client_id().to_owned(), proposing.section());
    let rows = sqlx::query!(
        r#"SELECT proposal_id AS "id: ProposalId", proposed_at, decided_at, accepted
             FROM proposals
            WHERE worker_id = $1 AND client_id = $2 AND section = $3 AND grant_id = $4
              AND (decided_at IS NOT NULL OR proposed_at > $5)
              AND ($6::uuid IS NULL OR proposal_id > $6)
            ORDER BY proposal_id
            LIMIT $7"#,
        worker.uuid(),
        client,
        section.as_str(),
        grant.uuid(),
        since,
        after.map(ProposalId::uuid),
        limit.and_one(),
    )
    .fetch_all(proposing.conn())
    .await?;
    let proposals = rows.into_iter().map(|row| Proposal {
        id: row.id,
        state: ProposalState::of(row.accepted),
        proposed_at: row.proposed_at,
        decided_at: row.decided_at,
    });
    Ok(Page::cut(proposals.collect(), limit))
}

/// What waits for the worker since `since` or later under grants in force at `now`, oldest first. The
/// occupations are not named yet.
pub(crate) async fn waiting(
    access: &mut Access,
    now: OffsetDateTime,
    since: OffsetDateTime,
) -> Result<Sealed<Vec<Waiting>>, Fault> {
    let worker = access.worker();
    let rows = sqlx::query!(
        r#"SELECT p.proposal_id AS "id: ProposalId", p.section, p.client_id, p.proposed_at,
                  p.body AS "body!: Json<Box<RawValue>>"
             FROM proposals p JOIN grants g USING (worker_id, grant_id)
            WHERE p.worker_id = $1 AND p.decided_at IS NULL AND p.proposed_at > $3
              AND g.ended_at IS NULL AND g.expires_at > $2
            ORDER BY p.proposal_id"#,
        worker.uuid(),
        now,
        since,
    )
    .fetch_all(access.conn())
    .await?;
    let waiting = rows.into_iter().map(|row| {
        Ok(Waiting {
            id: row.id,
            section: section(row.id, &row.section)?,
            declared: declared(row.id, &row.body)?,
            occupation: None,
            client_id: row.client_id,
            proposed_at: row.proposed_at,
        })
    });
    let waiting = waiting.collect::<Result<Vec<_>, Fault>>()?;
    let ids = waiting.iter().map(|one| one.id.uuid().into()).collect();
    Ok(Sealed::new(waiting, ids))
}

/// Of what `waiting` tells, how much each app proposes.
pub(crate) async fn waiting_by_app(
    access: &mut Access,
    now: OffsetDateTime,
    since: OffsetDateTime,
) -> Result<Sealed<BTreeMap<String, usize>>, Fault> {
    let worker = access.worker();
    let rows = sqlx::query!(
        r#"SELECT p.client_id, count(*) AS "waiting!"
             FROM proposals p JOIN grants g USING (worker_id, grant_id)
            WHERE p.worker_id = $1 AND p.decided_at IS NULL AND p.proposed_at > $3
              AND g.ended_at IS NULL AND g.expires_at > $2
            GROUP BY p.client_id"#,
        worker.uuid(),
        now,
        since,
    )
    .fetch_all(access.conn())
    .await?;
    let counted = rows.into_iter().map(|row| {
        let waiting = usize::try_from(row.waiting).unwrap_or(usize::MAX);
        (row.client_id, waiting)
    });
    Ok(Sealed::new(counted.collect(), Vec::new()))
}

/// A proposal that is being decided.
pub(crate) struct Taken {
    pub(crate) section: Section,
    pub(crate) declared: Declared,
    pub(crate) client_id: String,
    pub(crate) grant: GrantId,
    pub(crate) version: i32,
}

/// Locks what waits as `id` since `since` or later, under a grant in force at `now`; nothing when it
/// does not.
pub(crate) async fn take(
    access: &mut Access,
    id: ProposalId,
    now: OffsetDateTime,
    since: OffsetDateTime,
) -> Result<Option<Taken>, Fault> {
    let worker = access.worker();
    let found = sqlx::query!(
        r#"SELECT p.section, p.client_id, p.grant_id AS "grant: GrantId", g.version,
                  p.body AS "body!: Json<Box<RawValue>>"
             FROM proposals p JOIN grants g USING (worker_id, grant_id)
            WHERE p.worker_id = $1 AND p.proposal_id = $2 AND p.decided_at IS NULL
              AND p.proposed_at > $3 AND g.ended_at IS NULL AND g.expires_at > $4
              FOR UPDATE OF p"#,
        worker.uuid(),
        id.uuid(),
        since,
        now,
    )
    .fetch_optional(access.conn())
    .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    Ok(Some(Taken {
        section: section(id, &found.section)?,
        declared: declared(id, &found.body)?,
        client_id: found.client_id,
        grant: found.grant,
        version: found.version,
    }))
}

/// Writes the decision on the proposal `id`, which no longer says what it said.
pub(crate) async fn settle(
    access: &mut Access,
    id: ProposalId,
    accepted: bool,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let worker = access.worker();
    sqlx::query!(
        "UPDATE proposals SET accepted = $3, decided_at = $4, body = NULL
          WHERE worker_id = $1 AND proposal_id = $2",
        worker.uuid(),
        id.uuid(),
        accepted,
        now,
    )
    .execute(access.conn())
    .await?;
    Ok(())
}

/// Deletes proposals of `until` or before on which nobody decided, whose ever they are.
pub(crate) async fn forget(conn: &mut Conn, until: OffsetDateTime) -> Result<(), Fault> {
    sqlx::query!("SELECT cpf_forget_proposals($1)", until)
        .execute(conn)
        .await?;
    Ok(())
}

fn section(id: ProposalId, stored: &str) -> Result<Section, Fault> {
    Section::parse(stored).ok_or_else(|| Fault::Corrupt(format!("section of proposal {id}")))
}

fn declared(id: ProposalId, body: &RawValue) -> Result<Declared, Fault> {
    serde_json::from_str(body.get())
        .map_err(|_shape| Fault::Corrupt(format!("body of proposal {id}")))
}
