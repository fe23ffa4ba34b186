//! The SQL of events and their deliveries.

use kernel::{Conn, EventId, Fault, GrantId, Limit, Page};
use time::OffsetDateTime;

use crate::{
    Attempt, Delivery, Event, Kind, Listed, Outcome,
    courier::{AT_ONCE_FOR_ONE, Due},
    webhook::store::WebhookRow,
};

/// The channel that calls the courier.
pub(crate) const CHANNEL: &str = "cpf_events";

/// Writes `event` into the outbox, in the transaction that causes it, which speaks for the worker of
/// the grant. Writers take turns, so that events become visible in the order of their positions:
/// who has seen one has seen all before it.
pub async fn record(conn: &mut Conn, event: &Event) -> Result<(), Fault> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('cpf_events'))")
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO events (client_id, event_id, kind, grant_id, grant_version, occurred_at,
                             next_attempt_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        event.client_id,
        event.id.uuid(),
        event.kind.as_str(),
        event.grant.uuid(),
        event.version,
        event.at,
    )
    .execute(&mut *conn)
    .await?;
    call(conn).await
}

/// Calls the courier of every node, on commit.
pub(crate) async fn call(conn: &mut Conn) -> Result<(), Fault> {
    sqlx::query!("SELECT pg_notify($1, '')", CHANNEL)
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes what is due at `now`, at most `most` and a few of each app, none of the `busy` ones; nobody
/// else takes it before `until`.
pub(crate) async fn take(
    conn: &mut Conn,
    busy: &[String],
    most: usize,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Vec<Due>, Fault> {
    let rows = sqlx::query!(
        r#"WITH due AS (
               SELECT w.client_id, e.position
                 FROM webhooks w
                CROSS JOIN LATERAL (
                      SELECT position, next_attempt_at FROM events
                       WHERE client_id = w.client_id AND next_attempt_at <= $3
                       ORDER BY next_attempt_at LIMIT $5 FOR UPDATE SKIP LOCKED) e
                WHERE w.verified_at IS NOT NULL AND w.client_id <> ALL($1)
                ORDER BY e.next_attempt_at LIMIT $2)
           UPDATE events e SET attempts = e.attempts + 1, next_attempt_at = $4
             FROM due JOIN webhooks w ON w.client_id = due.client_id
            WHERE e.client_id = due.client_id AND e.position = due.position
           RETURNING e.client_id, e.event_id AS "event_id: EventId", e.kind,
                     e.grant_id AS "grant_id: GrantId", e.grant_version, e.occurred_at,
                     e.attempts, w.url, w.generation, w.former_generation, w.former_until,
                     w.verified_at, w.gone_at"#,
        busy,
        i64::try_from(most).unwrap_or(i64::MAX),
        now,
        until,
        i64::try_from(AT_ONCE_FOR_ONE).unwrap_or(i64::MAX),
    )
    .fetch_all(conn)
    .await?;
    let due = rows.into_iter().map(|row| {
        let webhook = WebhookRow {
            url: row.url,
            generation: row.generation,
            former_generation: row.former_generation,
            former_until: row.former_until,
            verified_at: row.verified_at,
            gone_at: row.gone_at,
        };
        Ok(Due {
            event: Event {
                id: row.event_id,
                client_id: row.client_id,
                kind: kind(&row.kind)?,
                grant: row.grant_id,
                version: row.grant_version,
                at: row.occurred_at,
            },
            number: row.attempts,
            webhook: webhook.try_into()?,
        })
    });
    due.collect()
}

fn kind(name: &str) -> Result<Kind, Fault> {
    Kind::parse(name).ok_or_else(|| Fault::Corrupt("events.kind".into()))
}

pub(crate) async fn insert_attempt(
    conn: &mut Conn,
    event: &Event,
    attempt: &Attempt,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO delivery_attempts (client_id, event_id, number, attempted_at, status, failure,
                                        duration_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        event.client_id,
        event.id.uuid(),
        attempt.number,
        attempt.at,
        attempt
            .outcome
            .status()
            .and_then(|status| i16::try_from(status).ok()),
        attempt.outcome.failure(),
        i32::try_from(attempt.duration.as_millis()).unwrap_or(i32::MAX),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a try: delivered, to be tried again, or given up. One that was taken again by somebody else
/// meanwhile is theirs.
pub(crate) async fn end_try(
    conn: &mut Conn,
    event: &Event,
    attempt: &Attempt,
    again: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let delivered = attempt.outcome.is_taken().then_some(now);
    sqlx::query!(
        "UPDATE events SET next_attempt_at = $4, delivered_at = coalesce($5, delivered_at)
          WHERE client_id = $1 AND event_id = $2 AND attempts = $3",
        event.client_id,
        event.id.uuid(),
        attempt.number,
        again,
        delivered,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn drop_old(
    conn: &mut Conn,
    events_before: OffsetDateTime,
    attempts_before: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!("DELETE FROM events WHERE occurred_at < $1", events_before)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "DELETE FROM delivery_attempts WHERE attempted_at < $1",
        attempts_before
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct ListedRow {
    client_id: String,
    position: i64,
    event_id: EventId,
    kind: String,
    grant_id: GrantId,
    grant_version: i32,
    occurred_at: OffsetDateTime,
    attempts: i32,
    next_attempt_at: Option<OffsetDateTime>,
    delivered_at: Option<OffsetDateTime>,
}

impl TryFrom<ListedRow> for Listed {
    type Error = Fault;

    fn try_from(row: ListedRow) -> Result<Self, Fault> {
        let delivery = match (row.next_attempt_at, row.delivered_at) {
            (Some(not_before), _) => Delivery::Waiting { not_before },
            (None, Some(at)) => Delivery::Delivered { at },
            (None, None) => Delivery::GivenUp,
        };
        Ok(Self {
            event: Event {
                id: row.event_id,
                kind: kind(&row.kind)?,
                client_id: row.client_id,
                grant: row.grant_id,
                version: row.grant_version,
                at: row.occurred_at,
            },
            position: row.position,
            delivery,
            attempts: row.attempts,
        })
    }
}

pub(crate) async fn events(
    conn: &mut Conn,
    client: &str,
    since: Option<OffsetDateTime>,
    after: Option<i64>,
    limit: Limit,
) -> Result<Page<Listed>, Fault> {
    let rows = sqlx::query_as!(
        ListedRow,
        r#"SELECT client_id, position, event_id AS "event_id: EventId", kind,
                  grant_id AS "grant_id: GrantId", grant_version, occurred_at, attempts,
                  next_attempt_at, delivered_at
             FROM events
            WHERE client_id = $1 AND position > $2 AND ($3::timestamptz IS NULL OR occurred_at >= $3)
            ORDER BY position LIMIT $4"#,
        client,
        after.unwrap_or(0),
        since,
        limit.and_one(),
    )
    .fetch_all(conn)
    .await?;
    let listed: Result<Vec<_>, _> = rows.into_iter().map(Listed::try_from).collect();
    Ok(Page::cut(listed?, limit))
}

pub(crate) async fn event(
    conn: &mut Conn,
    client: &str,
    event: EventId,
) -> Result<Option<Listed>, Fault> {
    let row = sqlx::query_as!(
        ListedRow,
        r#"SELECT client_id, position, event_id AS "event_id: EventId", kind,
                  grant_id AS "grant_id: GrantId", grant_version, occurred_at, attempts,
                  next_attempt_at, delivered_at
             FROM events WHERE client_id = $1 AND event_id = $2"#,
        client,
        event.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(Listed::try_from).transpose()
}

pub(crate) async fn attempts(
    conn: &mut Conn,
    client: &str,
    event: EventId,
) -> Result<Vec<Attempt>, Fault> {
    let rows = sqlx::query!(
        "SELECT number, attempted_at, status, failure, duration_ms
           FROM delivery_attempts WHERE client_id = $1 AND event_id = $2
          ORDER BY number",
        client,
        event.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let attempts = rows.into_iter().map(|row| {
        let status = row.status.and_then(|status| u16::try_from(status).ok());
        let outcome = Outcome::parse(status, row.failure.as_deref());
        let millis = u64::try_from(row.duration_ms).unwrap_or_default();
        Ok(Attempt {
            number: row.number,
            at: row.attempted_at,
            outcome: outcome.ok_or_else(|| Fault::Corrupt("delivery_attempts.failure".into()))?,
            duration: std::time::Duration::from_millis(millis),
        })
    });
    attempts.collect()
}

pub(crate) async fn resend(
    conn: &mut Conn,
    client: &str,
    event: EventId,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE events SET next_attempt_at = $3 WHERE client_id = $1 AND event_id = $2",
        client,
        event.uuid(),
        now,
    )
    .execute(&mut *conn)
    .await?;
    call(conn).await
}
