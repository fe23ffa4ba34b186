//! The SQL of used proofs.

use std::collections::HashSet;

use kernel::{Conn, Digest, Fault};
use time::OffsetDateTime;

/// Remembers proofs; answers those that are new. In the order of the digests, so that two nodes do
/// not wait for each other.
pub(super) async fn insert(
    conn: &mut Conn,
    proofs: &[(Digest, OffsetDateTime)],
) -> Result<HashSet<Digest>, Fault> {
    let digests: Vec<_> = proofs
        .iter()
        .map(|(digest, _)| digest.as_bytes().to_vec())
        .collect();
    let expire: Vec<_> = proofs.iter().map(|(_, expires_at)| *expires_at).collect();
    let new = sqlx::query_scalar!(
        r#"INSERT INTO used_proofs (proof_digest, expires_at)
           SELECT digest, expires_at FROM unnest($1::bytea[], $2::timestamptz[])
               AS used (digest, expires_at)
            ORDER BY digest
           ON CONFLICT DO NOTHING
           RETURNING proof_digest AS "digest: Digest""#,
        &digests,
        &expire,
    )
    .fetch_all(conn)
    .await?;
    Ok(new.into_iter().collect())
}

pub(super) async fn drop_late(conn: &mut Conn, now: OffsetDateTime) -> Result<(), Fault> {
    sqlx::query!("DELETE FROM used_proofs WHERE expires_at <= $1", now)
        .execute(conn)
        .await?;
    Ok(())
}
