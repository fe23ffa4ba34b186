//! Tokens by which an app manages its grants (Grant Management for OAuth 2.0, draft 03, §6.1). They name
//! the app and what it may do, no worker and no grant, and open no record.

use std::{collections::BTreeSet, time::SystemTime};

use biscuit_auth::{
    Biscuit,
    macros::{authorizer, biscuit, fact, rule},
};
use kernel::{Digest, Fault, Secret};
use time::OffsetDateTime;

use super::{
    LIFETIME,
    decode::{generation, one, raw},
    guard,
    mint::broken,
    verify::{authorizer_of, refused},
};
use crate::{
    AuthenticatedApp, Consent, DpopError, ManagementScope, Presented, Proof, Thumbprint, TokenError,
};

/// A token for managing grants.
#[derive(Debug)]
pub struct ManagementToken {
    /// The token.
    pub access_token: Secret<String>,
    /// For how many seconds.
    pub expires_in: u64,
}

/// An app that may manage its grants, and how.
#[derive(Debug)]
pub struct Manager {
    /// The app.
    pub app: AuthenticatedApp,
    scopes: BTreeSet<ManagementScope>,
}

impl Manager {
    /// Whether its token was given for this.
    pub fn may(&self, scope: ManagementScope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// What a live management token stands for.
#[derive(Debug)]
pub struct Managing {
    client_id: String,
    generation: u16,
    /// What it may do.
    pub scopes: BTreeSet<ManagementScope>,
    /// Since when.
    pub issued_at: OffsetDateTime,
    /// Until when.
    pub expires_at: OffsetDateTime,
    /// The key without which it opens nothing.
    pub key: Thumbprint,
}

impl Consent {
    /// What management tokens are for: the address below which grants are managed.
    pub fn management_audience(&self) -> String {
        format!("{}/oauth/grants", self.issuer)
    }

    /// A token for `app` to manage its grants, bound to the key that `proof` proves.
    pub async fn issue_management_token(
        &self,
        app: &AuthenticatedApp,
        scopes: &BTreeSet<ManagementScope>,
        proof: Proof,
    ) -> Result<ManagementToken, DpopError> {
        let key = self.use_proof(proof).await?;
        let now = self.clock.now();
        let (issued, expires) = (SystemTime::from(now), SystemTime::from(now + LIFETIME));
        let token_id = self.entropy.token().into_exposed();
        let mut builder = biscuit!(
            "client({client});
             token({token_id});
             issued({issued});
             expires({expires});
             cnf({key});
             check if time($time), $time < {expires};
             check if audience({audience});
             check if dpop_jkt({key});",
            client = app.app().client_id.as_str(),
            audience = self.management_audience(),
            key = key.to_string(),
        );
        for scope in scopes {
            let scope = scope.as_str();
            builder = builder.fact(fact!("scope({scope})")).map_err(broken)?;
        }
        let token = self.tokens.signed(builder)?.to_base64().map_err(broken)?;
        Ok(ManagementToken {
            access_token: Secret::new(token),
            expires_in: LIFETIME.whole_seconds().unsigned_abs(),
        })
    }

    /// Verifies a management token and the proof that came with it.
    pub async fn manager(&self, presented: &Presented<'_>) -> Result<Manager, TokenError> {
        let digest = Digest::of(presented.token);
        let token = self.managing(presented.token)?;
        let proof = self.proof(presented.proof, &presented.request, Some(digest))?;
        if proof.key != token.key {
            return Err(TokenError::OtherKey);
        }
        self.use_proof(proof).await?;
        let app = self.app_called(&token.client_id).await?;
        Ok(Manager {
            app: app.ok_or(TokenError::Invalid)?,
            scopes: token.scopes,
        })
    }

    /// The live management token behind `presented`, when it was issued to `app`.
    pub fn managing_of(
        &self,
        app: &AuthenticatedApp,
        presented: &str,
    ) -> Result<Option<Managing>, Fault> {
        match self.managing(presented) {
            Ok(token) => Ok((token.client_id == app.app().client_id).then_some(token)),
            Err(TokenError::Fault(fault)) => Err(fault),
            Err(TokenError::Undecided) => Err(Fault::Unavailable("the evaluation of a token")),
            Err(_dead_or_none) => Ok(None),
        }
    }

    fn managing(&self, presented: &str) -> Result<Managing, TokenError> {
        if !self.tokens.signing.is_fresh() {
            return Err(Fault::Unavailable("the schedule of signing keys").into());
        }
        let now = self.clock.now();
        let audience = self.management_audience();
        let token = self.tokens.read_managing(presented, &audience, now)?;
        if !self.tokens.believes(token.generation)? {
            return Err(TokenError::Invalid);
        }
        if token.expires_at <= now {
            return Err(TokenError::Expired);
        }
        let permitted = self
            .revocations
            .permit_app(&token.client_id, token.expires_at);
        match permitted {
            Ok(()) => Ok(token),
            // It is about no grant, of which one would say that it has ended.
            Err(TokenError::Revoked) => Err(TokenError::Invalid),
            Err(other) => Err(other),
        }
    }
}

impl super::Tokens {
    /// Reads a token that is ours, unaltered, and for managing grants. Nobody narrows one further: what
    /// has appended blocks is none.
    fn read_managing(
        &self,
        token: &str,
        audience: &str,
        now: OffsetDateTime,
    ) -> Result<Managing, TokenError> {
        let raw = raw(token)?;
        guard(&raw)?;
        let biscuit = Biscuit::from(&raw, |generation| self.root_of(generation))
            .map_err(|_signature| TokenError::Invalid)?;
        if biscuit.block_count() > 1 {
            return Err(TokenError::Invalid);
        }
        let asked = |code| authorizer_of(audience, code, now);
        let mut world = asked(authorizer!("")).build(&biscuit).map_err(refused)?;
        let (client_id,): (String,) = one(&mut world, rule!("data($x) <- client($x)"))?;
        let (key,): (String,) = one(&mut world, rule!("data($x) <- cnf($x)"))?;
        let (issued, expires): (SystemTime, SystemTime) =
            one(&mut world, rule!("data($x, $y) <- issued($x), expires($y)"))?;
        let named: Vec<(String,)> = world
            .query(rule!("data($x) <- scope($x)"))
            .map_err(refused)?;
        let scopes = named.iter().map(|(name,)| ManagementScope::parse(name));
        let scopes: BTreeSet<_> = scopes.collect::<Option<_>>().ok_or(TokenError::Invalid)?;
        if scopes.is_empty() {
            return Err(TokenError::Invalid);
        }
        // Its own checks: time, audience and key.
        let proved = asked(authorizer!(
            "dpop_jkt({key}); allow if true;",
            key = key.as_str()
        ));
        proved
            .build(&biscuit)
            .and_then(|mut world| world.authorize())
            .map_err(refused)?;
        Ok(Managing {
            client_id,
            generation: generation(&biscuit)?,
            scopes,
            issued_at: issued.into(),
            expires_at: expires.into(),
            key: Thumbprint::parse(&key).ok_or(TokenError::Invalid)?,
        })
    }
}
