//! Asking for less than was granted when a token is had (RFC 9396 §6), and what else a token request
//! may not say.

use serde_json::{Value, json};

use super::{good, grant, now, read, start};
use crate::harness::{Form, Platform, Reply, altered, asked};

/// A refresh that says this too.
async fn refreshed(platform: &Platform, token: &str, more: &[(&str, &str)]) -> Reply {
    let mut form: Form = platform.coach.assertion_form(now(platform));
    form.push(("grant_type".into(), "refresh_token".into()));
    form.push(("refresh_token".into(), token.into()));
    let form = more
        .iter()
        .fold(form, |form, (name, value)| altered(form, name, value));
    platform.coach.post("/oauth/token", &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_for_less_opens_less_and_the_next_one_all_again() {
    let (platform, worker) = start().await;
    let tokens = grant(&platform, &worker, &asked()).await;
    let refresh = tokens.refresh.unwrap();
    let less = json!([{"type": "cpf_record", "actions": ["read"], "sections": ["skills"]}]);
    let reply = refreshed(
        &platform,
        &refresh,
        &[("authorization_details", &less.to_string())],
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(
        reply.body["authorization_details"][0]["sections"],
        json!(["skills"])
    );
    let token = reply.body["access_token"].as_str().unwrap();
    assert_eq!(
        read(&platform, token).await.verdict(),
        (403, "insufficient-rights")
    );
    let skills = platform.coach.read("/v1/record/skills", token).await;
    assert_eq!(skills.status, 200, "{}", skills.body);
    let form = platform.coach.assertion_form(now(&platform));
    let told = platform
        .coach
        .post("/oauth/introspect", &altered(form, "token", token))
        .await;
    assert_eq!(
        told.body["authorization_details"][0]["sections"],
        json!(["skills"])
    );

    let same = Value::Array(vec![tokens.details]).to_string();
    for more in [&[][..], &[("authorization_details", same.as_str())]] {
        let reply = refreshed(&platform, &refresh, more).await;
        let token = reply.body["access_token"].as_str().unwrap();
        assert_eq!(read(&platform, token).await.status, 200, "{more:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_beyond_the_grant_is_had_by_asking_for_it() {
    let (platform, worker) = start().await;
    let refresh = grant(&platform, &worker, &asked()).await.refresh.unwrap();
    let beyond = [
        json!([{"type": "cpf_record", "actions": ["read"], "sections": ["skills", "diplomas"]}]),
        json!([{"type": "cpf_record", "actions": ["propose"], "sections": ["skills"]}]),
        json!([{"type": "cpf_record", "actions": ["read"], "sections": ["skills"], "purpose": "job_search"}]),
        json!([{"type": "cpf_record", "actions": ["read"], "sections": ["skills"], "locations": ["https://other.example"]}]),
        json!([]),
        json!("junk"),
    ];
    for details in beyond {
        let more = [("authorization_details", details.to_string())];
        let more = more.each_ref().map(|(name, value)| (*name, value.as_str()));
        let reply = refreshed(&platform, &refresh, &more).await;
        assert_eq!(
            reply.verdict(),
            (400, "invalid_authorization_details"),
            "{details}"
        );
    }
    for scope in ["grant_management_query", "openid profile"] {
        let reply = refreshed(&platform, &refresh, &[("scope", scope)]).await;
        assert_eq!(reply.verdict(), (400, "invalid_scope"), "{scope}");
    }
    let form = altered(
        platform.coach.assertion_form(now(&platform)),
        "grant_type",
        "client_credentials",
    );
    let form = altered(form, "scope", "grant_management_query");
    let form = altered(form, "authorization_details", &asked().to_string());
    let reply = platform.coach.post("/oauth/token", &form).await;
    assert_eq!(reply.verdict(), (400, "invalid_authorization_details"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_not_spent_by_asking_for_too_much_and_gives_less_when_asked() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &["skills"]).await;
    let trade = async |sections: Value| {
        let details = json!([{"type": "cpf_record", "actions": ["read"], "sections": sections}]);
        let form = platform.coach.trade_form(now(&platform), &code);
        let form = altered(form, "authorization_details", &details.to_string());
        platform.coach.post("/oauth/token", &form).await
    };
    let refused = trade(json!(["experiences"])).await;
    assert_eq!(refused.verdict(), (400, "invalid_authorization_details"));
    let reply = trade(json!(["certificates"])).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(
        reply.body["authorization_details"][0]["sections"],
        json!(["certificates"])
    );
    let all = platform
        .coach
        .refresh(&platform, reply.body["refresh_token"].as_str().unwrap())
        .await;
    let sections = &all.body["authorization_details"][0]["sections"];
    assert_eq!(
        *sections,
        json!(["certificates", "skills"]),
        "the grant stays what it is"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_may_be_named_as_often_as_it_is_ours() {
    let platform = Platform::start().await;
    let here = format!("{}/v1", platform.url);
    let pushed = async |named: &[&str]| {
        let mut form = good(&platform);
        form.extend(
            named
                .iter()
                .map(|named| ("resource".into(), (*named).into())),
        );
        platform.coach.post("/oauth/par", &form).await
    };
    assert_eq!(pushed(&[&here, &here]).await.status, 201);
    for named in [
        &[here.as_str(), "https://other.example/v1"][..],
        &["https://other.example/v1", &here],
        &[&format!("{here}///")],
    ] {
        let reply = pushed(named).await;
        assert_eq!(reply.verdict(), (400, "invalid_target"), "{named:?}");
    }
}
