//! The SQL of webhooks.

use kernel::{Conn, Fault};
use time::OffsetDateTime;

use crate::{Webhook, store};

pub(crate) struct WebhookRow {
    pub(crate) url: String,
    pub(crate) generation: i32,
    pub(crate) former_generation: Option<i32>,
    pub(crate) former_until: Option<OffsetDateTime>,
    pub(crate) verified_at: Option<OffsetDateTime>,
    pub(crate) gone_at: Option<OffsetDateTime>,
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = Fault;

    fn try_from(row: WebhookRow) -> Result<Self, Fault> {
        let corrupt = |_range| Fault::Corrupt("webhooks.generation".into());
        let former = row.former_generation.map(u16::try_from).transpose();
        Ok(Self {
            url: row.url,
            verified_at: row.verified_at,
            gone_at: row.gone_at,
            former_until: row.former_until,
            generation: row.generation.try_into().map_err(corrupt)?,
            former_generation: former.map_err(corrupt)?,
        })
    }
}

/// The webhook of `client`.
pub(crate) async fn find(conn: &mut Conn, client: &str) -> Result<Option<Webhook>, Fault> {
    let row = sqlx::query_as!(
        WebhookRow,
        "SELECT url, generation, former_generation, former_until, verified_at, gone_at
           FROM webhooks WHERE client_id = $1",
        client,
    )
    .fetch_optional(conn)
    .await?;
    row.map(Webhook::try_from).transpose()
}

/// Puts a webhook in place; says whether it is the first.
pub(crate) async fn put(conn: &mut Conn, client: &str, url: &str) -> Result<bool, Fault> {
    let inserted = sqlx::query!(
        "INSERT INTO webhooks (client_id, url, generation) VALUES ($1, $2, 1)
         ON CONFLICT DO NOTHING",
        client,
        url,
    )
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(true);
    }
    sqlx::query!(
        "UPDATE webhooks SET url = $2, verified_at = NULL, gone_at = NULL
          WHERE client_id = $1 AND url <> $2",
        client,
        url,
    )
    .execute(conn)
    .await?;
    Ok(false)
}

/// Keeps the next secret; says whether nobody else did so first.
pub(crate) async fn rotate(
    conn: &mut Conn,
    client: &str,
    before: u16,
    rotated: &Webhook,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE webhooks SET generation = $3, former_generation = $4, former_until = $5
          WHERE client_id = $1 AND generation = $2",
        client,
        i32::from(before),
        i32::from(rotated.generation),
        rotated.former_generation.map(i32::from),
        rotated.former_until,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Marks the webhook as answering, if it still has this address, and calls the courier.
pub(crate) async fn verify(
    conn: &mut Conn,
    client: &str,
    url: &str,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE webhooks SET verified_at = coalesce(verified_at, $3), gone_at = NULL
          WHERE client_id = $1 AND url = $2",
        client,
        url,
        now,
    )
    .execute(&mut *conn)
    .await?;
    store::call(conn).await
}

/// Marks the webhook as gone, if it still has this address.
pub(crate) async fn give_up(
    conn: &mut Conn,
    client: &str,
    url: &str,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE webhooks SET verified_at = NULL, gone_at = $3 WHERE client_id = $1 AND url = $2",
        client,
        url,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
