//! When a generation of a key signs, and until when what it signed is believed.

use time::{Duration, OffsetDateTime};

/// What a key is for. No key serves two purposes. The key that signs the journal's checkpoints is not
/// among them: it names its log to whoever keeps them, and is never exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The root of consent tokens: Biscuits, Ed25519. Tokens name the generation as root key id.
    ConsentToken,
    /// JWTs that others verify: ID tokens, receipts. ES256.
    Jwt,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::ConsentToken, Self::Jwt];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConsentToken => "consent-token",
            Self::Jwt => "jwt",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|purpose| purpose.as_str() == name)
    }

    /// How long a generation is believed once its successor signs: three times the life of a
    /// consent token; without end for what is kept as evidence.
    const fn outlives(self) -> Option<Duration> {
        match self {
            Self::ConsentToken => Some(Duration::minutes(15)),
            Self::Jwt => None,
        }
    }
}

/// One generation of a key, and its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation {
    /// Its number, from 1.
    pub number: u16,
    /// Since when nodes and verifiers may know of it.
    pub published_at: OffsetDateTime,
    /// Since when it signs, unless a later one does.
    pub signs_from: OffsetDateTime,
    /// When somebody ended it before its time.
    pub retired_at: Option<OffsetDateTime>,
}

/// Where a generation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Known, and not signing yet.
    Published,
    /// It signs.
    Signing,
    /// A later one signs; what it signed is believed.
    Verifying,
    /// Nothing that it signed is believed any more.
    Ended,
    /// It was ended before its time.
    Retired,
}

impl Standing {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Signing => "signing",
            Self::Verifying => "verifying",
            Self::Ended => "ended",
            Self::Retired => "retired",
        }
    }
}

/// What retiring a generation changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retirement {
    /// The generation that ends.
    pub retired: Generation,
    /// The one that signs in its place from now on, when it was signing.
    pub successor: Option<Generation>,
}

impl Retirement {
    /// The generations that it changes.
    pub fn changed(self) -> impl Iterator<Item = Generation> {
        [self.retired].into_iter().chain(self.successor)
    }
}

/// Why a schedule is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// A generation is published already and waits for its time.
    #[error("generation {0} is published already, and does not sign yet")]
    UnderWay(u16),
    /// There is no generation of this number.
    #[error("there is no generation {0}")]
    Unknown(u16),
    /// Nothing that it signed is believed any more.
    #[error("generation {0} has ended already")]
    Ended(u16),
    /// The last number is taken.
    #[error("there is no number left for another generation")]
    Exhausted,
}

/// The generations of one purpose, by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    purpose: Purpose,
    generations: Vec<Generation>,
}

impl Schedule {
    /// The schedule of these generations, in any order.
    pub fn new(purpose: Purpose, mut generations: Vec<Generation>) -> Self {
        generations.sort_unstable_by_key(|generation| generation.number);
        Self {
            purpose,
            generations,
        }
    }

    /// What the keys are for.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Every generation there ever was, by number.
    pub fn generations(&self) -> &[Generation] {
        &self.generations
    }

    /// The generation that signs at `now`: the latest whose time has come and that is believed.
    pub fn signing(&self, now: OffsetDateTime) -> Option<u16> {
        let mut latest = self.generations.iter().rev();
        let signs = |one: &&Generation| one.signs_from <= now && self.believes(one, now);
        latest.find(signs).map(|one| one.number)
    }

    /// Whether what `number` signed is believed at `now`. One that does not sign yet is believed: a
    /// node whose clock runs ahead may sign with it already.
    pub fn verifies(&self, number: u16, now: OffsetDateTime) -> bool {
        let found = self.find(number);
        found.is_some_and(|generation| self.believes(generation, now))
    }

    /// When the last thing that `generation` signed is believed no more; nothing while that is
    /// open.
    pub fn ends_at(&self, generation: &Generation) -> Option<OffsetDateTime> {
        let later = self
            .generations
            .iter()
            .filter(|one| one.number > generation.number);
        // Who was retired before it signed took nobody's place.
        let signed = |one: &&Generation| one.retired_at.is_none_or(|at| at > one.signs_from);
        let replaced = later.filter(signed).map(|one| one.signs_from).min();
        let outlived = replaced
            .zip(self.purpose.outlives())
            .map(|(at, span)| at + span);
        [generation.retired_at, outlived]
            .into_iter()
            .flatten()
            .min()
    }

    /// Where `generation` stands at `now`.
    pub fn standing(&self, generation: &Generation, now: OffsetDateTime) -> Standing {
        if generation.retired_at.is_some_and(|at| at <= now) {
            Standing::Retired
        } else if !self.believes(generation, now) {
            Standing::Ended
        } else if generation.signs_from > now {
            Standing::Published
        } else if self.signing(now) == Some(generation.number) {
            Standing::Signing
        } else {
            Standing::Verifying
        }
    }

    /// The next generation: published at `now`, signing once `overlap` has passed.
    pub fn rotate(
        &self,
        now: OffsetDateTime,
        overlap: Duration,
    ) -> Result<Generation, ScheduleError> {
        match self.waiting(now) {
            Some(waiting) => Err(ScheduleError::UnderWay(waiting.number)),
            None => self.next(now, now + overlap),
        }
    }

    /// Ends `number` at `now`. When it signs, the generation that waits takes its place at once, or
    /// a new one does: nobody is locked out for longer than it takes to learn of it.
    pub fn retire(&self, number: u16, now: OffsetDateTime) -> Result<Retirement, ScheduleError> {
        let generation = *self.find(number).ok_or(ScheduleError::Unknown(number))?;
        if !self.believes(&generation, now) {
            return Err(ScheduleError::Ended(number));
        }
        let successor = match (self.signing(now), self.waiting(now)) {
            (Some(signing), _) if signing != number => None,
            (_, Some(waiting)) if waiting.number != number => Some(Generation {
                signs_from: now,
                ..*waiting
            }),
            _ => Some(self.next(now, now)?),
        };
        Ok(Retirement {
            retired: Generation {
                retired_at: Some(now),
                ..generation
            },
            successor,
        })
    }

    /// The schedule with `changed` written over it.
    #[must_use]
    pub fn with(&self, changed: impl IntoIterator<Item = Generation>) -> Self {
        let mut generations = self.generations.clone();
        for change in changed {
            generations.retain(|one| one.number != change.number);
            generations.push(change);
        }
        Self::new(self.purpose, generations)
    }

    fn find(&self, number: u16) -> Option<&Generation> {
        self.generations.iter().find(|one| one.number == number)
    }

    fn believes(&self, generation: &Generation, now: OffsetDateTime) -> bool {
        self.ends_at(generation).is_none_or(|end| now < end)
    }

    /// The generation that is published and waits for its time.
    fn waiting(&self, now: OffsetDateTime) -> Option<&Generation> {
        let mut latest = self.generations.iter().rev();
        latest.find(|one| one.signs_from > now && one.retired_at.is_none())
    }

    fn next(
        &self,
        published_at: OffsetDateTime,
        signs_from: OffsetDateTime,
    ) -> Result<Generation, ScheduleError> {
        let last = self.generations.last().map_or(0, |last| last.number);
        Ok(Generation {
            number: last.checked_add(1).ok_or(ScheduleError::Exhausted)?,
            published_at,
            signs_from,
            retired_at: None,
        })
    }
}

#[cfg(test)]
mod tests;
