//! The chapter's SQL.

use std::collections::BTreeMap;

use kernel::{Conn, Fault};

use crate::{Generation, Purpose, Schedule};

/// Waits until nobody else changes the schedule, until the transaction ends.
pub(crate) async fn take_turns(conn: &mut Conn) -> Result<(), Fault> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('cpf_signing_keys'))")
        .execute(conn)
        .await?;
    Ok(())
}

/// The schedule of each purpose that this version knows.
pub(crate) async fn schedules(conn: &mut Conn) -> Result<Vec<Schedule>, Fault> {
    let rows = sqlx::query!(
        "SELECT purpose, generation, published_at, signs_from, retired_at FROM signing_keys"
    )
    .fetch_all(conn)
    .await?;
    let mut purposes: BTreeMap<Purpose, Vec<Generation>> = BTreeMap::new();
    for row in rows {
        // Another version of the platform may sign for more purposes: an earlier one listed the
        // journal's.
        let Some(purpose) = Purpose::parse(&row.purpose) else {
            continue;
        };
        let number = u16::try_from(row.generation)
            .map_err(|_range| Fault::Corrupt(format!("generation of {}", row.purpose)))?;
        purposes.entry(purpose).or_default().push(Generation {
            number,
            published_at: row.published_at,
            signs_from: row.signs_from,
            retired_at: row.retired_at,
        });
    }
    let schedules = purposes.into_iter();
    Ok(schedules
        .map(|(purpose, generations)| Schedule::new(purpose, generations))
        .collect())
}

/// Writes a new generation, or the new times of a known one.
pub(crate) async fn put(
    conn: &mut Conn,
    purpose: Purpose,
    generation: &Generation,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO signing_keys (purpose, generation, published_at, signs_from, retired_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (purpose, generation) DO UPDATE
            SET signs_from = excluded.signs_from, retired_at = excluded.retired_at",
        purpose.as_str(),
        i32::from(generation.number),
        generation.published_at,
        generation.signs_from,
        generation.retired_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}
