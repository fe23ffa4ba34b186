//! Short-lived things, each under a name nobody can guess.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use time::{Duration, OffsetDateTime};

/// The most things kept at once; the oldest gives way.
const PLACES: usize = 10_000;

/// Things that live for `life`, found by a random name of 256 bits.
pub(crate) struct Shelf<T> {
    life: Duration,
    things: Mutex<HashMap<String, (OffsetDateTime, T)>>,
}

impl<T: Clone> Shelf<T> {
    /// An empty shelf.
    pub(crate) fn new(life: Duration) -> Self {
        Self {
            life,
            things: Mutex::default(),
        }
    }

    /// Keeps `thing` and tells its name.
    pub(crate) fn put(&self, now: OffsetDateTime, thing: T) -> anyhow::Result<String> {
        let mut random = [0; 32];
        aws_lc_rs::rand::fill(&mut random)?;
        let name = URL_SAFE_NO_PAD.encode(random);
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things.retain(|_, (until, _)| now < *until);
        if things.len() >= PLACES {
            let oldest = things.iter().min_by_key(|(_, (until, _))| *until);
            if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
                things.remove(&oldest);
            }
        }
        things.insert(name.clone(), (now + self.life, thing));
        Ok(name)
    }

    /// The thing of that name, which stays.
    pub(crate) fn look(&self, now: OffsetDateTime, name: &str) -> Option<T> {
        let things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things
            .get(name)
            .filter(|(until, _)| now < *until)
            .map(|(_, thing)| thing.clone())
    }

    /// The thing of that name, once.
    pub(crate) fn take(&self, now: OffsetDateTime, name: &str) -> Option<T> {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things
            .remove(name)
            .filter(|(until, _)| now < *until)
            .map(|(_, thing)| thing)
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::Shelf;

    #[test]
    fn a_thing_is_taken_once_and_dies_at_its_hour() {
        let now = datetime!(2026-11-23 08:00 UTC);
        let shelf = Shelf::new(Duration::seconds(60));
        let name = shelf.put(now, "code").unwrap();
        assert_eq!(shelf.look(now, &name), Some("code"));
        assert_eq!(shelf.look(now + Duration::seconds(60), &name), None);
        assert_eq!(shelf.take(now + Duration::seconds(59), &name), Some("code"));
        assert_eq!(shelf.take(now, &name), None);
    }
}
