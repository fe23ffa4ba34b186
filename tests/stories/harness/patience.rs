//! Waiting for what comes, however slow the machine: no story decides by the time that has passed.

use std::{iter, time::Duration};

use super::Reply;

/// The rests between two looks: short at first, so that a story is quick on a quick machine; then
/// longer, so that waiting neither wears a slow one down nor runs into a limit. A minute in all,
/// which only what never comes takes.
fn rests() -> impl Iterator<Item = Duration> {
    let (least, most) = (Duration::from_millis(10), Duration::from_millis(250));
    iter::successors(Some(least), move |rest| Some((*rest * 2).min(most))).take(245)
}

/// Looks until something is there.
pub(crate) async fn first<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for rest in rests() {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(rest).await;
    }
    panic!("never came: {what}");
}

/// Looks until it is `done`.
pub(crate) async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    first(what, async || done().await.then_some(())).await;
}

/// Asks as a client does that comes back when it is told to: a node that has not heard from its
/// database for a while says `503`, and knows again soon after.
pub(crate) async fn answer(mut ask: impl AsyncFnMut() -> Reply) -> Reply {
    let settled = async || Some(ask().await).filter(|reply| reply.status != 503);
    first("an answer", settled).await
}

/// Asks until what was read is refused.
pub(crate) async fn refusal(mut ask: impl AsyncFnMut() -> Reply) -> Reply {
    let refused = async || Some(ask().await).filter(|reply| ![200, 503].contains(&reply.status));
    first("a refusal", refused).await
}
