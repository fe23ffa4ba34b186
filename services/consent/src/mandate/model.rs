//! What a mandate permits, and the codes by which a worker and a counsellor find each other.

use std::{collections::BTreeSet, fmt};

use kernel::Digest;
use serde::{Deserialize, Serialize};

use crate::{Days, MandateAction, Section};

/// What a mandate permits. It is never widened: another mandate is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateTerms {
    actions: BTreeSet<MandateAction>,
    sections: BTreeSet<Section>,
}

/// One act of a counsellor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Reads a section of the record.
    Read(Section),
    /// Looks at the authorisations.
    SeeAuthorizations,
    /// Stops an authorisation.
    StopAuthorization,
}

impl MandateTerms {
    /// The sections that a mandate can open: those that the platform has a page for. A mandate on
    /// what nobody can read would promise nothing.
    pub const SECTIONS: &[Section] = &[Section::Certificates];

    /// The longest a mandate lasts, in days: six months.
    pub const LONGEST: u16 = 183;

    /// Terms that permit these actions and reading these sections. Nothing when that is nothing at
    /// all, or a section that no mandate opens.
    pub fn new(mut actions: BTreeSet<MandateAction>, sections: BTreeSet<Section>) -> Option<Self> {
        if !sections
            .iter()
            .all(|section| Self::SECTIONS.contains(section))
        {
            return None;
        }
        // To read is to read something.
        if sections.is_empty() {
            actions.remove(&MandateAction::ReadRecord);
        } else {
            actions.insert(MandateAction::ReadRecord);
        }
        (!actions.is_empty()).then_some(Self { actions, sections })
    }

    /// What may be done.
    pub const fn actions(&self) -> &BTreeSet<MandateAction> {
        &self.actions
    }

    /// What may be read.
    pub const fn sections(&self) -> &BTreeSet<Section> {
        &self.sections
    }

    /// Whether `act` is permitted.
    pub fn allow(&self, act: Act) -> bool {
        use MandateAction::{ReadRecord, SeeAuthorizations, StopAuthorizations};
        let may = |action| self.actions.contains(&action);
        match act {
            Act::Read(section) => may(ReadRecord) && self.sections.contains(&section),
            Act::SeeAuthorizations => may(SeeAuthorizations) || may(StopAuthorizations),
            Act::StopAuthorization => may(StopAuthorizations),
        }
    }

    /// Whether a mandate may last this long.
    pub const fn may_last(duration: Days) -> bool {
        duration.count() <= Self::LONGEST
    }
}

/// A code that one person reads out and another types: eight letters and digits that look and sound
/// unlike each other. There are no vowels, so that no code is a word; with 27 characters it holds 38
/// bits, which five tries in ten minutes do not find.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SpokenCode(String);

impl SpokenCode {
    const ALPHABET: &[u8; 27] = b"23456789BCDFGHJKMNPQRSTVWXZ";
    const LENGTH: usize = 8;

    /// The code that `digest` stands for.
    pub(crate) fn of(digest: Digest) -> Self {
        let first = digest.as_bytes().first_chunk().copied();
        let mut rest = u64::from_be_bytes(first.unwrap_or_default());
        // 27 to the eighth is so far below 2^64 that no code is likelier than another by more than
        // one in ten million.
        let letters = std::iter::repeat_with(|| {
            let place = usize::try_from(rest % 27).unwrap_or_default();
            rest /= 27;
            char::from(Self::ALPHABET[place])
        });
        Self(letters.take(Self::LENGTH).collect())
    }

    /// The code that somebody typed, whatever the case and whatever stands between its letters;
    /// nothing when it cannot be one.
    pub(crate) fn typed(text: &str) -> Option<Self> {
        if text.len() > 100 {
            return None;
        }
        let letters: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '–' | '.'))
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let known = |letter: u8| Self::ALPHABET.contains(&letter);
        (letters.len() == Self::LENGTH && letters.bytes().all(known)).then_some(Self(letters))
    }

    /// Its letters, with nothing between.
    pub(crate) fn letters(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SpokenCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = self.0.split_at(Self::LENGTH / 2);
        write!(f, "{first}-{last}")
    }
}

impl fmt::Debug for SpokenCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpokenCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kernel::Digest;
    use proptest::prelude::*;

    use super::{Act, MandateTerms, SpokenCode};
    use crate::{Days, MandateAction, Section};

    fn terms(actions: &[MandateAction], sections: &[Section]) -> Option<MandateTerms> {
        let set = |all: &[MandateAction]| all.iter().copied().collect::<BTreeSet<_>>();
        MandateTerms::new(set(actions), sections.iter().copied().collect())
    }

    #[test]
    fn a_mandate_permits_what_was_ticked_and_nothing_else() {
        use MandateAction::{ReadRecord, SeeAuthorizations, StopAuthorizations};
        let reads = terms(&[], &[Section::Certificates]).unwrap();
        assert!(reads.allow(Act::Read(Section::Certificates)));
        assert!(!reads.allow(Act::Read(Section::Skills)));
        assert!(!reads.allow(Act::SeeAuthorizations));
        let sees = terms(&[SeeAuthorizations], &[]).unwrap();
        assert!(sees.allow(Act::SeeAuthorizations));
        assert!(!sees.allow(Act::StopAuthorization));
        assert!(!sees.allow(Act::Read(Section::Certificates)));
        let stops = terms(&[StopAuthorizations], &[]).unwrap();
        assert!(stops.allow(Act::SeeAuthorizations) && stops.allow(Act::StopAuthorization));
        assert_eq!(terms(&[], &[]), None);
        assert_eq!(
            terms(&[ReadRecord], &[]),
            None,
            "to read nothing is nothing"
        );
        assert_eq!(terms(&[SeeAuthorizations], &[Section::Identity]), None);
    }

    #[test]
    fn a_mandate_lasts_six_months_at_most() {
        assert!(MandateTerms::may_last(Days::new(183).unwrap()));
        assert!(!MandateTerms::may_last(Days::new(184).unwrap()));
    }

    #[test]
    fn a_code_is_typed_in_any_case_and_with_anything_between() {
        let code = SpokenCode::of(Digest::of("a"));
        let (first, last) = code.letters().split_at(4);
        for typed in [
            format!("{code}"),
            format!(" {} {} ", first.to_lowercase(), last),
            format!("{first}–{last}"),
        ] {
            assert_eq!(SpokenCode::typed(&typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in [
            "",
            "2345678",
            "234567899",
            "2345678A",
            "2345678O",
            "é3456789",
        ] {
            assert_eq!(SpokenCode::typed(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_code_reads_back_as_it_was_written(bytes: [u8; 32]) {
            let code = SpokenCode::of(Digest::from_bytes(bytes));
            prop_assert_eq!(SpokenCode::typed(&code.to_string()), Some(code));
        }

        #[test]
        fn no_typed_text_panics(text in "\\PC*") {
            let _ = SpokenCode::typed(&text);
        }
    }
}
