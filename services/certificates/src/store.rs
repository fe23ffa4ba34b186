//! The SQL of certificates that wait for their worker.

use consent::{Access, Deposit};
use identity::Traits;
use kernel::{Digest, Fault, OrganisationId, WaitingId};
use serde_json::Value;
use time::OffsetDateTime;

/// A certificate whose worker has not signed in yet, to be sealed.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its id.
    pub id: WaitingId,
    /// The keyed digest of its holder's mandatory traits.
    pub match_key: Digest,
    /// Month of birth, where the deposit knows it.
    pub birth_month: Option<u8>,
    /// Day of birth, where the deposit knows it.
    pub birth_day: Option<u8>,
    /// INSEE code of the birthplace, where the deposit knows it.
    pub birthplace: Option<String>,
    /// The certificate.
    pub body: Value,
}

/// Seals `waiting`: only a sign-in with the same traits opens it.
pub async fn seal(
    deposit: &mut Deposit,
    waiting: &[Waiting],
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let keys: Vec<_> = waiting
        .iter()
        .map(|one| one.match_key.as_bytes().to_vec())
        .collect();
    let ids: Vec<_> = waiting.iter().map(|one| one.id.uuid()).collect();
    let months: Vec<_> = waiting
        .iter()
        .map(|one| one.birth_month.map(i16::from))
        .collect();
    let days: Vec<_> = waiting
        .iter()
        .map(|one| one.birth_day.map(i16::from))
        .collect();
    let places: Vec<_> = waiting.iter().map(|one| one.birthplace.clone()).collect();
    let bodies: Vec<_> = waiting.iter().map(|one| one.body.clone()).collect();
    let organisation = deposit.organisation();
    sqlx::query!(
        "INSERT INTO waiting_certificates (match_key, waiting_id, birth_month, birth_day,
                                           birthplace, organisation_id, body, received_at)
         SELECT match_key, waiting_id, birth_month, birth_day, birthplace, $7, body, $8
           FROM unnest($1::bytea[], $2::uuid[], $3::smallint[], $4::smallint[], $5::text[],
                       $6::jsonb[])
             AS sealed (match_key, waiting_id, birth_month, birth_day, birthplace, body)",
        &keys,
        &ids,
        &months as &[Option<i16>],
        &days as &[Option<i16>],
        &places as &[Option<String>],
        &bodies as &[Value],
        organisation.uuid(),
        now,
    )
    .execute(deposit.conn())
    .await?;
    Ok(())
}

pub(crate) struct Opened {
    pub(crate) id: WaitingId,
    birth_month: Option<i16>,
    birth_day: Option<i16>,
    birthplace: Option<String>,
    pub(crate) organisation: OrganisationId,
    pub(crate) body: Value,
}

impl Opened {
    /// Whether a trait known on both sides differs: another person of the same name and year.
    pub(crate) fn contradicts(&self, traits: &Traits) -> bool {
        let differ = |ours: Option<i16>, hers: Option<u8>| matches!((ours, hers), (Some(ours), Some(hers)) if ours != i16::from(hers));
        differ(self.birth_month, traits.birth_date.month())
            || differ(self.birth_day, traits.birth_date.day())
            || matches!((&self.birthplace, &traits.birthplace), (Some(a), Some(b)) if a != b)
    }
}

/// What waits under `key`.
pub(crate) async fn waiting(access: &mut Access, key: Digest) -> Result<Vec<Opened>, Fault> {
    Ok(sqlx::query_as!(
        Opened,
        r#"SELECT waiting_id AS "id: WaitingId", birth_month, birth_day, birthplace,
                  organisation_id AS "organisation: OrganisationId", body
             FROM waiting_certificates WHERE match_key = $1
            ORDER BY waiting_id"#,
        key.as_bytes(),
    )
    .fetch_all(access.conn())
    .await?)
}

/// Takes one from among those that wait; says whether it still did.
pub(crate) async fn unseal(
    access: &mut Access,
    key: Digest,
    waiting: WaitingId,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "DELETE FROM waiting_certificates WHERE match_key = $1 AND waiting_id = $2",
        key.as_bytes(),
        waiting.uuid(),
    )
    .execute(access.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
