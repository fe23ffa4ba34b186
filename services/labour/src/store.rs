//! All SQL of the chapter. Every table is public: `Confinement::Open` reaches it.

use kernel::{Conn, Digest, Fault, Limit};
use time::OffsetDateTime;

use crate::{
    import_qualifications::{LinkRow, QualificationRow},
    model::{Appellation, Edition, Occupation, OccupationLabel, Qualification},
    rome::{AppellationRow, OccupationRow, SkillRow},
};

/// The channel on which a change of the reference is told to every node.
pub(crate) const CHANNEL: &str = "cpf_labour";

/// Lets one import at a time through, until the transaction ends.
pub(crate) async fn lock_imports(conn: &mut Conn) -> Result<(), Fault> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('cpf_labour.import'))")
        .execute(conn)
        .await?;
    Ok(())
}

/// Tells every node, once the transaction is committed.
pub(crate) async fn announce(conn: &mut Conn) -> Result<(), Fault> {
    sqlx::query!("SELECT pg_notify($1, '')", CHANNEL)
        .execute(conn)
        .await?;
    Ok(())
}

/// The edition in force.
pub(crate) async fn edition(conn: &mut Conn) -> Result<Option<Edition>, Fault> {
    Ok(sqlx::query_as!(
        Edition,
        r#"SELECT release, content_sha256 AS "content: Digest"
           FROM releases WHERE source = 'rome' AND in_force"#
    )
    .fetch_optional(conn)
    .await?)
}

/// Whether this very content is stored, in force or not.
pub(crate) async fn is_stored(conn: &mut Conn, edition: &Edition) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM releases
               WHERE source = 'rome' AND release = $1 AND content_sha256 = $2
           ) AS "stored!""#,
        edition.release,
        edition.content as Digest,
    )
    .fetch_one(conn)
    .await?)
}

