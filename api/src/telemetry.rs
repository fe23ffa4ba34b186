//! What is observed: log lines, spans, numbers. Never a header, a query, a path as it was sent, or
//! a body: only the route's template, ids without meaning, statuses and durations.

use std::{
    io::IsTerminal,
    panic,
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::Context;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Entropy;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::{
    propagation::Extractor, propagation::TextMapPropagator, trace::TracerProvider,
};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::Instrument;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Config, LogFormat};

/// How often the recorder tidies its samples.
pub const UPKEEP: Duration = Duration::from_secs(5);

/// The header that carries a request's id, ours or the caller's.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id: in the answer's header, in each problem, on each log line.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Keeps exporting spans until dropped.
#[derive(Debug)]
pub struct Telemetry {
    spans: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Starts logging to standard error, and exporting spans when an endpoint is set. Once per
    /// process.
    pub fn start(config: &Config) -> anyhow::Result<Self> {
        let filter: EnvFilter = config.log.parse().context("CPF_LOG is not a filter")?;
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        // On a terminal the layer itself honours NO_COLOR.
        let lines = if std::io::stderr().is_terminal() {
            lines
        } else {
            lines.with_ansi(false)
        };
        let lines = match config.log_format {
            LogFormat::Text => lines.with_target(false).boxed(),
            LogFormat::Json => lines.json().flatten_event(true).boxed(),
        };
        let spans = config.otlp_endpoint.as_ref().map(exporter).transpose()?;
        let export = spans
            .as_ref()
            .map(|spans| tracing_opentelemetry::layer().with_tracer(spans.tracer("cpf")));
        tracing_subscriber::registry()
            .with(filter)
            .with(lines)
            .with(export)
            .try_init()?;
        panic::set_hook(Box::new(|panic| {
            // Not its message: it may quote what was being worked on.
            let place = panic
                .location()
                .map(ToString::to_string)
                .unwrap_or_default();
            tracing::error!(place, "panic");
        }));
        Ok(Self { spans })
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.spans.as_ref().map(SdkTracerProvider::shutdown) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the last spans are lost"
            );
        }
    }
}

fn exporter(endpoint: &url::Url) -> anyhow::Result<SdkTracerProvider> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(endpoint.as_str())
        .build()
        .context("CPF_OTLP_ENDPOINT")?;
    let resource = Resource::builder().with_service_name("cpf").build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build())
}

/// The recorder of the numbers that `metrics::counter!` and its like count. There is one in a
/// process, because that crate's macros know only one.
pub(crate) fn recorder() -> anyhow::Result<PrometheusHandle> {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = RECORDER.get() {
        return Ok(handle.clone());
    }
    let buckets = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
    ];
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &buckets)?
        .build_recorder();
    let handle = RECORDER.get_or_init(|| recorder.handle());
    // Somebody else's recorder, or a start at the same moment: then ours shows nothing, and serves.
    let _ = metrics::set_global_recorder(recorder);
    Ok(handle.clone())
}

/// Gives each request its id, its span and its numbers. The outermost layer of all.
pub(crate) async fn observe(
    State(entropy): State<Entropy>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let id = request_id(&entropy, request.headers());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let method = known_method(&request);
    let span = tracing::info_span!(
        "http.request",
        method,
        route,
        request_id = id.as_str(),
        status = tracing::field::Empty,
        duration_ms = tracing::field::Empty,
    );
    let parent = TraceContextPropagator::new().extract(&Carrier(request.headers()));
    // Fails when spans are not exported: then nobody looks for the parent.
    let _ = span.set_parent(parent);
    request.extensions_mut().insert(RequestId(id.clone()));

    let mut response = next.run(request).instrument(span.clone()).await;

    let took = begun.elapsed();
    let status = response.status().as_u16();
    span.record("status", status);
    span.record("duration_ms", took.as_secs_f64() * 1000.0);
    span.in_scope(|| tracing::info!("answered"));
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("cpf_http_requests_total", &labels).increment(1);
    metrics::histogram!("cpf_http_request_duration_seconds", &labels).record(took.as_secs_f64());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The caller's id when it is one: 8 to 64 letters, digits, `-` or `_`. Otherwise a new one.
fn request_id(entropy: &Entropy, headers: &HeaderMap) -> String {
    let theirs = headers
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| {
            (8..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        });
    theirs.map_or_else(
        || URL_SAFE_NO_PAD.encode(entropy.bytes::<16>()),
        ToOwned::to_owned,
    )
}

/// The method, or `other`: anybody may invent methods, and each would be a new series.
fn known_method(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

struct Carrier<'a>(&'a HeaderMap);

impl Extractor for Carrier<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
