//! The bucket: so many requests at once, refilled evenly over so many seconds.
//!
//! It is counted by the generic cell rate algorithm (ITU-T I.371): one number is kept for each
//! bucket, the moment at which it will be full again. A bucket that nobody remembers is full.

use std::{fmt, str::FromStr};

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;

/// So many requests in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    requests: u32,
    seconds: u32,
}

/// What a bucket has left after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    /// How many more requests it would let through at once.
    pub(super) requests: u32,
    /// In how many seconds it is full again.
    pub(super) full_in: u32,
}

impl Quota {
    /// The most that may be asked for in either number.
    const MOST: (u32, u32) = (1_000_000, 86_400);

    /// `requests` in `seconds`; none when either is 0 or beyond measure.
    pub const fn new(requests: u32, seconds: u32) -> Option<Self> {
        let (most_requests, most_seconds) = Self::MOST;
        let sound =
            requests >= 1 && requests <= most_requests && seconds >= 1 && seconds <= most_seconds;
        if sound {
            Some(Self { requests, seconds })
        } else {
            None
        }
    }

    /// How many requests.
    pub const fn requests(self) -> u32 {
        self.requests
    }

    /// In how many seconds.
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// How long one request takes to be refilled, in nanoseconds.
    const fn interval(self) -> i64 {
        self.seconds as i64 * SECOND / self.requests as i64
    }

    /// How long an empty bucket takes to be full.
    const fn window(self) -> i64 {
        self.interval() * self.requests as i64
    }

    /// Takes a request out at `now` of the bucket that is full at `full_at`, or says for how many
    /// seconds it has nothing to give. A clock that was set back empties it for no longer than its
    /// window.
    pub(super) fn take(self, full_at: &mut i64, now: i64) -> Result<(), u32> {
        *full_at = (*full_at).clamp(now, now + self.window());
        let wait = *full_at + self.interval() - self.window() - now;
        if wait > 0 {
            return Err(seconds(wait));
        }
        *full_at += self.interval();
        Ok(())
    }

    /// Puts a request back.
    pub(super) const fn give_back(self, full_at: &mut i64) {
        *full_at -= self.interval();
    }

    /// What is left at `now`.
    pub(super) fn left(self, full_at: i64, now: i64) -> Left {
        let until_full = (full_at - now).clamp(0, self.window());
        let requests = (self.window() - until_full) / self.interval();
        Left {
            requests: u32::try_from(requests).unwrap_or(self.requests),
            full_in: seconds(until_full),
        }
    }
}

/// Whole seconds, rounded up.
fn seconds(nanoseconds: i64) -> u32 {
    u32::try_from(
        nanoseconds
            .max(0)
            .unsigned_abs()
            .div_ceil(SECOND.unsigned_abs()),
    )
    .unwrap_or(u32::MAX)
}

/// A quota, or none: what a setting says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(pub Option<Quota>);

/// Why a text is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected REQUESTS/SECONDS, such as 600/60, with at most 1,000,000 requests and 86,400 \
     seconds; or `none`"
)]
pub struct RateError;

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        if text == "none" {
            return Ok(Self(None));
        }
        let (requests, seconds) = text.split_once('/').ok_or(RateError)?;
        let number = |text: &str| text.parse().map_err(|_not_a_number| RateError);
        let quota = Quota::new(number(requests)?, number(seconds)?);
        quota.map(|quota| Self(Some(quota))).ok_or(RateError)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("none"),
            Some(quota) => write!(f, "{}/{}", quota.requests, quota.seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Quota, Rate, SECOND};

    fn quotas() -> impl Strategy<Value = Quota> {
        (1..=1_000_000_u32, 1..=86_400_u32)
            .prop_map(|(requests, seconds)| Quota::new(requests, seconds).unwrap())
    }

    fn quota(requests: u32, seconds: u32) -> Quota {
        Quota::new(requests, seconds).unwrap()
    }

    proptest! {
        #[test]
        fn no_more_passes_than_a_full_bucket_and_what_was_refilled(
            (requests, seconds) in (1..200_u32, 1..600_u32),
            steps in prop::collection::vec(0..2 * SECOND, 1..500),
        ) {
            let quota = quota(requests, seconds);
            let (begun, mut now, mut full_at, mut passed) = (SECOND, SECOND, 0, 0);
            for step in steps {
                now += step;
                passed += i64::from(quota.take(&mut full_at, now).is_ok());
            }
            prop_assert!(passed <= i64::from(requests) + (now - begun) / quota.interval());
        }

        #[test]
        fn who_waits_as_long_as_told_is_let_through(quota in quotas(), now in 0..i64::MAX / 4) {
            let mut empty = now + quota.window();
            let wait = quota.take(&mut empty, now).unwrap_err();
            prop_assert!(wait >= 1);
            prop_assert!(quota.take(&mut empty, now + i64::from(wait) * SECOND).is_ok());
        }

        #[test]
        fn what_is_said_to_be_left_is_what_passes_at_once(
            (requests, seconds) in (1..100_u32, 1..600_u32),
            full_at in 0..700 * SECOND,
        ) {
            let (quota, now) = (quota(requests, seconds), SECOND);
            let left = quota.left(full_at, now).requests;
            let mut bucket = full_at;
            for _ in 0..left {
                quota.take(&mut bucket, now).unwrap();
            }
            prop_assert!(quota.take(&mut bucket, now).is_err());
            prop_assert_eq!(quota.left(bucket, now).requests, 0);
        }

        #[test]
        fn what_was_taken_and_given_back_was_never_there(quota in quotas(), now in 0..i64::MAX / 4) {
            let mut bucket = now;
            quota.take(&mut bucket, now).unwrap();
            quota.give_back(&mut bucket);
            prop_assert_eq!(bucket, now);
        }

        #[test]
        fn a_clock_set_back_empties_a_bucket_for_its_window_at_most(
            quota in quotas(),
            now in 0..i64::MAX / 8,
            ahead in 0..i64::MAX / 8,
        ) {
            let mut bucket = now + ahead;
            let _ = quota.take(&mut bucket, now);
            prop_assert!(quota.take(&mut bucket, now + quota.window()).is_ok());
        }

        #[test]
        fn a_rate_is_written_as_it_is_read(quota in quotas()) {
            let rate = Rate(Some(quota));
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Rate>();
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        assert_eq!("none".parse(), Ok(Rate(None)));
        for bad in [
            "",
            "0/60",
            "60/0",
            "60",
            "60/",
            "/60",
            "-1/60",
            "1000001/60",
            "1/86401",
            "None",
        ] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
