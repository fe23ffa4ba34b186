//! The journal's SQL.

use kernel::{Conn, EntryId, Fault, GrantId, Limit, LineId, MandateId, Page, WorkerId};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Action, Actor, Line, OnBehalf, Under};

/// Appends `lines` in the caller's transaction.
pub async fn append<'a>(
    conn: &mut Conn,
    lines: impl IntoIterator<Item = &'a Line>,
) -> Result<(), Fault> {
    let mut columns = Columns::default();
    for line in lines {
        columns.push(line);
    }
    sqlx::query!(
        r#"INSERT INTO journal (worker_id, line_id, at, actor_kind, actor, action, section,
                                grant_id, grant_version, purpose, entries)
           SELECT worker_id, line_id, at, actor_kind, actor, action, section,
                  grant_id, grant_version, purpose, entries::uuid[]
             FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[],
                         $6::text[], $7::text[], $8::uuid[], $9::int[], $10::text[], $11::text[])
               AS line (worker_id, line_id, at, actor_kind, actor, action, section,
                        grant_id, grant_version, purpose, entries)"#,
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
) -> Result<Page<Line>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT line_id AS "line_id: LineId", at, actor_kind, actor, action, section,
                  grant_id AS "grant_id: GrantId", grant_version, purpose,
                  entries AS "entries: Vec<EntryId>"
             FROM journal
            WHERE worker_id = $1 AND ($2::uuid IS NULL OR line_id < $2)
            ORDER BY line_id DESC
            LIMIT $3"#,
        worker.uuid(),
        before.map(LineId::uuid),
        limit.and_one(),
    )
    .fetch_all(conn)
    .await?;
    let lines = rows.into_iter().map(|row| {
        let corrupt = || Fault::Corrupt(format!("journal line {}", row.line_id));
        Ok(Line {
            worker,
            id: row.line_id,
            at: row.at,
            actor: Actor::parse(&row.actor_kind, row.actor).ok_or_else(corrupt)?,
            action: Action::parse(&row.action).ok_or_else(corrupt)?,
            section: row.section,
            under: match (row.grant_id, row.grant_version, row.purpose) {
                (Some(grant), Some(version), Some(purpose)) => Some(Under {
                    grant,
                    version,
                    purpose,
                }),
                _ => None,
            },
            entries: row.entries,
        })
    });
    Ok(Page::cut(lines.collect::<Result<_, Fault>>()?, limit))
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
}

impl Columns {
    fn push(&mut self, line: &Line) {
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
    }
}
