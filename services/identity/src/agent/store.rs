//! The SQL of agents and their sessions.

use kernel::{AgentId, Conn, Digest, Fault};
use time::OffsetDateTime;

use super::Agent;
use crate::pro_connect::Acting;

/// The agent `id`.
pub async fn agent(conn: &mut Conn, id: AgentId) -> Result<Option<Agent>, Fault> {
    Ok(sqlx::query_as!(
        Agent,
        r#"SELECT agent_id AS "id: AgentId", given_name, usual_name, siret
             FROM agents WHERE agent_id = $1"#,
        id.uuid(),
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn agent_of(conn: &mut Conn, subject: Digest) -> Result<Option<AgentId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"SELECT agent_id AS "agent: AgentId" FROM agents WHERE subject_digest = $1"#,
        subject.as_bytes(),
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn insert_agent(
    conn: &mut Conn,
    agent: AgentId,
    subject: Digest,
    acting: &Acting,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO agents (agent_id, subject_digest, siret, given_name, usual_name, first_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        agent.uuid(),
        subject.as_bytes(),
        acting.siret,
        acting.given_name,
        acting.usual_name,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down the names that the provider vouches for today.
pub(super) async fn put_names(
    conn: &mut Conn,
    agent: AgentId,
    acting: &Acting,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE agents SET given_name = $2, usual_name = $3 WHERE agent_id = $1",
        agent.uuid(),
        acting.given_name,
        acting.usual_name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn insert_session(
    conn: &mut Conn,
    agent: AgentId,
    session: Digest,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO agent_sessions (session_digest, agent_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
        session.as_bytes(),
        agent.uuid(),
        created_at,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn session(
    conn: &mut Conn,
    session: Digest,
) -> Result<Option<(AgentId, OffsetDateTime)>, Fault> {
    let row = sqlx::query!(
        r#"SELECT agent_id AS "agent: AgentId", expires_at
             FROM agent_sessions WHERE session_digest = $1"#,
        session.as_bytes(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.agent, row.expires_at)))
}

pub(super) async fn end_session(
    conn: &mut Conn,
    agent: AgentId,
    session: Digest,
) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM agent_sessions WHERE agent_id = $1 AND session_digest = $2",
        agent.uuid(),
        session.as_bytes(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn drop_ended_sessions(
    conn: &mut Conn,
    agent: AgentId,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "DELETE FROM agent_sessions WHERE agent_id = $1 AND expires_at <= $2",
        agent.uuid(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
