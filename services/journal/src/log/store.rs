//! The SQL of the log.

use kernel::{Conn, Digest, Fault};
use time::OffsetDateTime;

use super::{
    note::Checkpoint,
    tree::{Node, Tiles, hashed},
};

/// Takes this transaction's turn at sealing; false while another has it.
pub(super) async fn take_turn(conn: &mut Conn) -> Result<bool, Fault> {
    let taken = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtext('cpf_journal')) AS "taken!""#
    );
    Ok(taken.fetch_one(conn).await?)
}

/// Takes at most `limit` commitments off the queue, which nobody else does meanwhile. Their order is
/// that of their digests: it tells nothing of the lines.
pub(super) async fn take_pending(conn: &mut Conn, limit: usize) -> Result<Vec<Digest>, Fault> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut taken = sqlx::query_scalar!(
        r#"DELETE FROM journal_pending
            WHERE ctid = ANY (ARRAY(SELECT ctid FROM journal_pending LIMIT $1))
        RETURNING leaf AS "leaf: Digest""#,
        limit,
    )
    .fetch_all(conn)
    .await?;
    taken.sort_unstable_by_key(|leaf| *leaf.as_bytes());
    Ok(taken)
}

/// When the line that has waited longest was written.
pub(super) async fn oldest_pending(conn: &mut Conn) -> Result<Option<OffsetDateTime>, Fault> {
    Ok(sqlx::query_scalar!("SELECT min(at) FROM journal_pending")
        .fetch_one(conn)
        .await?)
}

/// Appends `leaves` from index `first`, and the hashes of the tiles that they fill.
pub(super) async fn append(
    conn: &mut Conn,
    first: u64,
    leaves: &[Digest],
    nodes: &[Node],
) -> Result<(), Fault> {
    let leaves: Vec<_> = leaves.iter().map(|leaf| leaf.as_bytes().to_vec()).collect();
    sqlx::query!(
        "INSERT INTO journal_leaves (index, leaf)
         SELECT $1 + place - 1, leaf FROM unnest($2::bytea[]) WITH ORDINALITY AS l (leaf, place)",
        signed(first),
        &leaves,
    )
    .execute(&mut *conn)
    .await?;
    let (levels, positions, hashes) = columns(nodes);
    sqlx::query!(
        "INSERT INTO journal_nodes (level, position, hash)
         SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])",
        &levels,
        &positions,
        &hashes,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a signed head.
pub(super) async fn keep_checkpoint(
    conn: &mut Conn,
    head: &Checkpoint,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO journal_checkpoints (tree_size, note, signed_at) VALUES ($1, $2, $3)",
        signed(head.size),
        head.note,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The last signed head.
pub(super) async fn last_checkpoint(conn: &mut Conn) -> Result<Option<String>, Fault> {
    Ok(
        sqlx::query_scalar!("SELECT note FROM journal_checkpoints ORDER BY tree_size DESC LIMIT 1")
            .fetch_optional(conn)
            .await?,
    )
}

/// These tiles, each as far as it is filled.
pub(super) async fn tiles(
    conn: &mut Conn,
    tiles: impl IntoIterator<Item = (u8, u64)>,
) -> Result<Tiles, Fault> {
    let mut found = Tiles::default();
    let (lowest, above): (Vec<_>, Vec<_>) = tiles.into_iter().partition(|(level, _)| *level == 0);
    let numbers = lowest.iter().map(|(_, number)| *number);
    for (number, leaves) in leaves(&mut *conn, numbers).await? {
        found.0.insert((0, number), hashed(&leaves));
    }
    let levels: Vec<_> = above.iter().map(|(level, _)| i16::from(*level)).collect();
    let numbers: Vec<_> = above.iter().map(|(_, number)| signed(*number)).collect();
    let rows = sqlx::query!(
        r#"SELECT t.level AS "level!", t.number AS "number!",
                  string_agg(n.hash, ''::bytea ORDER BY n.position) AS "hashes!"
             FROM unnest($1::smallint[], $2::bigint[]) AS t (level, number)
             JOIN journal_nodes n ON n.level = t.level
                  AND n.position >= t.number << 8 AND n.position < (t.number + 1) << 8
            GROUP BY t.level, t.number"#,
        &levels,
        &numbers,
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let level = u8::try_from(row.level).unwrap_or(u8::MAX);
        found
            .0
            .insert((level, row.number.unsigned_abs()), row.hashes);
    }
    Ok(found)
}

/// The leaves of these tiles, one after the other, by the tile's number.
pub(super) async fn leaves(
    conn: &mut Conn,
    numbers: impl IntoIterator<Item = u64>,
) -> Result<Vec<(u64, Vec<u8>)>, Fault> {
    let numbers: Vec<_> = numbers.into_iter().map(signed).collect();
    let rows = sqlx::query!(
        r#"SELECT t.number AS "number!", string_agg(l.leaf, ''::bytea ORDER BY l.index) AS "leaves!"
             FROM unnest($1::bigint[]) AS t (number)
             JOIN journal_leaves l ON l.index >= t.number << 8 AND l.index < (t.number + 1) << 8
            GROUP BY t.number"#,
        &numbers,
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (row.number.unsigned_abs(), row.leaves))
        .collect())
}

