//! What the extractors refuse, and how a problem reads.

use axum::{
    body,
    extract::{FromRequest, FromRequestParts},
    http::{Request, StatusCode, header},
    response::IntoResponse,
};
use kernel::Fault;
use serde::Deserialize;

use super::{Body, Flaw, Form, Found, LIMIT, Paging, Problem, Query, Slug};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    name: String,
    #[serde(default)]
    lines: Vec<Line>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Line {
    count: u8,
}

async fn json(media_type: &str, body: impl Into<body::Body>) -> Result<Order, Problem> {
    let request = Request::post("/").header(header::CONTENT_TYPE, media_type);
    Body::from_request(request.body(body.into()).unwrap(), &())
        .await
        .map(|Body(order)| order)
}

async fn form(body: &'static str) -> Result<Order, Problem> {
    let request = Request::post("/").header(
        header::CONTENT_TYPE,
        "application/x-www-form-urlencoded; charset=utf-8",
    );
    Form::from_request(request.body(body.into()).unwrap(), &())
        .await
        .map(|Form(order)| order)
}

fn first_flaw(problem: &Problem) -> Flaw {
    problem.document("https://cpf.example", "id").errors[0].clone()
}

#[tokio::test]
async fn a_body_is_read_as_json_of_any_json_media_type() {
    let order = json(
        "application/json; charset=utf-8",
        r#"{"name": "Éva \ud83d\ude00"}"#,
    )
    .await;
    assert_eq!(
        order.unwrap(),
        Order {
            name: "Éva 😀".into(),
            lines: vec![]
        }
    );
    assert!(
        json("application/merge-patch+json", r#"{"name": ""}"#)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    for media_type in ["text/plain", "application/xml", "application/jsonp", ""] {
        let problem = json(media_type, r#"{"name": ""}"#).await.unwrap_err();
        assert_eq!(problem.slug(), Slug::UnsupportedMediaType, "{media_type}");
    }
}

#[tokio::test]
async fn a_body_with_nul_or_lone_surrogates_is_malformed_wherever_they_hide() {
    for body in [
        r#"{"name": "a\u0000"}"#,
        r#"{"name": "a", "unknown\u0000": 1}"#,
        r#"{"name": "\ud800"}"#,
        r#"{"name": "\udfff\ud800"}"#,
        "{\"name\": \"\0\"}",
        "{\"name\"",
        "",
        r#"{"name": "a"} {"name": "b"}"#,
    ] {
        let problem = json("application/json", body).await.unwrap_err();
        assert_eq!(problem.slug(), Slug::MalformedRequest, "{body}");
    }
    let problem = json("application/json", &b"{\"name\": \"\xff\"}"[..])
        .await
        .unwrap_err();
    assert_eq!(problem.slug(), Slug::MalformedRequest);
}

#[tokio::test]
async fn a_field_out_of_shape_is_pointed_at() {
    let body = r#"{"name": "a", "lines": [{"count": 1}, {"count": 900}]}"#;
    let problem = json("application/json", body).await.unwrap_err();
    assert_eq!(problem.slug(), Slug::InvalidBody);
    assert_eq!(
        first_flaw(&problem).pointer.as_deref(),
        Some("/lines/1/count")
    );
    let problem = json("application/json", r#"{"name": "a", "more": 1}"#)
        .await
        .unwrap_err();
    assert_eq!(problem.slug(), Slug::InvalidBody);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_too_large() {
    let body = format!(r#"{{"name": "{}"}}"#, "a".repeat(LIMIT));
    assert_eq!(
        json("application/json", body).await.unwrap_err().slug(),
        Slug::TooLarge
    );
}

#[tokio::test]
async fn deeply_nested_json_is_malformed_not_a_crash() {
    let body = format!(r#"{{"name": {}"#, "[".repeat(100_000));
    assert!(json("application/json", body).await.is_err());
}

#[tokio::test]
async fn a_form_is_held_to_the_same_rules() {
    assert_eq!(form("name=%C3%89va+L").await.unwrap().name, "Éva L");
    for malformed in ["name=a%00", "name=%ff", "name=%ed%a0%80", "name=%"] {
        assert_eq!(
            form(malformed).await.unwrap_err().slug(),
            Slug::MalformedRequest
        );
    }
    assert_eq!(form("lines=1").await.unwrap_err().slug(), Slug::InvalidBody);
}

#[tokio::test]
async fn a_parameter_out_of_shape_is_named() {
    let read = async |query: &str| {
        let (mut parts, ()) = Request::get(query).body(()).unwrap().into_parts();
        Query::<Paging>::from_request_parts(&mut parts, &())
            .await
            .map(|Query(paging)| paging)
    };
    let problem = read("/?limit=many").await.unwrap_err();
    assert_eq!(problem.slug(), Slug::InvalidParameter);
    assert_eq!(first_flaw(&problem).parameter.as_deref(), Some("limit"));
    for out_of_range in ["/?limit=0", "/?limit=201"] {
        let paging = read(out_of_range).await.unwrap();
        assert_eq!(paging.limit().unwrap_err().slug(), Slug::InvalidParameter);
    }
    let paging = read("/?after=rubbish&unread=1").await.unwrap();
    assert!(paging.limit().is_ok());
    assert_eq!(
        paging.after::<u64>().unwrap_err().slug(),
        Slug::InvalidParameter
    );
    assert_eq!(read("/").await.unwrap().after::<u64>().unwrap(), None);
}

#[test]
fn a_problem_reads_as_rfc_9457_says() {
    let problem = Problem::new(Slug::InvalidParameter)
        .detail("look again")
        .flaw(Flaw::of(
            "limit",
            "out-of-range",
            "expected a number from 1 to 200",
        ));
    let written = problem.document("https://cpf.example/", "req-1");
    insta::assert_snapshot!(serde_json::to_string_pretty(&written).unwrap(), @r#"
    {
      "type": "https://cpf.example/problems/invalid-parameter",
      "title": "A parameter is not valid",
      "status": 400,
      "detail": "look again",
      "errors": [
        {
          "parameter": "limit",
          "code": "out-of-range",
          "detail": "expected a number from 1 to 200"
        }
      ],
      "request_id": "req-1"
    }
    "#);
}

#[test]
fn a_fault_is_unavailable_when_trying_again_may_help_and_says_nothing_of_itself() {
    let away = Problem::from(Fault::Unavailable("the recorder"));
    assert_eq!(away.slug(), Slug::Unavailable);
    assert_eq!(
        away.clone().into_response().headers()[header::RETRY_AFTER],
        "1"
    );
    let broken = Problem::from(Fault::Corrupt("grants: a row".into()));
    assert_eq!(broken.slug(), Slug::Internal);
    let written = serde_json::to_string(&broken.document("", "")).unwrap();
    assert!(!written.contains("grants"));
    assert!(broken.cause().unwrap().to_string().contains("grants"));
}

#[test]
fn slugs_are_stable_names_each_its_own() {
    let mut names: Vec<_> = Slug::ALL.iter().map(|slug| slug.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Slug::ALL.len());
    for slug in Slug::ALL {
        assert!(
            slug.name()
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        );
        assert!(slug.status().is_client_error() || slug.status().is_server_error());
        assert!(slug.explanation().ends_with('.') && !slug.title().ends_with('.'));
    }
}

#[test]
fn the_same_bytes_have_the_same_tag() {
    let (one, same) = (Found(["a"]).into_response(), Found(["a"]).into_response());
    assert_eq!(one.status(), StatusCode::OK);
    assert_eq!(one.headers()[header::ETAG], same.headers()[header::ETAG]);
    assert_ne!(
        one.headers()[header::ETAG],
        Found(["b"]).into_response().headers()[header::ETAG]
    );
}
