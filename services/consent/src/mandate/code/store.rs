//! The SQL of invitations, meetings and tries.

use kernel::{AgentId, Conn, Digest, Fault, InvitationId, MandateId, WorkerId};
use time::OffsetDateTime;

pub(super) async fn put_invitation(
    conn: &mut Conn,
    agent: AgentId,
    invitation: InvitationId,
    code: Digest,
    expires_at: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO mandate_invitations (agent_id, invitation_id, code_digest, expires_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (agent_id) DO UPDATE
            SET invitation_id = excluded.invitation_id, code_digest = excluded.code_digest,
                expires_at = excluded.expires_at",
        agent.uuid(),
        invitation.uuid(),
        code.as_bytes(),
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn invitation_of(
    conn: &mut Conn,
    agent: AgentId,
) -> Result<Option<(InvitationId, OffsetDateTime)>, Fault> {
    let row = sqlx::query!(
        r#"SELECT invitation_id AS "invitation: InvitationId", expires_at
             FROM mandate_invitations WHERE agent_id = $1"#,
        agent.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.invitation, row.expires_at)))
}

/// Who invites by `code`, and until when.
pub(super) async fn inviting(
    conn: &mut Conn,
    code: Digest,
) -> Result<Option<(AgentId, OffsetDateTime)>, Fault> {
    let row = sqlx::query!(
        r#"SELECT agent_id AS "agent: AgentId", expires_at
             FROM mandate_invitations WHERE code_digest = $1"#,
        code.as_bytes(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.agent, row.expires_at)))
}

pub(super) struct MeetingRow {
    pub(super) mandate: MandateId,
    pub(super) expires_at: OffsetDateTime,
    pub(super) agent: Option<AgentId>,
}

pub(super) async fn put_meeting(
    conn: &mut Conn,
    worker: WorkerId,
    mandate: MandateId,
    code: Digest,
    expires_at: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO mandate_meetings (worker_id, mandate_id, code_digest, expires_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (worker_id) DO UPDATE
            SET mandate_id = excluded.mandate_id, code_digest = excluded.code_digest,
                expires_at = excluded.expires_at, agent_id = NULL",
        worker.uuid(),
        mandate.uuid(),
        code.as_bytes(),
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn meeting_of(
    conn: &mut Conn,
    worker: WorkerId,
) -> Result<Option<MeetingRow>, Fault> {
    Ok(sqlx::query_as!(
        MeetingRow,
        r#"SELECT mandate_id AS "mandate: MandateId", expires_at, agent_id AS "agent: AgentId"
             FROM mandate_meetings WHERE worker_id = $1"#,
        worker.uuid(),
    )
    .fetch_optional(conn)
    .await?)
}

/// Whose meeting it is that `code` leads to.
pub(super) async fn meeting_under(
    conn: &mut Conn,
    code: Digest,
) -> Result<Option<WorkerId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"SELECT worker_id AS "worker: WorkerId" FROM mandate_meetings WHERE code_digest = $1"#,
        code.as_bytes(),
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes down that `agent` typed the code; says whether nobody had, in time.
pub(super) async fn join(
    conn: &mut Conn,
    worker: WorkerId,
    code: Digest,
    agent: AgentId,
    now: OffsetDateTime,
    expires_at: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE mandate_meetings SET agent_id = $3, expires_at = $5
          WHERE worker_id = $1 AND code_digest = $2 AND agent_id IS NULL AND expires_at > $4",
        worker.uuid(),
        code.as_bytes(),
        agent.uuid(),
        now,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the meeting with `agent`; says whether it was still under way.
pub(in crate::mandate) async fn take_meeting(
    conn: &mut Conn,
    worker: WorkerId,
    mandate: MandateId,
    agent: AgentId,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "DELETE FROM mandate_meetings
          WHERE worker_id = $1 AND mandate_id = $2 AND agent_id = $3",
        worker.uuid(),
        mandate.uuid(),
        agent.uuid(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn leave_meeting(conn: &mut Conn, worker: WorkerId) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM mandate_meetings WHERE worker_id = $1",
        worker.uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts a try of `guesser`; answers how many there were since `oldest`, this one included.
pub(super) async fn count_try(
    conn: &mut Conn,
    guesser: Digest,
    now: OffsetDateTime,
    oldest: OffsetDateTime,
) -> Result<i32, Fault> {
    Ok(sqlx::query_scalar!(
        "INSERT INTO code_tries AS known (guesser_digest, since, tries) VALUES ($1, $2, 1)
         ON CONFLICT (guesser_digest) DO UPDATE
            SET since = CASE WHEN known.since > $3 THEN known.since ELSE excluded.since END,
                tries = CASE WHEN known.since > $3 THEN known.tries + 1 ELSE 1 END
         RETURNING tries",
        guesser.as_bytes(),
        now,
        oldest,
    )
    .fetch_one(conn)
    .await?)
}

pub(super) async fn uncount_try(conn: &mut Conn, guesser: Digest) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE code_tries SET tries = tries - 1 WHERE guesser_digest = $1",
        guesser.as_bytes(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
