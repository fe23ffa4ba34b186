//! What a token stands for, told to the app that it was issued to (RFC 7662).

use std::collections::BTreeSet;

use kernel::{Confinement, Digest, Fault, GrantId, Secret, WorkerId};
use time::OffsetDateTime;

use super::{
    store::{self, RefreshRow},
    verify::{ConsentToken, TokenError},
};
use crate::{
    AuthenticatedApp, Consent, Field, Part, Right, Scope, Section, Terms, Thumbprint, grant,
};

/// What a live token stands for.
#[derive(Debug)]
pub struct Introspected {
    /// The worker, as this app knows her.
    pub subject: String,
    /// The grant behind it.
    pub grant: GrantId,
    /// What it opens now: the terms of its grant, less what appended blocks cut away. More than one
    /// when they leave different sections to different actions.
    pub terms: Vec<Terms>,
    /// Since when.
    pub issued_at: OffsetDateTime,
    /// Until when.
    pub expires_at: OffsetDateTime,
    /// The key of a consent token. A refresh token is bound to the app itself.
    pub key: Option<Thumbprint>,
}

/// A live token of the app that presents it.
pub(super) enum Own {
    Consent(ConsentToken),
    Refresh(RefreshRow),
}

impl Own {
    /// Whose record it is about, under which grant.
    pub(super) const fn about(&self) -> (WorkerId, GrantId) {
        match self {
            Self::Consent(token) => (token.worker, token.grant),
            Self::Refresh(row) => (row.worker, row.grant),
        }
    }
}

impl Consent {
    /// What `token` stands for; nothing when it is not a live token of `app`: one answer for all.
    pub async fn introspect(
        &self,
        app: &AuthenticatedApp,
        token: &Secret<String>,
    ) -> Result<Option<Introspected>, Fault> {
        let Some(own) = self.own_token(app, token).await? else {
            return Ok(None);
        };
        let (worker, grant) = own.about();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let row = grant::store::find(&mut tx, worker, grant).await?;
        tx.commit().await?;
        let active = row.filter(|row| row.state(self.clock.now()).is_active());
        let Some(row) = active else {
            return Ok(None);
        };
        let subject = self.keys.pairwise_subject(worker, &row.client_id);
        Ok(match own {
            Own::Refresh(token) => Some(Introspected {
                subject,
                grant,
                expires_at: row.terms.expires_at,
                terms: vec![row.terms],
                issued_at: token.created_at,
                key: None,
            }),
            Own::Consent(token) => {
                let terms = self.opened(&token, &row.terms)?;
                let lives = token.version == row.version && !terms.is_empty();
                lives.then_some(Introspected {
                    subject,
                    grant,
                    terms,
                    issued_at: token.issued_at,
                    expires_at: token.expires_at,
                    key: Some(token.key),
                })
            }
        })
    }

    /// The live token behind `presented`, when it was issued to `app`.
    pub(super) async fn own_token(
        &self,
        app: &AuthenticatedApp,
        presented: &Secret<String>,
    ) -> Result<Option<Own>, Fault> {
        let digest = Digest::of(presented.expose());
        match self.recognise(presented.expose(), digest) {
            Ok(token) => {
                let own = *token.client_id == *app.app().client_id;
                return Ok(own.then_some(Own::Consent(token)));
            }
            Err(TokenError::Fault(fault)) => return Err(fault),
            Err(TokenError::Undecided) => return Err(UNDECIDED),
            Err(_no_consent_token) => {}
        }
        let row = self.refresh_token(app, digest).await?;
        Ok(row.map(Own::Refresh))
    }

    /// The refresh token of this digest, when it was issued to `app`.
    pub(super) async fn refresh_token(
        &self,
        app: &AuthenticatedApp,
        digest: Digest,
    ) -> Result<Option<RefreshRow>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let row = store::refresh_token(&mut tx, digest).await?;
        tx.commit().await?;
        Ok(row.filter(|row| row.client_id == app.app().client_id))
    }

    /// What of `terms` the token opens now, by action.
    pub(super) fn opened(&self, token: &ConsentToken, terms: &Terms) -> Result<Vec<Terms>, Fault> {
        let mut opened = Vec::<Terms>::new();
        for right in &terms.actions {
            let mut parts = Vec::new();
            for (section, part) in terms.scope.parts() {
                let part = self.part_opened(token, section, *right, part)?;
                parts.extend(part.map(|part| (section, part)));
            }
            let scope: Scope = parts.into_iter().collect();
            if scope.parts().next().is_none() {
                continue;
            }
            match opened.iter_mut().find(|known| known.scope == scope) {
                Some(known) => {
                    known.actions.insert(*right);
                }
                None => opened.push(Terms {
                    actions: BTreeSet::from([*right]),
                    scope,
                    ..terms.clone()
                }),
            }
        }
        Ok(opened)
    }

    /// What of one section: all that was granted of it, or those fields that blocks let through.
    fn part_opened(
        &self,
        token: &ConsentToken,
        section: Section,
        right: Right,
        granted: &Part,
    ) -> Result<Option<Part>, Fault> {
        let allowed =
            |asked: Option<&BTreeSet<Field>>| match self.allows(token, section, right, asked) {
                Ok(part) => Ok(Some(part)),
                Err(TokenError::Fault(fault)) => Err(fault),
                Err(TokenError::Undecided) => Err(UNDECIDED),
                Err(_not_given) => Ok(None),
            };
        if let Some(part) = allowed(None)? {
            return Ok(Some(part));
        }
        let mut through = BTreeSet::new();
        for field in section
            .fields()
            .iter()
            .filter(|field| granted.gives(**field))
        {
            if allowed(Some(&BTreeSet::from([*field])))?.is_some() {
                through.insert(*field);
            }
        }
        if through.is_empty() {
            return Ok(None);
        }
        allowed(Some(&through))
    }
}

/// Whether the token lives is not known.
pub(super) const UNDECIDED: Fault = Fault::Unavailable("the evaluation of a token");
