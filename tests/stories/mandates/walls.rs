//! What no counsellor reaches: acts that were not permitted, mandates and workers of others.

use consent::{Act, Section};
use reqwest::StatusCode;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::{journal, start};
use crate::harness::{Browser, EVERYTHING};

/// Every page and form of a mandate, with the grant that a form names.
fn addresses(mandate: &str, grant: &str) -> [(String, bool); 5] {
    let base = format!("/counsellor/mandates/{mandate}");
    [
        (base.clone(), false),
        (format!("{base}/record"), false),
        (format!("{base}/authorizations"), false),
        (format!("{base}/authorizations/{grant}/stop"), true),
        (format!("{base}/resign"), true),
    ]
}

/// The status of `address` for `counsellor`: a page, or a form of hers.
async fn status(counsellor: &Browser, (address, is_form): &(String, bool)) -> StatusCode {
    if *is_form {
        counsellor.press("/counsellor", address, &[]).await.status
    } else {
        counsellor.open_path(address).await.status
    }
}

/// The grant that the worker of `browser` gave last.
async fn grant(browser: &Browser) -> String {
    let page = browser.open_path("/authorizations").await;
    page.between("action=\"/authorizations/", "/revoke\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_permits_what_was_ticked_and_nothing_else() {
    let (platform, worker, counsellor) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let grant = grant(&worker).await;
    for (ticked, permitted) in [
        (("section", "certificates"), [200, 200, 403, 403]),
        (("action", "see_authorizations"), [200, 403, 200, 403]),
    ] {
        let mandate = worker.entrust(&counsellor, &[ticked], "30").await;
        let all = addresses(&mandate, &grant);
        for (address, expected) in all.iter().zip(permitted) {
            let status = status(&counsellor, address).await;
            assert_eq!(status, expected, "{ticked:?} {address:?}");
        }
    }
    let read = platform
        .coach
        .read("/v1/record/certificates", &tokens.access);
    assert_eq!(read.await.status, 200, "nothing was stopped");
    let stops = [("action", "stop_authorizations")];
    let mandate = worker.entrust(&counsellor, &stops, "30").await;
    let [_, record, sees, stop, _] = addresses(&mandate, &grant);
    assert_eq!(status(&counsellor, &record).await, 403);
    assert_eq!(status(&counsellor, &sees).await, 200, "to stop is to see");
    assert_eq!(status(&counsellor, &stop).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_agent_reaches_a_mandate_not_even_the_same_person_elsewhere() {
    let (platform, worker, counsellor) = start().await;
    platform.coach.connect(&platform, &worker).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let addresses = addresses(&mandate, &grant(&worker).await);
    let before = journal(&worker).await;
    for persona in ["colleague", "moved"] {
        let other = Browser::of_agent(&platform, persona).await;
        let home = other.open_path("/counsellor").await.html;
        assert!(!home.contains("Orfeuillard"), "{persona}: {home}");
        for address in &addresses {
            let status = status(&other, address).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{persona} {address:?}");
        }
    }
    assert_eq!(journal(&worker).await, before, "and nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_of_one_worker_reaches_nothing_of_another() {
    let (platform, worker, counsellor) = start().await;
    let other = Browser::of(&platform, "accents").await;
    let tokens = platform.coach.connect(&platform, &other).await;
    let theirs = grant(&other).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let [_, _, sees, stop, _] = addresses(&mandate, &theirs);
    assert_eq!(status(&counsellor, &stop).await, StatusCode::NOT_FOUND);
    let page = counsellor.open_path(&sees.0).await.html;
    assert!(!page.contains("Cap Métier"), "{page}");
    let read = platform
        .coach
        .read("/v1/record/certificates", &tokens.access);
    assert_eq!(read.await.status, 200);
    let end = format!("/mandates/{mandate}/end");
    let ended = other.press("/mandates", &end, &[]).await;
    assert_eq!(ended.status, StatusCode::NOT_FOUND, "nor does she end it");
    let [_, record, ..] = addresses(&mandate, &theirs);
    assert_eq!(status(&counsellor, &record).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_names_no_mandate_is_nobody_s() {
    let (_platform, _worker, counsellor) = start().await;
    let nobody_s = "01900000-0000-7000-8000-000000000000";
    for mandate in [nobody_s, "x", "..%2F"] {
        for address in addresses(mandate, nobody_s) {
            let status = status(&counsellor, &address).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{address:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_of_a_reading_under_a_mandate_shows_one_section_and_no_other_table() {
    let (platform, worker, counsellor) = start().await;
    platform.coach.connect(&platform, &worker).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let mandate: Uuid = mandate.parse().unwrap();
    let secret = counsellor.cookie("agent").unwrap();
    let session = platform.app.agents.session(&secret).await.unwrap();
    let consent = &platform.app.consent;
    let by = consent.counsellor(&session).await.unwrap().unwrap();
    let skill = "INSERT INTO entries (worker_id, entry_id, section, provenance, body, recorded_at)
                 SELECT worker_id, gen_random_uuid(), section, 'declared', '{}', now()
                   FROM workers, unnest(ARRAY['skills', 'certificates']) AS section";
    let owner = platform.owner().await;
    sqlx::query(skill).execute(&owner).await.unwrap();
    let act = Act::Read(Section::Certificates);
    for (table, seen) in [("entries", Some(1)), ("identities", None), ("grants", None)] {
        let access = consent.as_counsellor(&by, mandate.into(), act).await;
        let mut access = access.unwrap();
        let count = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let counted = sqlx::query(count).fetch_one(access.conn()).await;
        let counted = counted.ok().map(|row| row.get::<i64, _>(0));
        assert_eq!(counted, seen, "{table}");
    }
}
