//! Files of hundreds of megabytes, streamed to the real program: too large is refused, sound is
//! taken, and memory stays flat.

use std::io;

use flux_generator::Recipe;
use futures_util::stream;
use reqwest::Body;

use super::{
    Certifier, Stored,
    flux::{HEAD, Passage, TAIL},
    sent::refusal,
};
use crate::{commands::Served, harness::Platform};

/// What the program may hold above what it held at rest (docs: intake target).
const MIB_ABOVE_IDLE: u64 = 128;

/// A flux of at least `mib` mebibytes, made as it is sent.
fn endless(mib: usize) -> Body {
    let mut block = String::new();
    let mut passages = 0;
    while block.len() < 1024 * 1024 {
        Passage::of_lucie("A-1").write(&mut block);
        passages += 1;
    }
    assert!(passages > 100);
    let blocks = std::iter::repeat_n(block, mib);
    let whole = std::iter::once(HEAD.to_owned())
        .chain(blocks)
        .chain([TAIL.to_owned()]);
    Body::wrap_stream(stream::iter(whole.map(Ok::<_, io::Error>)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_300_megabytes_is_too_large_and_is_never_held() {
    let platform = Platform::start().await;
    let served = Served::beside(&platform).await;
    let certifier = Certifier::of(&platform).await.at(&served.url);
    let at_rest = served.peak_mib();

    let error = refusal(&certifier.send(endless(300)).await, 413, "too-large");
    assert_eq!(error["code"], "too_large");
    assert!(error["line"].as_u64().unwrap() > 1_000_000, "{error}");
    let peak = served.peak_mib();
    assert!(
        peak <= at_rest + MIB_ABOVE_IDLE,
        "{peak} MiB, after {at_rest} MiB at rest"
    );
    assert_eq!(Stored::on(&platform).await, Stored::nothing());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_sound_file_is_processed_in_flat_memory_and_survives_the_program() {
    const PASSAGES: u32 = 12_000;
    let recipe = Recipe {
        passages: PASSAGES,
        holders: 9_000,
        ..Recipe::default()
    };
    let mut flux = Vec::new();
    recipe.write(&mut flux).unwrap();
    assert!(flux.len() > 16 * 1024 * 1024, "{}", flux.len());

    let platform = Platform::start().await;
    let mut served = Served::beside(&platform).await;
    let there = Certifier::of(&platform).await.at(&served.url);
    let at_rest = served.peak_mib();
    let sent = there.send(flux).await;
    assert_eq!(sent.status, 202, "{}", sent.body);
    let batch = sent.body["id"].as_str().unwrap();
    assert!(served.peak_mib() <= at_rest + MIB_ABOVE_IDLE);
    // Whoever was processing it, it is acknowledged: the node that is left sees to it.
    served.kill();

    let here = there.at(&platform.url);
    let mut status = serde_json::Value::Null;
    for _ in 0..1_200 {
        status = here.report(batch, "?limit=1").await.body["batch"].clone();
        if status["status"] == "done" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(status["counts"]["waiting"], PASSAGES, "{status}");
    let stored = Stored::on(&platform).await;
    let all = i64::from(PASSAGES);
    assert_eq!(
        (stored.rows("passages"), stored.rows("batch_reports")),
        (all, all)
    );
    assert_eq!(
        (
            stored.rows("waiting_certificates"),
            stored.rows("batch_chunks")
        ),
        (all, 0)
    );
}
