//! The journal's SQL.

use kernel::{
    Conn, Digest, Entropy, EntryId, Fault, GrantId, Limit, LineId, MandateId, Page, WorkerId,
};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Action, Actor, Content, Kept, Line, OnBehalf, Salt, Under};

/// Appends `lines` in the caller's transaction, each with a salt out of `entropy`, and queues their
/// commitments for the log. One statement: neither goes without the other.
pub async fn append<'a>(
    conn: &mut Conn,
    entropy: &Entropy,
    lines: impl IntoIterator<Item = &'a Line>,
) -> Result<(), Fault> {
    let mut columns = Columns::default();
    for line in lines {
        columns.push(line, &Salt::from_bytes(entropy.bytes()));
    }
    sqlx::query!(
        r#"WITH written AS (
               INSERT INTO journal (worker_id, line_id, at, actor_kind, actor, action, section,
                                    grant_id, grant_version, purpose, entries, salt, leaf)
               SELECT worker_id, line_id, at, actor_kind, actor, action, section,
                      grant_id, grant_version, purpose, entries::uuid[], salt, leaf
                 FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[],
                             $6::text[], $7::text[], $8::uuid[], $9::int[], $10::text[],
                             $11::text[], $12::bytea[], $13::bytea[])
                   AS line (worker_id, line_id, at, actor_kind, actor, action, section,
                            grant_id, grant_version, purpose, entries, salt, leaf)
           )
           INSERT INTO journal_pending (leaf, at)
           SELECT * FROM unnest($13::bytea[], $3::timestamptz[])"#,
        &columns.worker,
        &columns.line,
        &columns.at,
        &columns.actor_kind,
        &columns.actor as &[Option<String>],
        &columns.action,
        &columns.section as &[Option<String>],
        &columns.grant as &[Option<Uuid>],
        &columns.version as &[Option<i32>],
        &columns.purpose as &[Option<String>],
        &columns.entries,
        &columns.salt,
        &columns.leaf,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The lines of `worker`, newest first, from `before` backwards.
pub async fn lines(
    conn: &mut Conn,
    worker: WorkerId,
    before: Option<LineId>,
    limit: Limit,
) -> Result<Page<Kept>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT worker_id AS "worker_id: WorkerId", line_id AS "line_id: LineId", at, actor_kind,
                  actor, action, section, grant_id AS "grant_id: GrantId", grant_version, purpose,
                  entries AS "entries: Vec<EntryId>", salt AS "salt: Digest",
                  leaf AS "leaf: Digest", l.index AS "index?"
             FROM journal LEFT JOIN journal_leaves l USING (leaf)
            WHERE worker_id = $1 AND ($2::uuid IS NULL OR line_id < $2)
            ORDER BY line_id DESC
            LIMIT $3"#,
        worker.uuid(),
        before.map(LineId::uuid),
        limit.and_one(),
    )
    .fetch_all(conn)
    .await?;
    let lines = rows.into_iter().map(Row::kept);
    Ok(Page::cut(lines.collect::<Result<_, _>>()?, limit))
}

/// The lines of `worker` that tell what was read under `grant`, newest first, from `before`
/// backwards.
pub async fn reads_under(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
    before: Option<LineId>,
    limit: Limit,
) -> Result<Page<Kept>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT worker_id AS "worker_id: WorkerId", line_id AS "line_id: LineId", at, actor_kind,
                  actor, action, section, grant_id AS "grant_id: GrantId", grant_version, purpose,
                  entries AS "entries: Vec<EntryId>", salt AS "salt: Digest",
                  leaf AS "leaf: Digest", l.index AS "index?"
             FROM journal LEFT JOIN journal_leaves l USING (leaf)
            WHERE worker_id = $1 AND grant_id = $2 AND action = 'read'
              AND ($3::uuid IS NULL OR line_id < $3)
            ORDER BY line_id DESC
            LIMIT $4"#,
        worker.uuid(),
        grant.uuid(),
        before.map(LineId::uuid),
        limit.and_one(),
    )
    .fetch_all(conn)
    .await?;
    let lines = rows.into_iter().map(Row::kept);
    Ok(Page::cut(lines.collect::<Result<_, _>>()?, limit))
}

/// Every worker's lines from after this one, at most `limit`: for who audits.
pub(crate) async fn lines_after(
    conn: &mut Conn,
    (worker, line): (WorkerId, LineId),
    limit: i64,
) -> Result<Vec<Kept>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT worker_id AS "worker_id: WorkerId", line_id AS "line_id: LineId", at, actor_kind,
                  actor, action, section, grant_id AS "grant_id: GrantId", grant_version, purpose,
                  entries AS "entries: Vec<EntryId>", salt AS "salt: Digest",
                  leaf AS "leaf: Digest", l.index AS "index?"
             FROM journal LEFT JOIN journal_leaves l USING (leaf)
            WHERE (worker_id, line_id) > ($1, $2)
            ORDER BY worker_id, line_id
            LIMIT $3"#,
        worker.uuid(),
        line.uuid(),
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::kept).collect()
}

