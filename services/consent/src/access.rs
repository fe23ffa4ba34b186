//! The wall: the one way to a personal row.

use std::collections::BTreeSet;

use identity::Session;
use journal::{Action, Actor, Journal, Line, Under};
use kernel::{
    Clock, Confinement, Conn, Digest, Entropy, EntryId, Fault, LineId, OrganisationId, Tx, WorkerId,
};

use crate::{
    Consent, ConsentToken, Field, Part, Revocations, Right, Section, TokenError, mandate::Standing,
};

/// The rows of one worker, opened for one reason. PostgreSQL confines the transaction it carries;
/// what is read through it is [`Sealed`] until the journal has it.
#[derive(Debug)]
pub struct Access {
    tx: Tx,
    worker: WorkerId,
    part: Part,
    reason: Reason,
    journal: Journal,
    clock: Clock,
    entropy: Entropy,
}

#[derive(Debug)]
pub(crate) enum Reason {
    /// An app's token gives this section.
    Token {
        /// Asked about once more before anything leaves.
        token: ConsentToken,
        revocations: Revocations,
        section: Section,
        under: Under,
    },
    /// A counsellor acts in the worker's name.
    Mandate {
        /// Asked about once more before anything leaves.
        standing: Box<Standing>,
        actor: Actor,
        action: Action,
        section: Option<Section>,
        under: Under,
    },
    /// The worker looks at her own record. She needs no line that tells her so; what she changes has
    /// one.
    Own,
}

/// What a reading relies on.
enum ReliedOn {
    Token(Revocations, ConsentToken),
    Mandate(Box<Standing>),
}

impl ReliedOn {
    /// Whether it still stands.
    async fn stands(&self) -> Result<(), Fault> {
        match self {
            Self::Token(revocations, token) => revocations
                .permit(token)
                .map_err(|_overtaken| Fault::Unavailable("the grant behind this reading")),
            Self::Mandate(standing) => standing.holds().await,
        }
    }
}

/// What was read, and of which entries, before the journal knows.
#[derive(Debug)]
pub struct Sealed<T> {
    value: T,
    entries: Vec<EntryId>,
}

impl<T> Sealed<T> {
    /// Seals `value`, which tells of `entries`.
    pub const fn new(value: T, entries: Vec<EntryId>) -> Self {
        Self { value, entries }
    }
}

impl Consent {
    /// Opens what the token gives to read of `section` of the record behind it, narrowed to the
    /// fields `asked` for, when the token gives these.
    pub async fn access(
        &self,
        token: &ConsentToken,
        section: Section,
        asked: Option<&BTreeSet<Field>>,
    ) -> Result<Access, TokenError> {
        let part = self.allows(token, section, Right::Read, asked)?;
        let reason = Reason::Token {
            token: token.clone(),
            revocations: self.revocations.clone(),
            section,
            under: token.under(),
        };
        let tx = self
            .db
            .begin_read(reading(token.worker, section, &part))
            .await?;
        Ok(self.open(tx, token.worker, part, reason))
    }

    /// Opens to the worker of `session` what an app would read of `section` of her record if it were
    /// given `part` of it: the same rows, seen through the same role. Her own view, like
    /// [`Consent::own`]: no line tells her of it.
    pub async fn as_given(
        &self,
        session: &Session,
        section: Section,
        part: Part,
    ) -> Result<Access, Fault> {
        let worker = session.worker();
        let tx = self.db.begin_read(reading(worker, section, &part)).await?;
        Ok(self.open(tx, worker, part, Reason::Own))
    }

    /// Opens the record of the worker of `session` to herself.
    pub async fn own(&self, session: &Session) -> Result<Access, Fault> {
        let worker = session.worker();
        let tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        Ok(self.open(tx, worker, Part::WHOLE, Reason::Own))
    }

    /// Opens the record of the worker of `session` to herself, to write in it.
    pub async fn own_to_write(&self, session: &Session) -> Result<Access, Fault> {
        let worker = session.worker();
        let tx = self.db.begin(Confinement::Worker(worker)).await?;
        Ok(self.open(tx, worker, Part::WHOLE, Reason::Own))
    }

    /// Opens the record of a worker who has just signed in, and what waits under one of her keys.
    pub async fn claim(
        &self,
        signed_in: &identity::SignedIn,
        key: Digest,
    ) -> Result<Access, Fault> {
        let tx = self
            .db
            .begin(Confinement::Claim(signed_in.worker, key))
            .await?;
        Ok(self.open(tx, signed_in.worker, Part::WHOLE, Reason::Own))
    }

    pub(crate) fn open(&self, tx: Tx, worker: WorkerId, part: Part, reason: Reason) -> Access {
        Access {
            tx,
            worker,
            part,
            reason,
            journal: self.journal.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
        }
    }

