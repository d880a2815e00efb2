//! Traces over OTLP, logs as JSON, metrics for Prometheus.

use std::{collections::HashMap, time::Duration};

use opentelemetry::{
    KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{TraceContextExt, TracerProvider},
};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Common;

/// Keeps the exporters alive; dropping it loses the last spans, so call [`Telemetry::shutdown`].
#[derive(Debug)]
pub struct Telemetry {
    traces: SdkTracerProvider,
    pub registry: prometheus::Registry,
}

/// Starts logging, tracing and metrics for one process.
///
/// # Errors
/// When the exporter or the log filter cannot be made.
pub fn start(service: &'static str, common: &Common) -> anyhow::Result<Telemetry> {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let resource = Resource::builder()
        .with_service_name(service)
        .with_attribute(KeyValue::new("service.instance.id", common.instance.clone()))
        .with_attribute(KeyValue::new("service.namespace", "tradewind"))
        .build();
    let traces = traces(&common.otlp_endpoint, resource.clone())?;
    let registry = prometheus::Registry::new();
    let exporter = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build()?;
    let metrics = opentelemetry_sdk::metrics::SdkMeterProvider::builder().with_reader(exporter).with_resource(resource).build();
    opentelemetry::global::set_meter_provider(metrics);

    let filter = EnvFilter::try_new(format!("{},opentelemetry=warn,h2=warn,hyper=warn,rdkafka=warn", common.log_level))?;
    let logs = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_span_events(FmtSpan::NONE);
    let spans = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer(service))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    tracing_subscriber::registry().with(filter).with(spans).with(logs).try_init()?;
    Ok(Telemetry { traces, registry })
}

/// Without an endpoint nothing is sent, but traces still have ids, so that problems and logs carry them.
fn traces(endpoint: &str, resource: Resource) -> anyhow::Result<SdkTracerProvider> {
    let provider = SdkTracerProvider::builder().with_resource(resource);
    if endpoint.is_empty() {
        return Ok(provider.build());
    }
    let exporter =
        opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(Duration::from_secs(3)).build()?;
    Ok(provider.with_batch_exporter(exporter).build())
}

impl Telemetry {
    /// Sends what is still waiting.
    pub fn shutdown(self) {
        if let Err(error) = self.traces.shutdown_with_timeout(Duration::from_secs(3)) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// The current trace's id as 32 hexadecimal digits; zeros outside any.
pub fn trace_id() -> String {
    Span::current().context().span().span_context().trace_id().to_string()
}

/// The current span as a `traceparent`, to travel in an outbox row or a message.
pub fn traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove("traceparent")
}

/// Makes `span` a child of what `traceparent` names; an unreadable one is ignored.
pub fn continue_trace(span: &Span, traceparent: Option<&str>) {
    struct One<'a>(&'a str);
    impl Extractor for One<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            (key == "traceparent").then_some(self.0)
        }

        fn keys(&self) -> Vec<&str> {
            vec!["traceparent"]
        }
    }
    if let Some(traceparent) = traceparent {
        let parent = TraceContextPropagator::new().extract(&One(traceparent));
        if parent.span().span_context().is_valid() {
            // Fails only when the span was already given a parent or no tracer listens.
            let _ = span.set_parent(parent);
        }
    }
}
