//! Switching an app off and on, and what tells a new app from a known one.

use kernel::{Confinement, Conn, Entropy, Fault};
use time::OffsetDateTime;

use crate::{Catalogue, store};

/// In how many rows the grants of an app are counted, so that grants given at once do not wait for
/// each other.
const SHARDS: u8 = 16;

/// How long an app is known, and by how many: what the consent page warns by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Since when it is registered.
    pub registered_at: OffsetDateTime,
    /// How many grants it was ever given, rounded down to its first digit: 0 below 10, then 10, 20…
    /// 90, 100, 200… It tells how well an app is known, and not what happened today.
    pub grants: u64,
}

impl Catalogue {
    /// How well the app registered as `client_id` is known.
    pub async fn usage(&self, client_id: &str) -> Result<Option<Usage>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let usage = store::usage(&mut tx, client_id).await?;
        tx.commit().await?;
        Ok(usage.map(|(registered_at, grants)| Usage {
            registered_at,
            grants: rounded(grants.unsigned_abs()),
        }))
    }
}

/// Switches the app off or on, in the transaction that tells every node. False when it is so already,
/// or there is none, or it is gone for good.
pub async fn switch(conn: &mut Conn, client_id: &str, enabled: bool) -> Result<bool, Fault> {
    store::switch(conn, client_id, enabled).await
}

/// Counts a grant that `client_id` is given, in the transaction that gives it.
pub async fn count_grant(conn: &mut Conn, client_id: &str, entropy: &Entropy) -> Result<(), Fault> {
    let [byte] = entropy.bytes::<1>();
    store::count_grant(conn, client_id, i16::from(byte % SHARDS)).await
}

/// `count` with nothing but its first digit.
fn rounded(count: u64) -> u64 {
    let unit = 10_u64.pow(count.checked_ilog10().unwrap_or_default());
    if count < 10 { 0 } else { count / unit * unit }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn a_count_keeps_its_first_digit() {
        for (count, told) in [
            (0, 0),
            (9, 0),
            (10, 10),
            (19, 10),
            (99, 90),
            (100, 100),
            (12_345, 10_000),
            (u64::MAX, 10_000_000_000_000_000_000),
        ] {
            assert_eq!(rounded(count), told, "{count}");
        }
    }
}
