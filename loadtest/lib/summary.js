// What a run leaves behind: results/<scenario>.json to compare runs by, and a short table to read.

import { gateway } from "./settings.js";

/** A handleSummary for one scenario; `own` makes of k6's metrics what only this one counts. */
export function summaryOf(scenario, load, own = () => ({})) {
  const file = __ENV.RESULTS || `loadtest/results/${scenario}.json`;
  return (data) => {
    const result = Object.assign(summarise(scenario, load, data), own(data.metrics));
    return {
      // k6's own figures follow ours, for tools that know its format.
      [file]: `${JSON.stringify(Object.assign({}, result, { metrics: data.metrics }), null, 2)}\n`,
      stdout: table(result),
    };
  };
}

function summarise(scenario, load, data) {
  const seconds = data.state.testRunDurationMs / 1000;
  const count = (name) => (data.metrics[name] ? data.metrics[name].values.count || 0 : 0);
  const routes = {};
  for (const [name, metric] of Object.entries(data.metrics)) {
    const route = /^http_req_duration\{route:(.+)\}$/.exec(name);
    if (route && metric.values.count !== 0 && metric.values.max > 0) routes[route[1]] = latency(metric.values);
  }
  const failures = data.metrics.http_req_failed ? data.metrics.http_req_failed.values.rate : 0;
  return {
    scenario,
    finished_at: new Date().toISOString(),
    gateway,
    load,
    duration_s: round(seconds),
    passed: failedThresholds(data).length === 0,
    failed_thresholds: failedThresholds(data),
    requests: count("http_reqs"),
    requests_per_s: round(count("http_reqs") / seconds),
    failed_share: failures,
    iterations: count("iterations"),
    iterations_per_s: round(count("iterations") / seconds),
    dropped_iterations: count("dropped_iterations"),
    orders: count("orders_placed"),
    orders_per_s: round(count("orders_placed") / seconds),
    orders_sold_out: count("orders_sold_out"),
    received_bytes: count("data_received"),
    latency_ms: data.metrics.http_req_duration ? latency(data.metrics.http_req_duration.values) : null,
    latency_by_route_ms: routes,
  };
}

function failedThresholds(data) {
  const failed = [];
  for (const [name, metric] of Object.entries(data.metrics)) {
    for (const [condition, outcome] of Object.entries(metric.thresholds || {})) {
      if (!outcome.ok) failed.push(`${name}: ${condition}`);
    }
  }
  return failed;
}

function latency(values) {
  return { p50: round(values.med), p95: round(values["p(95)"]), p99: round(values["p(99)"]), max: round(values.max) };
}

function round(value) {
  return Math.round((value || 0) * 100) / 100;
}

function table(result) {
  const row = (name, values) => `  ${name.padEnd(34)}${[values.p50, values.p95, values.p99, values.max].map((v) => v.toFixed(1).padStart(9)).join("")}`;
  const lines = ["", `  ${result.scenario}: ${result.load}`, "", `  ${"milliseconds".padEnd(34)}      p50      p95      p99      max`];
  for (const route of Object.keys(result.latency_by_route_ms).sort()) lines.push(row(route, result.latency_by_route_ms[route]));
  if (result.latency_ms) lines.push(row("all", result.latency_ms));
  lines.push(
    "",
    `  ${result.requests} requests, ${result.requests_per_s}/s, ${(result.failed_share * 100).toFixed(3)} % failed; ` +
      `${result.iterations} iterations, ${result.dropped_iterations} dropped`,
  );
  if (result.orders > 0) lines.push(`  ${result.orders} orders, ${result.orders_per_s}/s; ${result.orders_sold_out} met an empty shelf`);
  lines.push(result.passed ? "  all thresholds held" : `  NOT HELD: ${result.failed_thresholds.join("; ")}`, "");
  return lines.join("\n");
}
