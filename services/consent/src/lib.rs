//! Consent: what apps ask, what workers grant, the tokens minted from it, and the one way to a
//! personal row.
//!
//! The life of a permission reads from top to bottom:
//! 1. an app proves who it is ([`AuthenticatedApp`], RFC 7523) and pushes a request
//!    ([`Consent::push`], RFC 9126 and 9396);
//! 2. the worker sees it ([`Consent::pending`]) and decides ([`Consent::decide`]): a grant is hers,
//!    versioned, narrower than what was asked or equal to it, down to fields, entries and a period
//!    ([`Scope`]); she gives less of it, or again what was asked, whenever she wants
//!    ([`Consent::change`]), and pauses it ([`Consent::pause`]); an app that asks again adds to what
//!    stands ([`Consent::standing`]);
//! 3. the app trades the code for a consent token ([`Consent::exchange`]): a Biscuit of five
//!    minutes, minted from one version of one grant and bound to a key of the app (RFC 9449);
//! 4. a token is verified at each request ([`Consent::verify`]), with a proof that its app holds the
//!    key, and opens an [`Access`];
//!    an app that may propose opens [`Proposing`] instead, and she decides on each proposal;
//! 5. the worker revokes ([`Consent::revoke`]) or the app renounces ([`Consent::renounce`]), and
//!    every node stops within its lease;
//! 6. of each version and of the end both sides get a signed [`Receipt`];
//! 7. the app is told, and owes the erasure of what it read ([`Obligation`]) until it says that it
//!    was done ([`Consent::attest`]).
//!
//! She may also entrust some of this to a person: a counsellor acts in her name under a mandate
//! ([`Consent::give_mandate`], [`Consent::as_counsellor`]).
//!
//! [`Access`] is the wall. It carries a transaction that PostgreSQL confines to one worker, it can
//! be built only here, and what is read through it comes out only by [`Access::disclose`], after
//! the journal line is durable.

mod access;
mod client;
mod details;
mod dpop;
mod grant;
mod history;
mod jws;
mod line;
mod mandate;
mod model;
mod numeric_date;
mod obligation;
mod proposing;
mod public_key;
mod receipt;
mod request;
mod revocations;
mod scope;
mod shown;
mod token;

use std::sync::Arc;

use catalogue::Catalogue;
use egress::Egress;
use journal::Journal;
use kernel::{Clock, Db, Entropy, Keys};
use signing::SigningKeys;

pub use access::{Access, Deposit, Sealed};
pub use client::{Assertion, AuthenticatedApp, ClientError};
pub use details::{DetailsError, RecordDetails, Terms, Unmergeable};
pub use dpop::{Doorkeeper, DpopError, Proof, ProvenRequest, Thumbprint};
pub use grant::{
    ChangeError, ChangedBy, Detail, Difference, EndReason, Given, GrantState, HeldGrant, Reach,
    Reminded, Reminder, RenounceError, Revision, RevokeError, Version,
};
pub use jws::ALGORITHMS;
pub use mandate::{
    Act, CodeError, Counsellor, GiveError, Held, Invitation, Mandate, MandateChoice, MandateError,
    MandateTerms, Meeting, Offer, Proposed,
};
pub use model::{Days, Field, Frequency, ManagementScope, MandateAction, Purpose, Right, Section};
pub use obligation::{
    AttestError, Attestation, AttestationError, Attested, Kept, Obligation, ObligationState,
    Overdue, overdue,
};
pub use proposing::Proposing;
pub use receipt::{
    Checksum, Condition, Document, Event, Happened, Notice, Party, PersonalData, Process, Receipt,
    Record, VerifyError, WorkerCopy, verify,
};
pub use request::{
    Acceptance, Breadth, Cautions, Change, Choice, ChoiceError, DecideError, Decided, Decision,
    Entry, GrantActionError, Offered, Pending, PendingError, PushError, PushRequest, Pushed,
    Refused, Seen, Standing, StandingError,
};
pub use revocations::{Follower, Revocations, SwitchError, switch_app};
pub use scope::{MOST_ITEMS, Part, Period, Scope, ScopeError};
pub use shown::{Shown, Template};
pub use token::{
    ConsentToken, ExchangeError, Exchanged, GuardError, Introspected, Issued, Less, LessError,
    ManagementToken, Manager, Managing, Opened, Presented, TokenError, TokenExaminer, TokenRequest,
    guard,
};

/// The chapter, with what it needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Consent {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    keys: Keys,
    journal: Journal,
    catalogue: Catalogue,
    /// Our issuer identifier (RFC 8414 §2), without a trailing slash.
    issuer: Arc<str>,
    published: Arc<client::Published>,
    tokens: Arc<token::Tokens>,
    dpop: dpop::Dpop,
    revocations: Revocations,
    /// Whether apps of publishers that nobody verified may ask workers: in a sandbox.
    unverified_may_ask: bool,
}

/// What the chapter is built from.
#[derive(Debug, Clone)]
pub struct Foundations {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The randomness.
    pub entropy: Entropy,
    /// The platform's keys.
    pub keys: Keys,
    /// Those it signs with.
    pub signing: SigningKeys,
    /// Where reads are recorded.
    pub journal: Journal,
    /// Where apps are known.
    pub catalogue: Catalogue,
    /// The way to the keys that apps publish.
    pub egress: Egress,
    /// Our issuer identifier, without a trailing slash.
    pub issuer: String,
    /// Whether each proof of possession must carry a nonce of ours.
    pub dpop_nonce_required: bool,
    /// Whether apps of publishers that nobody verified may ask workers: in a sandbox.
    pub unverified_may_ask: bool,
}

impl Consent {
    /// The chapter, and its two tasks: the follower that keeps its revocations fresh, and the
    /// doorkeeper that knows the proofs already used. Until the first has caught up once, no token
    /// is accepted; without the second, none ever is.
    pub fn new(on: Foundations) -> (Self, Follower, Doorkeeper) {
        let (revocations, follower) = Revocations::new(on.db.clone(), on.clock.clone());
        let audience = format!("{}/v1", on.issuer);
        let tokens = Arc::new(token::Tokens::new(on.signing, &on.keys, audience));
        let (dpop, doorkeeper) =
            dpop::Dpop::new(on.db.clone(), on.clock.clone(), on.dpop_nonce_required);
        let consent = Self {
            db: on.db,
            published: Arc::new(client::Published::new(on.egress, on.clock.clone())),
            clock: on.clock,
            entropy: on.entropy,
            keys: on.keys,
            journal: on.journal,
            catalogue: on.catalogue,
            issuer: on.issuer.into(),
            tokens,
            dpop,
            revocations,
            unverified_may_ask: on.unverified_may_ask,
        };
        (consent, follower, doorkeeper)
    }

    /// Whether revocations are fresh enough to accept tokens: readiness asks.
    pub fn is_fresh(&self) -> bool {
        self.revocations.is_fresh()
    }

    /// What consent tokens are for: their audience (RFC 8707).
    pub fn audience(&self) -> String {
        format!("{}/v1", self.issuer)
    }
}