/// Which of these commitments wait to be sealed: for who audits.
pub(crate) async fn waiting(conn: &mut Conn, leaves: &[Digest]) -> Result<Vec<Digest>, Fault> {
    let leaves: Vec<_> = leaves.iter().map(|leaf| leaf.as_bytes().to_vec()).collect();
    let found = sqlx::query_scalar!(
        r#"SELECT leaf AS "leaf: Digest" FROM journal_pending WHERE leaf = ANY($1)"#,
        &leaves,
    );
    Ok(found.fetch_all(conn).await?)
}

/// When each grant of `worker` was last read under, and how many times.
pub async fn last_read(
    conn: &mut Conn,
    worker: WorkerId,
) -> Result<Vec<(GrantId, OffsetDateTime, i64)>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT grant_id AS "grant_id!: GrantId", max(at) AS "at!", count(*) AS "reads!"
             FROM journal
            WHERE worker_id = $1 AND action = 'read' AND grant_id IS NOT NULL
            GROUP BY grant_id"#,
        worker.uuid(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.grant_id, row.at, row.reads))
        .collect())
}

/// When a counsellor last acted under each mandate of `worker`, and how many times.
pub async fn last_acts(
    conn: &mut Conn,
    worker: WorkerId,
) -> Result<Vec<(MandateId, OffsetDateTime, i64)>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT actor AS "actor!", max(at) AS "at!", count(*) AS "acts!"
             FROM journal
            WHERE worker_id = $1 AND actor_kind = 'agent'
            GROUP BY actor"#,
        worker.uuid(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let by = OnBehalf::parse(&row.actor);
            let by = by.ok_or_else(|| Fault::Corrupt("journal.actor of an agent".into()))?;
            Ok((by.mandate, row.at, row.acts))
        })
        .collect()
}

/// A line as stored, with its place in the log.
struct Row {
    worker_id: WorkerId,
    line_id: LineId,
    at: OffsetDateTime,
    actor_kind: String,
    actor: Option<String>,
    action: String,
    section: Option<String>,
    grant_id: Option<GrantId>,
    grant_version: Option<i32>,
    purpose: Option<String>,
    entries: Vec<EntryId>,
    salt: Digest,
    leaf: Digest,
    index: Option<i64>,
}

impl Row {
    fn kept(self) -> Result<Kept, Fault> {
        let corrupt = || Fault::Corrupt(format!("journal line {}", self.line_id));
        let line = Line {
            worker: self.worker_id,
            id: self.line_id,
            at: self.at,
            actor: Actor::parse(&self.actor_kind, self.actor).ok_or_else(corrupt)?,
            action: Action::parse(&self.action).ok_or_else(corrupt)?,
            section: self.section,
            under: match (self.grant_id, self.grant_version, self.purpose) {
                (Some(grant), Some(version), Some(purpose)) => Some(Under {
                    grant,
                    version,
                    purpose,
                }),
                _ => None,
            },
            entries: self.entries,
        };
        Ok(Kept {
            line,
            salt: Salt::from_bytes(*self.salt.as_bytes()),
            leaf: self.leaf,
            index: self.index.map(i64::unsigned_abs),
        })
    }
}

/// Lines, turned on their side for `unnest`.
#[derive(Default)]
struct Columns {
    worker: Vec<Uuid>,
    line: Vec<Uuid>,
    at: Vec<OffsetDateTime>,
    actor_kind: Vec<String>,
    actor: Vec<Option<String>>,
    action: Vec<String>,
    section: Vec<Option<String>>,
    grant: Vec<Option<Uuid>>,
    version: Vec<Option<i32>>,
    purpose: Vec<Option<String>>,
    // Array literals: `unnest` would flatten an array of arrays.
    entries: Vec<String>,
    salt: Vec<Vec<u8>>,
    leaf: Vec<Vec<u8>>,
}

impl Columns {
    fn push(&mut self, line: &Line, salt: &Salt) {
        let entries: Vec<_> = line.entries.iter().map(EntryId::to_string).collect();
        self.worker.push(line.worker.uuid());
        self.line.push(line.id.uuid());
        self.at.push(line.at);
        self.actor_kind.push(line.actor.kind().into());
        self.actor.push(line.actor.id());
        self.action.push(line.action.as_str().into());
        self.section.push(line.section.clone());
        self.grant
            .push(line.under.as_ref().map(|under| under.grant.uuid()));
        self.version
            .push(line.under.as_ref().map(|under| under.version));
        self.purpose
            .push(line.under.as_ref().map(|under| under.purpose.clone()));
        self.entries.push(format!("{{{}}}", entries.join(",")));
        self.salt.push(salt.as_bytes().to_vec());
        let leaf = Content::from(line).commit(salt);
        self.leaf.push(leaf.as_bytes().to_vec());
    }
}
