//! Issuing: a receipt is written in the transaction of what it tells.

use kernel::{Conn, Fault, WorkerId};
use uuid::Uuid;

use super::{
    compose::Permitted,
    document::Document,
    store::{self, NewReceipt},
};
use crate::{Consent, Pending, grant::store::NewGrant};

impl Consent {
    /// Writes the first receipt of a grant to the app that asks.
    pub(crate) async fn issue_first(
        &self,
        conn: &mut Conn,
        new: &NewGrant<'_>,
        pending: &Pending,
    ) -> Result<(), Fault> {
        let permitted = Permitted {
            issuer: &self.issuer,
            id: new.grant.uuid(),
            subject: self.keys.pairwise_subject(new.worker, new.client_id),
            organisation: &pending.publisher,
            shown: new.shown,
            at: new.given_at,
        };
        let document = permitted.grant(&pending.app, new.terms);
        first(conn, new.worker, &document).await
    }
}

/// Writes the first receipt of a permission of `worker`.
pub(crate) async fn first(
    conn: &mut Conn,
    worker: WorkerId,
    document: &Document,
) -> Result<(), Fault> {
    write(conn, worker, document).await
}

/// Writes the receipt that `follow` makes of the latest one, in a transaction that holds the
/// permission. A permission that was given before there were receipts has none.
pub(crate) async fn next(
    conn: &mut Conn,
    worker: WorkerId,
    permission: Uuid,
    follow: impl FnOnce(Document) -> Document,
) -> Result<(), Fault> {
    let Some(latest) = store::latest(conn, worker, permission).await? else {
        return Ok(());
    };
    write(conn, worker, &follow(read(&latest)?)).await
}

async fn write(conn: &mut Conn, worker: WorkerId, document: &Document) -> Result<(), Fault> {
    let written = serde_json::to_string(document).map_err(|_unwritable| corrupt())?;
    let number = document.number.parse().map_err(|_number| corrupt())?;
    let new = NewReceipt {
        worker,
        permission: document.record.permission,
        number,
        document: &written,
    };
    // Both sides asking at once for what has come to its date write the same.
    store::insert(conn, &new).await?;
    Ok(())
}

/// The document that was written.
pub(super) fn read(document: &str) -> Result<Document, Fault> {
    serde_json::from_str(document).map_err(|_shape| corrupt())
}

fn corrupt() -> Fault {
    Fault::Corrupt("receipts.document".into())
}
