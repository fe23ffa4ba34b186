//! Nonces that nobody keeps: each stands for two minutes of time, under a key that all nodes have.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Digest, Keys};

/// How long one nonce is given out, in seconds.
const WINDOW: i64 = 120;

/// The nonce that is given out at `now`.
pub(super) fn at(keys: &Keys, now: i64) -> String {
    URL_SAFE_NO_PAD.encode(window(keys, now).as_bytes())
}

/// Whether `nonce` is the one of this window or the last; or of the next, since the clocks of two
/// nodes may differ.
pub(super) fn is_recent(keys: &Keys, nonce: &str, now: i64) -> bool {
    let sent = URL_SAFE_NO_PAD.decode(nonce).ok();
    let sent = sent.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    sent.map(Digest::from_bytes).is_some_and(|sent| {
        [now, now - WINDOW, now + WINDOW]
            .into_iter()
            .any(|at| window(keys, at) == sent)
    })
}

fn window(keys: &Keys, at: i64) -> Digest {
    keys.keyed_digest("dpop-nonce", &at.div_euclid(WINDOW).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use kernel::Keys;

    use super::{at, is_recent};

    #[test]
    fn a_nonce_is_good_for_two_to_four_minutes_on_every_node_and_cannot_be_guessed() {
        let (keys, other) = (Keys::new([7; 32].into()), Keys::new([8; 32].into()));
        let now = 1_795_459_900;
        let nonce = at(&keys, now);
        assert_eq!(nonce, at(&Keys::new([7; 32].into()), now));
        for late in [0, 60, 120] {
            assert!(is_recent(&keys, &nonce, now + late), "{late}");
        }
        assert!(!is_recent(&keys, &nonce, now + 240));
        assert!(!is_recent(&keys, &nonce, now - 240));
        assert!(!is_recent(&other, &nonce, now));
        for none in ["", "nonce", &nonce[1..]] {
            assert!(!is_recent(&keys, none, now));
        }
    }
}
