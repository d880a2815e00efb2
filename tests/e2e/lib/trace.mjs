// What Zipkin knows about a click.

import { setTimeout as pause } from "node:timers/promises";

import { zipkin } from "./settings.mjs";

/** The spans of a trace, once every one of `services` has told of its own and nobody's parent is still under way. */
export async function trace(id, services) {
  let spans = [];
  for (let attempt = 0; attempt < 40; attempt++) {
    const answer = await fetch(`${zipkin}/api/v2/trace/${id}`);
    if (answer.ok) spans = await answer.json();
    const seen = new Set(spans.map((span) => span.localEndpoint?.serviceName));
    if (services.every((service) => seen.has(service)) && orphans(spans).length === 0) break;
    await pause(500);
  }
  return spans;
}

/** Spans whose parent is in no part of the trace. */
export function orphans(spans) {
  const ids = new Set(spans.map((span) => span.id));
  return spans.filter((span) => span.parentId && !ids.has(span.parentId)).map((span) => span.name);
}
