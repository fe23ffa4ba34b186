//! A token by a fixed key, and who reads it: what the target and its seeds have in common.

use std::time::{Instant, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE};
use biscuit_auth::{
    Biscuit, KeyPair, PrivateKey,
    builder::Algorithm,
    macros::biscuit,
};
use consent::{Opened, TokenExaminer};
use kernel::{Clock, Entropy, Keys, WorkerId};
use signing::{Generation, Purpose, Schedule, SigningKeys};
use time::{Duration, OffsetDateTime};

const AUDIENCE: &str = "https://cpf.test/v1";
/// The thumbprint in RFC 9449 §6.1.
const KEY: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

pub struct Minted {
    pub root: KeyPair,
    pub token: Biscuit,
    pub bytes: Vec<u8>,
    pub examiner: TokenExaminer,
    signing: SigningKeys,
    schedule: Schedule,
    /// What the token opens as it was minted.
    pub opens: Opened,
}

impl Minted {
    pub fn new() -> Self {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let clock = Clock::manual(now);
        let keys = Keys::new([7; 32].into());
        let generation = Generation {
            number: 1,
            published_at: now - Duration::days(1),
            signs_from: now - Duration::days(1),
            retired_at: None,
        };
        let signing = SigningKeys::new(clock.clone(), keys.clone());
        let schedule = Schedule::new(Purpose::ConsentToken, vec![generation]);
        signing.learn(vec![schedule.clone()], Instant::now()).expect("a schedule");
        let signer = signing.signer(Purpose::ConsentToken).expect("a key");
        let private = PrivateKey::from_bytes(signer.secret().expose(), Algorithm::Ed25519);
        let root = KeyPair::from(&private.expect("a key"));
        let worker = WorkerId::generate(&clock, &Entropy::seeded(1));
        let subject = keys.pairwise_subject(worker, "coach");
        let (issued, expires) = (
            SystemTime::from(now),
            SystemTime::from(now + Duration::minutes(5)),
        );
        let (grant, key) = ("01938f5a-0000-7000-8000-000000000000", KEY);
        let audience = AUDIENCE;
        let token = biscuit!(
            "subject({subject}); client(\"coach\"); grant({grant}, 1); token(\"t\");
             purpose(\"career_guidance\"); issued({issued}); expires({expires}); cnf({key});
             right(\"certificates\", \"read\"); right(\"skills\", \"read\");
             fields(\"certificates\", {\"score\", \"issuer\"});
             check if time($time), $time < {expires};
             check if audience({audience});
             check if dpop_jkt({key});"
        );
        let token = token.root_key_id(1).build(&root).expect("a token");
        let bytes = token.to_vec().expect("a token");
        let examiner = TokenExaminer::new(clock, &keys, signing.clone(), AUDIENCE.to_owned());
        let opens = examiner.opened(&text(&bytes)).expect("a good token");
        assert!(!opens.is_empty());
        Self { root, token, bytes, examiner, signing, schedule, opens }
    }

    /// Keeps the schedule fresh: its lease runs by the real clock, for seconds only.
    pub fn learn(&self) {
        let known = self.signing.learn(vec![self.schedule.clone()], Instant::now());
        known.expect("a schedule");
    }
}

/// A token as it travels.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE.encode(bytes)
}
