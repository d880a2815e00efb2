// Thresholds. A route is named in the thresholds for k6 to keep its figures apart at all, so each
// scenario lists every route that it calls.

/** What holds for every scenario: nothing fails, and the generator keeps up with its own plan. */
const ALWAYS = {
  checks: ["rate>0.9995"],
  http_req_failed: ["rate<0.0005"],
  dropped_iterations: ["count==0"],
};

/**
 * @param routes route -> highest p99 in milliseconds, or null for a figure without a promise
 * @param more   thresholds of the scenario's own metrics
 */
export function thresholds(routes, more = {}) {
  const result = Object.assign({}, ALWAYS, more);
  for (const [route, p99Ms] of Object.entries(routes)) {
    result[`http_req_duration{route:${route}}`] = [p99Ms === null ? "max>=0" : `p(99)<${p99Ms}`];
  }
  return result;
}

/** So that results hold the percentiles that are talked about. */
export const TREND_STATISTICS = ["min", "med", "avg", "p(95)", "p(99)", "max", "count"];
