//! Authorization details that are refused before any worker reads them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{good, pushed::is_refused};
use crate::harness::{Platform, altered, asked};

/// Ids of as many entries.
/// The usual details, with one member of another value.
fn with(name: &str, value: Value) -> String {
    let mut details = asked();
    details[0][name] = value;
    details.to_string()
}

fn items(count: u8) -> Vec<Uuid> {
    (0..count)
        .map(|number| Uuid::from_u128(number.into()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn details_that_are_not_declared_or_not_understood_are_refused() {
    let platform = Platform::start().await;
    let whole = asked()[0].to_string();
    let repeated = format!(
        "[{}, \"sections\": [\"skills\"]}}]",
        whole.trim_end_matches('}')
    );
    for details in [
        with("sections", json!(["certificates", "identity"])),
        with("sections", json!(["everything"])),
        with("sections", json!([])),
        with("essential", json!(["trainings"])),
        with("purpose", json!("recruitment")),
        with("purpose", json!("To help you, trust us")),
        with("actions", json!(["write"])),
        with("actions", json!([])),
        with("fields", json!(["title"])),
        with("fields", json!({"certificates": ["title"]})),
        with("fields", json!({"certificates": []})),
        with("fields", json!({"skills": ["score"]})),
        with("fields", json!({"trainings": ["score"]})),
        with("items", json!({"certificates": ["1"]})),
        with("items", json!({"certificates": []})),
        with("items", json!({"certificates": items(101)})),
        with("period", json!({})),
        with(
            "period",
            json!({"from": "2020-01-02", "until": "2020-01-01"}),
        ),
        with("period", json!("P1Y")),
        with("locations", json!(["https://other.example/v1"])),
        with("duration", json!("P366D")),
        with("duration", json!(90)),
        with("frequency", json!("once")),
        with("retention", json!("PT1H")),
        with("type", json!("payment_initiation")),
        with("recipients", json!(["A".repeat(101)])),
        with("recipients", json!([""])),
        with("recipients", json!(["a\u{0}b"])),
        with("recipients", json!(["Évry\nYou can trust us"])),
        with("recipients", json!(["evil\u{202e}elpmaxe"])),
        with("recipients", json!(["\u{2066}evil"])),
        with("recipients", json!([" ", "\u{200b}"])),
        with("recipients", json!(vec!["A"; 11])),
        with("recipients", json!(["A"])).replace("\"A\"", "\"\\ud800\""),
        repeated,
        "[]".into(),
        "{}".into(),
        whole.clone(),
        format!("[{whole},{whole}]"),
        "[".repeat(100_000),
        "not JSON".into(),
    ] {
        let form = altered(good(&platform), "authorization_details", &details);
        let why: String = details.chars().take(300).collect();
        is_refused(&platform, &form, "invalid_authorization_details", &why).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn details_within_their_limits_are_accepted() {
    let platform = Platform::start().await;
    let here = with("locations", json!([format!("{}/v1", platform.url)]));
    let most = with(
        "items",
        json!({"certificates": items(99), "skills": items(1)}),
    );
    for details in [here, most, with("actions", json!(["propose", "read"]))] {
        let form = altered(good(&platform), "authorization_details", &details);
        assert_eq!(
            platform.coach.post("/oauth/par", &form).await.status,
            201,
            "{details}"
        );
    }
}