    /// Opens a deposit for a batch that `organisation` handed in earlier.
    pub async fn deposit_of(&self, organisation: OrganisationId) -> Result<Deposit, Fault> {
        let tx = self.db.begin(Confinement::Intake(organisation)).await?;
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        Ok(Deposit {
            tx,
            organisation,
            clock,
            entropy,
        })
    }
}

/// What `part` shows of `section` of the record of `worker`.
fn reading(worker: WorkerId, section: Section, part: &Part) -> Confinement {
    Confinement::Reading {
        worker,
        section: section.as_str(),
        items: part.items.clone(),
        period: part.period.map(|period| (period.from(), period.until())),
    }
}

impl Access {
    /// The confined connection, for the stores.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.tx
    }

    /// Whose record it is. Every query names her, although the database would not show another's.
    pub const fn worker(&self) -> WorkerId {
        self.worker
    }

    /// What of each entry may be read. The database shows no entry outside of it; the fields are
    /// for the queries to heed.
    pub const fn part(&self) -> &Part {
        &self.part
    }

    /// Gives out what was read, once the journal line is durable. When it cannot be written, nothing
    /// leaves; neither does it when the grant or the mandate ended meanwhile, or when nobody here knows any more
    /// whether it did. A reading that hung in a broken network for longer than the lease would
    /// otherwise be answered long after its grant was taken back. Whoever tries again is told.
    pub async fn disclose<T>(self, sealed: Sealed<T>) -> Result<T, Fault> {
        let Self {
            tx,
            worker,
            part: _,
            reason,
            journal,
            clock,
            entropy,
        } = self;
        let (actor, action, section, under, relied_on) = match reason {
            Reason::Token {
                token,
                revocations,
                section,
                under,
            } => {
                let actor = Actor::App(token.client_id.as_ref().into());
                let relied_on = ReliedOn::Token(revocations, token);
                (actor, Action::Read, Some(section), under, relied_on)
            }
            Reason::Mandate {
                standing,
                actor,
                action,
                section,
                under,
            } => {
                let relied_on = ReliedOn::Mandate(standing);
                (actor, action, section, under, relied_on)
            }
            Reason::Own => {
                tx.commit().await?;
                return Ok(sealed.value);
            }
        };
        let line = Line {
            worker,
            id: LineId::generate(&clock, &entropy),
            at: clock.now(),
            actor,
            action,
            section: section.map(|section| section.as_str().into()),
            under: Some(under),
            entries: sealed.entries,
        };
        // The end of the read and the journal's commit do not wait for each other.
        let (ended, recorded) = tokio::join!(tx.commit(), journal.record(line));
        ended?;
        recorded?;
        relied_on.stands().await?;
        Ok(sealed.value)
    }

    /// Commits what the worker wrote, with the line that says what she did to which entries. An app
    /// and a counsellor write nothing this way: their transactions can only read.
    pub async fn commit(
        mut self,
        action: Action,
        section: Section,
        entries: Vec<EntryId>,
    ) -> Result<(), Fault> {
        if !entries.is_empty() {
            let line = Line {
                worker: self.worker,
                id: LineId::generate(&self.clock, &self.entropy),
                at: self.clock.now(),
                actor: Actor::Worker,
                action,
                section: Some(section.as_str().into()),
                under: None,
                entries,
            };
            journal::append(&mut self.tx, &self.entropy, [&line]).await?;
        }
        self.tx.commit().await
    }
}

/// An organisation's right to add to workers' records: it compares keys, adds what it attests,
/// and reads no record. All of a deposit commits at once, with its journal lines, or nothing does.
#[derive(Debug)]
pub struct Deposit {
    tx: Tx,
    organisation: OrganisationId,
    clock: Clock,
    entropy: Entropy,
}

impl Deposit {
    /// The confined connection, for the stores.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.tx
    }

    /// Who deposits.
    pub const fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// Writes the journal lines of entries added to `section` of these workers' records.
    pub async fn record(
        &mut self,
        section: Section,
        added: impl IntoIterator<Item = (WorkerId, EntryId)>,
    ) -> Result<(), Fault> {
        let at = self.clock.now();
        let lines: Vec<_> = added
            .into_iter()
            .map(|(worker, entry)| Line {
                worker,
                id: LineId::generate(&self.clock, &self.entropy),
                at,
                actor: Actor::Organisation(self.organisation),
                action: Action::Attest,
                section: Some(section.as_str().into()),
                under: None,
                entries: vec![entry],
            })
            .collect();
        journal::append(&mut self.tx, &self.entropy, &lines).await
    }

    /// Makes the deposit durable.
    pub async fn commit(self) -> Result<(), Fault> {
        self.tx.commit().await
    }
}
