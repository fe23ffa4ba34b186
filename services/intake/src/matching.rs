//! Whose certificate it is: the official cascade, over candidates who share birth name, first
//! name, sex and year of birth with the passage.
//!
//! Month and day of birth come next, then the birthplace. What is unknown on either side does not
//! contradict. A candidate who contradicts is out, even when she is the only one: attaching a
//! certificate to the wrong person is worse than letting it wait.

use identity::{Candidate, Traits};
use kernel::WorkerId;

/// What the cascade found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Exactly one worker fits.
    Matched(WorkerId),
    /// Nobody does, so far.
    Waiting,
    /// Several do, and nothing tells them apart.
    Ambiguous,
}

/// The trait that settled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedBy {
    /// Birth name, first name, sex and year of birth.
    MandatoryTraits,
    /// Month and day of birth.
    BirthDate,
    /// INSEE code of the birthplace.
    Birthplace,
}

impl DecidedBy {
    /// The stable name: `mandatory_traits`, `birth_date` or `birthplace`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MandatoryTraits => "mandatory_traits",
            Self::BirthDate => "birth_date",
            Self::Birthplace => "birthplace",
        }
    }

    /// The name read back.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::MandatoryTraits, Self::BirthDate, Self::Birthplace];
        all.into_iter().find(|trait_| trait_.as_str() == name)
    }
}

/// Runs the cascade for `holder` over `candidates`, who share her match key.
pub fn decide(holder: &Traits, candidates: &[Candidate]) -> (Decision, DecidedBy) {
    let born = |candidate: &&Candidate| {
        agree(holder.birth_date.month(), candidate.birth_month)
            && agree(holder.birth_date.day(), candidate.birth_day)
    };
    let from = |candidate: &&Candidate| {
        agree(
            holder.birthplace.as_deref(),
            candidate.birthplace.as_deref(),
        )
    };
    let by_date: Vec<_> = candidates.iter().filter(born).collect();
    let by_place: Vec<_> = by_date.iter().copied().filter(from).collect();
    let settled = |left: usize| {
        if candidates.len() == left {
            DecidedBy::MandatoryTraits
        } else if by_date.len() == left {
            DecidedBy::BirthDate
        } else {
            DecidedBy::Birthplace
        }
    };
    match by_place.as_slice() {
        [] => (Decision::Waiting, settled(0)),
        [only] => (Decision::Matched(only.worker), settled(1)),
        _ => (Decision::Ambiguous, DecidedBy::Birthplace),
    }
}

fn agree<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use identity::{Candidate, Sex, Traits};
    use kernel::{Clock, Digest, Entropy, PartialDate, WorkerId};
    use time::macros::datetime;

    use super::{DecidedBy, Decision, decide};

    type Birth = (Option<u8>, Option<u8>, Option<&'static str>);

    /// Passage, candidates, who is found (by position) or how many are left, and by what.
    type Case<'a> = (Birth, &'a [Birth], Result<usize, usize>, DecidedBy);

    fn holder((month, day, birthplace): Birth) -> Traits {
        Traits {
            birth_name: "Lefèvre".into(),
            usage_name: None,
            first_names: "Anne".into(),
            sex: Sex::Female,
            birth_date: PartialDate::new(1980, month, day).unwrap(),
            birthplace: birthplace.map(str::to_owned),
            birth_country: None,
        }
    }

    #[test]
    fn the_cascade_asks_for_the_date_then_the_place_and_never_guesses() {
        use DecidedBy::{BirthDate, Birthplace, MandatoryTraits};
        let march = (Some(3), Some(14), Some("75102"));
        let april = (Some(4), Some(14), Some("75102"));
        let rouen = (Some(3), Some(14), Some("76540"));
        let unknown = (None, None, None);
        let no_place = (Some(3), Some(14), None);
        let table: &[Case<'_>] = &[
            (march, &[], Err(0), MandatoryTraits),
            (march, &[march], Ok(0), MandatoryTraits),
            (march, &[april], Err(0), BirthDate),
            (march, &[rouen], Err(0), Birthplace),
            (march, &[april, march], Ok(1), BirthDate),
            (march, &[rouen, march], Ok(1), Birthplace),
            (march, &[april, rouen], Err(0), Birthplace),
            (march, &[march, march], Err(2), Birthplace),
            (no_place, &[march, rouen], Err(2), Birthplace),
            (no_place, &[march, april], Ok(0), BirthDate),
            (unknown, &[march, april], Err(2), Birthplace),
            (unknown, &[rouen], Ok(0), MandatoryTraits),
            (march, &[unknown], Ok(0), MandatoryTraits),
            (march, &[unknown, april], Ok(0), BirthDate),
            ((Some(3), None, None), &[march, april], Ok(0), BirthDate),
        ];
        let clock = Clock::manual(datetime!(2026-11-23 08:00 UTC));
        let entropy = Entropy::seeded(1);
        for (passage, births, expected, by) in table {
            let candidates: Vec<_> = births
                .iter()
                .map(|(birth_month, birth_day, birthplace)| Candidate {
                    key: Digest::of("key"),
                    worker: WorkerId::generate(&clock, &entropy),
                    birth_month: *birth_month,
                    birth_day: *birth_day,
                    birthplace: birthplace.map(str::to_owned),
                })
                .collect();
            let decision = match expected {
                Ok(place) => Decision::Matched(candidates[*place].worker),
                Err(0) => Decision::Waiting,
                Err(_) => Decision::Ambiguous,
            };
            assert_eq!(
                decide(&holder(*passage), &candidates),
                (decision, *by),
                "{passage:?}"
            );
        }
    }
}
