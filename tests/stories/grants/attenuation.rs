//! An app narrows its token offline, by the recipes of `docs/guide-attenuation.md`, and hands it to
//! a sub-service.

use std::time::Duration;

use attenuate::{Narrowing, exchange, narrow, seal};
use biscuit_auth::{UnverifiedBiscuit, builder::BlockBuilder};

use super::{now, read, start};
use crate::harness::{Platform, Reply, TestApp};

/// A platform, and the token of an app that may read certificates and skills.
pub(super) async fn granted() -> (Platform, UnverifiedBiscuit) {
    let (platform, worker) = start().await;
    let access = platform.coach.connect(&platform, &worker).await.access;
    let token = UnverifiedBiscuit::from_base64(access).unwrap();
    (platform, token)
}

/// `token` with a block of this Datalog.
pub(super) fn appended(token: &UnverifiedBiscuit, code: &str) -> UnverifiedBiscuit {
    let block = BlockBuilder::new().code(code).unwrap();
    token.append(block).unwrap()
}

/// Reads the certificates with `token`.
pub(super) async fn present(platform: &Platform, token: &UnverifiedBiscuit) -> Reply {
    read(platform, &token.to_base64().unwrap()).await
}

/// The same, narrowed by the helper.
async fn narrowed(platform: &Platform, token: &UnverifiedBiscuit, less: &Narrowing) -> Reply {
    let token = narrow(&token.to_base64().unwrap(), less).unwrap();
    read(platform, &token).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_for_fewer_sections_keeps_what_it_names_and_cuts_the_rest() {
    let (platform, token) = granted().await;
    let to = |names: &[&'static str]| Narrowing::default().to_sections(names.iter().copied());
    for kept in [&["certificates"][..], &["skills", "certificates"]] {
        let reply = narrowed(&platform, &token, &to(kept)).await;
        assert_eq!(reply.status, 200, "{kept:?}: {}", reply.body);
    }
    for cut in [&["skills"][..], &[], &["Certificates"], &["certificates "]] {
        let reply = narrowed(&platform, &token, &to(cut)).await;
        assert_eq!(reply.verdict(), (403, "insufficient-rights"), "{cut:?}");
    }
    // To name a section that was not granted gives nothing.
    let more = narrowed(&platform, &token, &to(&["certificates", "identity"])).await;
    assert_eq!(more.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_for_fewer_fields_lets_them_be_asked_for_by_name_and_nothing_else() {
    let (platform, token) = granted().await;
    let less = Narrowing::default().to_fields(["qualification", "valid_from"]);
    let by_helper = narrow(&token.to_base64().unwrap(), &less).unwrap();
    let recipe = "check all field($f), [\"qualification\", \"valid_from\"].contains($f);";
    let by_hand = appended(&token, recipe).to_base64().unwrap();
    for token in [&by_helper, &by_hand] {
        for (asked, status) in [
            ("?fields=qualification", 200),
            ("?fields=qualification,valid_from", 200),
            ("?fields=qualification,score", 403),
            ("?fields=score", 403),
            ("", 403),
        ] {
            let path = format!("/v1/record/certificates{asked}");
            let reply = platform.coach.read(&path, token).await;
            assert_eq!(reply.status, status, "{asked}: {}", reply.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_for_an_earlier_end_ends_the_narrowed_token_and_not_the_whole_one() {
    let (platform, token) = granted().await;
    let end = platform.clock.now() + Duration::from_mins(1);
    let less = Narrowing::default().until(end.into());
    assert_eq!(narrowed(&platform, &token, &less).await.status, 200);
    platform.clock.advance(Duration::from_mins(1));
    let late = narrowed(&platform, &token, &less).await;
    assert_eq!(late.verdict(), (403, "insufficient-rights"));
    assert_eq!(present(&platform, &token).await.status, 200);
    // A later end than the token's own changes nothing.
    let later = platform.clock.now() + Duration::from_hours(1);
    let later = Narrowing::default().until(later.into());
    assert_eq!(narrowed(&platform, &token, &later).await.status, 200);
    platform.clock.advance(Duration::from_mins(4));
    let late = narrowed(&platform, &token, &later).await;
    assert_eq!(late.verdict(), (401, "invalid-token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_of_ones_own_cut_by_action_and_by_what_was_never_said() {
    let (platform, token) = granted().await;
    for kept in [
        "check if operation(\"read\");",
        "check if section(\"skills\") or section(\"certificates\");",
        "check if section($s), operation($o), right($s, $o);",
        "reject if section(\"identity\");",
    ] {
        let reply = present(&platform, &appended(&token, kept)).await;
        assert_eq!(reply.status, 200, "{kept}: {}", reply.body);
    }
    for cut in [
        "check if operation(\"propose\");",
        "check if section(\"certificates\"), section(\"skills\");",
        "reject if section(\"certificates\");",
        "check if something(\"never said\");",
    ] {
        let reply = present(&platform, &appended(&token, cut)).await;
        assert_eq!(reply.verdict(), (403, "insufficient-rights"), "{cut}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrowed_token_is_narrowed_further_sealed_and_dies_with_the_whole_one() {
    let (platform, token) = granted().await;
    let narrow = appended(&token, "check if operation(\"read\");");
    let narrower = appended(&narrow, "check if section(\"certificates\");");
    let sealed = seal(&narrower.to_base64().unwrap()).unwrap();
    let sealed = UnverifiedBiscuit::from_base64(sealed).unwrap();
    for token in [&narrow, &narrower, &sealed] {
        assert_eq!(present(&platform, token).await.status, 200);
    }
    let cut = appended(&narrower, "check if section(\"skills\");");
    assert_eq!(present(&platform, &cut).await.status, 403);
    platform.clock.advance(Duration::from_secs(301));
    for token in [&token, &narrow, &narrower, &sealed] {
        let reply = present(&platform, token).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrowed_token_ends_with_its_grant() {
    let (platform, worker) = start().await;
    let access = platform.coach.connect(&platform, &worker).await.access;
    let token = UnverifiedBiscuit::from_base64(access).unwrap();
    let narrow = appended(&token, "check if operation(\"read\");");
    assert_eq!(present(&platform, &narrow).await.status, 200);
    worker.revoke().await;
    let unseen = appended(&token, "check if section(\"certificates\");");
    for token in [&narrow, &unseen] {
        let reply = present(&platform, token).await;
        assert_eq!(reply.verdict(), (401, "grant-ended"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_for_a_sub_service_s_own_token_gives_it_what_was_left_under_its_own_key() {
    let (platform, worker) = start().await;
    let (app, sub_service) = (&platform.coach, TestApp::named(&platform, "sub-service"));
    let token = app.connect(&platform, &worker).await.access;
    let less = Narrowing::default().to_fields(["qualification"]);
    let narrowed = narrow(&token, &less).unwrap();
    let assertion = app.sign(&app.claims(now(&platform)));
    let form = exchange(&narrowed, &assertion).map(|(name, value)| (name.into(), value.into()));
    let proof = sub_service.prove("POST", "/oauth/token", None);
    let reply = app.post_proving("/oauth/token", &form, &[proof]).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let its_own = reply.body["access_token"].as_str().unwrap();
    let path = "/v1/record/certificates?fields=qualification";
    assert_eq!(sub_service.read(path, its_own).await.status, 200);
    let more = sub_service.read("/v1/record/certificates", its_own).await;
    assert_eq!(more.verdict(), (403, "insufficient-rights"));
    let by_the_app = app.read(path, its_own).await;
    assert_eq!(by_the_app.verdict(), (401, "invalid-token"));
}