/// Leaves from `index` on, at most `limit`.
pub(super) async fn leaves_from(
    conn: &mut Conn,
    index: u64,
    limit: i64,
) -> Result<Vec<(u64, Digest)>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT index, leaf AS "leaf: Digest" FROM journal_leaves
            WHERE index >= $1 ORDER BY index LIMIT $2"#,
        signed(index),
        limit,
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (row.index.unsigned_abs(), row.leaf))
        .collect())
}

/// Signed heads of trees larger than `size`, at most `limit`, the smallest first.
pub(super) async fn checkpoints_after(
    conn: &mut Conn,
    size: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>, Fault> {
    let rows = sqlx::query!(
        "SELECT tree_size, note FROM journal_checkpoints
          WHERE tree_size > $1 ORDER BY tree_size LIMIT $2",
        size,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.tree_size, row.note))
        .collect())
}

/// The first of `nodes` that is not stored as it should be.
pub(super) async fn missing_node(
    conn: &mut Conn,
    nodes: &[Node],
) -> Result<Option<(i16, i64)>, Fault> {
    let (levels, positions, hashes) = columns(nodes);
    let row = sqlx::query!(
        r#"SELECT n.level AS "level!", n.position AS "position!"
             FROM unnest($1::smallint[], $2::bigint[], $3::bytea[]) AS n (level, position, hash)
            WHERE NOT EXISTS (SELECT FROM journal_nodes j
                               WHERE (j.level, j.position, j.hash) = (n.level, n.position, n.hash))
            ORDER BY 1, 2 LIMIT 1"#,
        &levels,
        &positions,
        &hashes,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.level, row.position)))
}

/// Which of these indexes hold a leaf whose line was not erased.
pub(super) async fn not_erased(conn: &mut Conn, indexes: &[i64]) -> Result<Vec<u64>, Fault> {
    let kept = sqlx::query_scalar!(
        "SELECT index FROM journal_leaves l
          WHERE index = ANY($1) AND NOT EXISTS (SELECT FROM journal_erased e WHERE e.leaf = l.leaf)
          ORDER BY index",
        indexes,
    )
    .fetch_all(conn)
    .await?;
    Ok(kept.into_iter().map(i64::unsigned_abs).collect())
}

/// How many commitments wait, and how many of them are of no line and of none that was erased.
pub(super) async fn pending(conn: &mut Conn) -> Result<(i64, i64), Fault> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "all!", count(*) FILTER (
                  WHERE NOT EXISTS (SELECT FROM journal j WHERE j.leaf = p.leaf)
                    AND NOT EXISTS (SELECT FROM journal_erased e WHERE e.leaf = p.leaf)
                  ) AS "orphaned!"
             FROM journal_pending p"#
    )
    .fetch_one(conn)
    .await?;
    Ok((row.all, row.orphaned))
}

fn columns(nodes: &[Node]) -> (Vec<i16>, Vec<i64>, Vec<Vec<u8>>) {
    let levels = nodes.iter().map(|node| node.level.into());
    let positions = nodes.iter().map(|node| signed(node.position));
    let hashes = nodes.iter().map(|node| node.hash.0.to_vec());
    (levels.collect(), positions.collect(), hashes.collect())
}

/// A size or an index as PostgreSQL keeps it: the log never comes near the bound.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
