//! The schedule, over any history of rotations and retirements.

use proptest::prelude::*;
use time::{Duration, OffsetDateTime, macros::datetime};

use super::{Generation, Purpose, Schedule, ScheduleError, Standing};

const START: OffsetDateTime = datetime!(2026-11-24 08:00 UTC);
/// The life of a consent token.
const LIFE: Duration = Duration::minutes(5);
const OVERLAP: Duration = Duration::minutes(10);

fn first(purpose: Purpose) -> Schedule {
    let generation = Generation {
        number: 1,
        published_at: OffsetDateTime::UNIX_EPOCH,
        signs_from: OffsetDateTime::UNIX_EPOCH,
        retired_at: None,
    };
    Schedule::new(purpose, vec![generation])
}

fn rotated(schedule: &Schedule, now: OffsetDateTime) -> Schedule {
    schedule.with([schedule.rotate(now, OVERLAP).unwrap()])
}

fn retired(schedule: &Schedule, number: u16, now: OffsetDateTime) -> Schedule {
    schedule.with(schedule.retire(number, now).unwrap().changed())
}

fn standings(schedule: &Schedule, now: OffsetDateTime) -> Vec<Standing> {
    let all = schedule.generations.iter();
    all.map(|one| schedule.standing(one, now)).collect()
}

#[test]
fn a_new_generation_is_published_signs_later_and_the_old_one_dies_after_its_last_token() {
    use Standing::{Ended, Published, Signing, Verifying};
    let schedule = rotated(&first(Purpose::ConsentToken), START);
    let at = |minutes| standings(&schedule, START + Duration::minutes(minutes));
    assert_eq!(at(0), [Signing, Published]);
    assert_eq!(at(9), [Signing, Published]);
    assert_eq!(at(10), [Verifying, Signing]);
    assert_eq!(at(24), [Verifying, Signing]);
    assert_eq!(at(25), [Ended, Signing]);
    assert!(schedule.verifies(2, START), "before it signs");
    assert!(!schedule.verifies(3, START));
}

#[test]
fn what_is_kept_as_evidence_is_believed_without_end_unless_its_key_was_retired() {
    let schedule = rotated(&first(Purpose::Jwt), START);
    let much_later = START + Duration::days(3_650);
    assert!(schedule.verifies(1, much_later));
    let schedule = retired(&schedule, 1, much_later);
    assert!(!schedule.verifies(1, much_later));
    assert_eq!(schedule.signing(much_later), Some(2));
}

#[test]
fn a_retired_generation_is_followed_at_once_by_the_one_that_waits_or_by_a_new_one() {
    use Standing::{Retired, Signing};
    let alone = retired(&first(Purpose::ConsentToken), 1, START);
    assert_eq!(standings(&alone, START), [Retired, Signing]);
    let waiting = rotated(&first(Purpose::ConsentToken), START);
    let soon = START + Duration::minutes(1);
    assert_eq!(
        standings(&retired(&waiting, 1, soon), soon),
        [Retired, Signing]
    );
}

#[test]
fn a_generation_that_was_retired_before_it_signed_takes_nobodys_place() {
    use Standing::{Retired, Signing};
    let schedule = rotated(&first(Purpose::ConsentToken), START);
    let schedule = retired(&schedule, 2, START + Duration::minutes(1));
    let later = START + Duration::days(1);
    assert_eq!(standings(&schedule, later), [Signing, Retired]);
    assert_eq!(rotated(&schedule, later).signing(later + OVERLAP), Some(3));
}

#[test]
fn a_change_that_cannot_be_made_says_why() {
    let schedule = rotated(&first(Purpose::Jwt), START);
    let again = schedule.rotate(START, OVERLAP);
    assert_eq!(again, Err(ScheduleError::UnderWay(2)));
    assert_eq!(schedule.retire(3, START), Err(ScheduleError::Unknown(3)));
    let schedule = retired(&schedule, 1, START);
    assert_eq!(schedule.retire(1, START), Err(ScheduleError::Ended(1)));
}

/// What somebody does, after a while.
#[derive(Debug, Clone)]
enum Step {
    Wait(i64),
    Rotate,
    Retire(u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1..2_000_i64).prop_map(Step::Wait),
        Just(Step::Rotate),
        (1..8_u16).prop_map(Step::Retire),
    ];
    proptest::collection::vec(step, 1..30)
}

proptest! {
    #[test]
    fn whatever_is_rotated_and_retired_one_signs_and_what_lives_is_believed(
        steps in steps(),
        purpose in proptest::sample::select(&Purpose::ALL[..]),
    ) {
        let (mut schedule, mut now) = (first(purpose), START);
        // Who signed when.
        let mut signed: Vec<(OffsetDateTime, u16)> = Vec::new();
        for step in steps {
            let before = schedule.clone();
            match step {
                Step::Wait(seconds) => now += Duration::seconds(seconds),
                Step::Rotate => schedule = schedule.with(schedule.rotate(now, OVERLAP)),
                Step::Retire(number) => {
                    if let Ok(retirement) = schedule.retire(number, now) {
                        schedule = schedule.with(retirement.changed());
                        prop_assert!(!schedule.verifies(number, now));
                    }
                }
            }
            let signing = schedule.signing(now);
            prop_assert!(signing.is_some(), "nobody signs: {schedule:?}");
            let signing = signing.unwrap();
            prop_assert!(schedule.verifies(signing, now));
            signed.push((now, signing));
            for (at, number) in &signed {
                let one = schedule.find(*number).unwrap();
                let lives = purpose.outlives().is_none() || now < *at + LIFE;
                let retired = one.retired_at.is_some();
                prop_assert!(!retired || !schedule.verifies(*number, now));
                prop_assert!(retired || !lives || schedule.verifies(*number, now));
            }
            let one = schedule.find(signing).unwrap();
            let ahead = one.signs_from - one.published_at >= OVERLAP;
            let in_need = schedule.generations.iter().any(|other|
                other.number < signing && other.retired_at == Some(one.signs_from));
            prop_assert!(signing == 1 || ahead || in_need, "{before:?}\n{schedule:?}");
        }
    }
}