/// Removes what a release held.
pub(crate) async fn clear(conn: &mut Conn, release: &str) -> Result<(), Fault> {
    sqlx::query!("DELETE FROM occupations WHERE release = $1", release)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("DELETE FROM appellations WHERE release = $1", release)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("DELETE FROM skills WHERE release = $1", release)
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds occupations to a release.
pub(crate) async fn add_occupations(
    conn: &mut Conn,
    release: &str,
    rows: &[OccupationRow],
) -> Result<(), Fault> {
    let codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    let parents: Vec<&str> = rows.iter().map(|row| row.parent_code.as_str()).collect();
    let transitions: Vec<Option<&str>> = rows.iter().map(|row| row.transition.as_deref()).collect();
    sqlx::query!(
        "INSERT INTO occupations (release, code, label, parent_code, transition)
         SELECT $1, * FROM UNNEST($2::text[], $3::text[], $4::text[], $5::text[])",
        release,
        &codes as &[&str],
        &labels as &[&str],
        &parents as &[&str],
        &transitions as &[Option<&str>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds job titles to a release.
pub(crate) async fn add_appellations(
    conn: &mut Conn,
    release: &str,
    rows: &[AppellationRow],
) -> Result<(), Fault> {
    let codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    let occupations: Vec<&str> = rows
        .iter()
        .map(|row| row.occupation_code.as_str())
        .collect();
    let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    let shorts: Vec<&str> = rows.iter().map(|row| row.short_label.as_str()).collect();
    sqlx::query!(
        "INSERT INTO appellations (release, code, occupation_code, label, short_label)
         SELECT $1, * FROM UNNEST($2::text[], $3::text[], $4::text[], $5::text[])",
        release,
        &codes as &[&str],
        &occupations as &[&str],
        &labels as &[&str],
        &shorts as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds skills to a release, numbered from `first` on.
pub(crate) async fn add_skills(
    conn: &mut Conn,
    release: &str,
    first: i32,
    rows: &[SkillRow],
) -> Result<(), Fault> {
    let column = |cell: fn(&SkillRow) -> &str| rows.iter().map(cell).collect::<Vec<&str>>();
    sqlx::query!(
        "INSERT INTO skills
             (release, position, label, category, macro_skill, objective, stake, domain)
         SELECT $1, $2 + ordinality::integer - 1,
                label, category, macro_skill, objective, stake, domain
         FROM UNNEST($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
              WITH ORDINALITY
              AS t (label, category, macro_skill, objective, stake, domain, ordinality)",
        release,
        first,
        &column(|row| &row.label) as &[&str],
        &column(|row| &row.category) as &[&str],
        &column(|row| &row.macro_skill) as &[&str],
        &column(|row| &row.objective) as &[&str],
        &column(|row| &row.stake) as &[&str],
        &column(|row| &row.domain) as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts an edition in force in the place of the one that was.
pub(crate) async fn put_in_force(
    conn: &mut Conn,
    edition: &Edition,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!("UPDATE releases SET in_force = false WHERE source = 'rome' AND in_force")
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO releases (source, release, content_sha256, imported_at, in_force)
         VALUES ('rome', $1, $2, $3, true)
         ON CONFLICT (source, release) DO UPDATE
         SET content_sha256 = excluded.content_sha256,
             imported_at = excluded.imported_at,
             in_force = true",
        edition.release,
        edition.content as Digest,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Each occupation in force with each of its titles.
pub(crate) async fn titles(conn: &mut Conn) -> Result<Vec<(OccupationLabel, String)>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT o.code, o.label, a.label AS "title?"
           FROM releases r
           JOIN occupations o ON o.release = r.release
           LEFT JOIN appellations a ON a.release = o.release AND a.occupation_code = o.code
           WHERE r.source = 'rome' AND r.in_force"#
    )
    .fetch_all(conn)
    .await?;
    let title = |row: Option<String>, label: &String| row.unwrap_or_else(|| label.clone());
    Ok(rows
        .into_iter()
        .map(|row| {
            let title = title(row.title, &row.label);
            (
                OccupationLabel {
                    code: row.code,
                    label: row.label,
                },
                title,
            )
        })
        .collect())
}

/// Every qualification, with the occupations in force that it leads to in the order of their codes.
pub(crate) async fn qualifications(conn: &mut Conn) -> Result<Vec<Qualification>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT q.code, q.label, q.level, o.code AS "occupation?", o.label AS "title?"
         FROM qualifications q
         LEFT JOIN releases r ON r.source = 'rome' AND r.in_force
         LEFT JOIN qualification_occupations l ON l.qualification_code = q.code
         LEFT JOIN occupations o ON o.release = r.release AND o.code = l.occupation_code
         ORDER BY q.code, o.code"#
    )
    .fetch_all(conn)
    .await?;
    let mut qualifications: Vec<Qualification> = Vec::new();
    for row in rows {
        if qualifications
            .last()
            .is_none_or(|last| last.code != row.code)
        {
            qualifications.push(Qualification {
                code: row.code,
                label: row.label,
                level: row.level,
                occupations: Vec::new(),
            });
        }
        if let (Some(last), Some(code), Some(label)) =
            (qualifications.last_mut(), row.occupation, row.title)
        {
            last.occupations.push(OccupationLabel { code, label });
        }
    }
    Ok(qualifications)
}

/// The occupation in force under `code`.
pub(crate) async fn occupation(conn: &mut Conn, code: &str) -> Result<Option<Occupation>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT o.code, o.label, o.parent_code, o.transition,
                  a.code AS "title_code?", a.label AS "title?", a.short_label AS "short_title?"
           FROM releases r
           JOIN occupations o ON o.release = r.release
           LEFT JOIN appellations a ON a.release = o.release AND a.occupation_code = o.code
           WHERE r.source = 'rome' AND r.in_force AND o.code = $1
           ORDER BY a.label, a.code"#,
        code,
    )
    .fetch_all(conn)
    .await?;
    let mut occupation: Option<Occupation> = None;
    for row in rows {
        let occupation = occupation.get_or_insert_with(|| Occupation {
            code: row.code,
            label: row.label,
            parent_code: row.parent_code,
            transition: row.transition,
            appellations: Vec::new(),
        });
        if let (Some(code), Some(label), Some(short_label)) =
            (row.title_code, row.title, row.short_title)
        {
            occupation.appellations.push(Appellation {
                code,
                label,
                short_label,
            });
        }
    }
    Ok(occupation)
}

/// The occupations in force whose code comes after `after`, one more than `limit`.
pub(crate) async fn occupations_after(
    conn: &mut Conn,
    after: &str,
    limit: Limit,
) -> Result<Vec<OccupationLabel>, Fault> {
    Ok(sqlx::query_as!(
        OccupationLabel,
        "SELECT o.code, o.label
         FROM releases r JOIN occupations o ON o.release = r.release
         WHERE r.source = 'rome' AND r.in_force AND o.code > $1
         ORDER BY o.code LIMIT $2",
        after,
        limit.and_one(),
    )
    .fetch_all(conn)
    .await?)
}

/// The qualification under `code`.
pub(crate) async fn qualification(
    conn: &mut Conn,
    code: &str,
) -> Result<Option<Qualification>, Fault> {
    let row = sqlx::query!(
        "SELECT code, label, level FROM qualifications WHERE code = $1",
        code
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let occupations = sqlx::query_as!(
        OccupationLabel,
        "SELECT o.code, o.label
         FROM qualification_occupations l
         JOIN releases r ON r.source = 'rome' AND r.in_force
         JOIN occupations o ON o.release = r.release AND o.code = l.occupation_code
         WHERE l.qualification_code = $1
         ORDER BY o.code",
        code,
    )
    .fetch_all(conn)
    .await?;
    Ok(Some(Qualification {
        code: row.code,
        label: row.label,
        level: row.level,
        occupations,
    }))
}

/// Which of `codes` are occupations in force.
pub(crate) async fn known_occupations(
    conn: &mut Conn,
    codes: &[&str],
) -> Result<Vec<String>, Fault> {
    Ok(sqlx::query_scalar!(
        "SELECT o.code FROM releases r JOIN occupations o ON o.release = r.release
         WHERE r.source = 'rome' AND r.in_force AND o.code = ANY($1::text[])",
        codes as &[&str],
    )
    .fetch_all(conn)
    .await?)
}

/// Adds or renews qualifications, and says how many changed.
pub(crate) async fn put_qualifications(
    conn: &mut Conn,
    rows: &[QualificationRow],
) -> Result<u64, Fault> {
    let codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    let levels: Vec<Option<i16>> = rows.iter().map(|row| row.level).collect();
    Ok(sqlx::query!(
        "INSERT INTO qualifications AS q (code, label, level)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::smallint[])
         ON CONFLICT (code) DO UPDATE SET label = excluded.label, level = excluded.level
         WHERE (q.label, q.level) IS DISTINCT FROM (excluded.label, excluded.level)",
        &codes as &[&str],
        &labels as &[&str],
        &levels as &[Option<i16>],
    )
    .execute(conn)
    .await?
    .rows_affected())
}

/// Makes `links` all that the qualifications of `rows` lead to, and says how many changed.
pub(crate) async fn put_links(
    conn: &mut Conn,
    rows: &[QualificationRow],
    links: &[LinkRow],
) -> Result<u64, Fault> {
    let codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    let from: Vec<&str> = links
        .iter()
        .map(|link| link.qualification.as_str())
        .collect();
    let to: Vec<&str> = links.iter().map(|link| link.occupation.as_str()).collect();
    let removed = sqlx::query!(
        "DELETE FROM qualification_occupations
         WHERE qualification_code = ANY($1::text[])
           AND (qualification_code, occupation_code) NOT IN
               (SELECT * FROM UNNEST($2::text[], $3::text[]))",
        &codes as &[&str],
        &from as &[&str],
        &to as &[&str],
    )
    .execute(&mut *conn)
    .await?;
    let added = sqlx::query!(
        "INSERT INTO qualification_occupations (qualification_code, occupation_code)
         SELECT * FROM UNNEST($1::text[], $2::text[])
         ON CONFLICT DO NOTHING",
        &from as &[&str],
        &to as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(removed.rows_affected() + added.rows_affected())
}
