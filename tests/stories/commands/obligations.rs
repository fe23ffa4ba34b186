//! `cpf obligations`: the authority's terminal.

use std::time::Duration;

use kernel::Clock;
use serde_json::json;

use super::program::{Ended, cpf};
use crate::harness::{Browser, Platform};

async fn overdue(platform: &Platform, more: &[&str]) -> Ended {
    let mut command = cpf(&["obligations", "--overdue"]);
    let url = platform.config.database_url.as_ref().unwrap();
    command.args(more).env("DATABASE_URL", url.expose());
    Ended::of(command).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_reads_which_apps_have_not_attested_and_no_worker() {
    // The program reads the machine's clock: the story begins in the past, and ends in the present.
    let days = |days: u64| Duration::from_hours(24 * days);
    let begun = Clock::system().now() - days(40);
    let platform = Platform::start_at(Clock::manual(begun), |_config| {}).await;
    let worker = Browser::of(&platform, "plain").await;
    let grant = platform.coach.connect(&platform, &worker).await.grant;
    worker.revoke().await;
    let ended = overdue(&platform, &["--json"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let told = ended.json();
    let [one] = &told["overdue"].as_array().unwrap()[..] else {
        panic!("{ended:?}");
    };
    assert_eq!(one["client_id"], "cap-metier");
    assert_eq!(one["grant_id"], grant);
    let names: Vec<_> = one.as_object().unwrap().keys().collect();
    assert_eq!(names, ["client_id", "due_at", "ended_at", "grant_id"]);

    let told = overdue(&platform, &[]).await;
    assert!(told.out.contains("cap-metier: 1 not attested"), "{told:?}");
    assert!(told.out.ends_with("Overdue: 1.\n"), "{told:?}");

    let now = begun.format(&time::format_description::well_known::Rfc3339);
    let fields = [
        ("grant_id", grant.as_str()),
        ("erased_at", &now.unwrap()),
        ("kept", "nothing"),
        ("responsible", "Data protection officer"),
    ];
    let path = "/oauth/grants/attest";
    let attested = platform.coach.call(&platform, path, &fields).await;
    assert_eq!(attested.status, 200, "{}", attested.body);
    let ended = overdue(&platform, &["--json"]).await;
    assert_eq!(ended.json(), json!({"overdue": []}));
}
