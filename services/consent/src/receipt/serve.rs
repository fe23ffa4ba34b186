//! Giving receipts out: to the worker, to the app that holds the grant, and to the counsellor.

use identity::Session;
use jsonwebtoken::decode_header;
use kernel::{Confinement, Conn, Fault, GrantId, WorkerId};
use serde_json::value::RawValue;
use signing::Purpose;
use uuid::Uuid;

use super::{TYPE, document::Document, issue, store};
use crate::{AuthenticatedApp, Consent, grant};

/// A receipt, as it is given out.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Its number.
    pub number: i32,
    /// What it says.
    pub document: Document,
    /// The document, signed: a JWS in compact form (RFC 7515 §7.1).
    pub signed: String,
}

impl Consent {
    /// Which receipts the worker of `session` has, by grant or mandate and number.
    pub async fn receipts(&self, session: &Session) -> Result<Vec<(Uuid, i32)>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let numbers = store::numbers(&mut tx, worker).await?;
        tx.commit().await?;
        Ok(numbers)
    }

    /// A receipt of a grant of the worker of `session`, and the texts she was shown.
    pub async fn own_receipt(
        &self,
        session: &Session,
        grant: GrantId,
        number: i32,
    ) -> Result<Option<(Receipt, Vec<String>)>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let found = self.signed(&mut tx, worker, grant.uuid(), Some(number));
        let Some(receipt) = found.await? else {
            return Ok(None);
        };
        let version = receipt.document.record.version;
        let shown = grant::store::shown(&mut tx, worker, grant, version).await?;
        tx.commit().await?;
        Ok(Some((receipt, shown.texts)))
    }

    /// A receipt of a grant that `app` holds or held: that of this number, or the latest.
    pub async fn receipt_for(
        &self,
        app: &AuthenticatedApp,
        grant: GrantId,
        number: Option<i32>,
    ) -> Result<Option<Receipt>, Fault> {
        let Some(worker) = self.holder(app, grant).await? else {
            return Ok(None);
        };
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let receipt = self.signed(&mut tx, worker, grant.uuid(), number).await?;
        tx.commit().await?;
        Ok(receipt)
    }

    /// The receipt as it was signed, or is signed now.
    pub(crate) async fn signed(
        &self,
        conn: &mut Conn,
        worker: WorkerId,
        permission: Uuid,
        number: Option<i32>,
    ) -> Result<Option<Receipt>, Fault> {
        let Some(kept) = store::find(conn, worker, permission, number).await? else {
            return Ok(None);
        };
        let number = kept.number;
        let signed = match kept.signed {
            Some(signed) if self.believes(&signed)? => signed,
            _ => {
                let document = RawValue::from_string(kept.document.clone());
                let document = document.map_err(|_shape| Fault::Corrupt("receipts".into()))?;
                let signed = self.tokens.signing().sign_jwt(TYPE, &document)?;
                store::sign(conn, worker, permission, number, &signed).await?;
                signed
            }
        };
        Ok(Some(Receipt {
            number,
            document: issue::read(&kept.document)?,
            signed,
        }))
    }

    /// Whether what the key behind `signed` signed is believed.
    fn believes(&self, signed: &str) -> Result<bool, Fault> {
        let kid = decode_header(signed).ok().and_then(|header| header.kid);
        let published = self.tokens.signing().published(Purpose::Jwt)?;
        Ok(published
            .iter()
            .any(|key| kid.as_deref() == Some(key.kid())))
    }
}
