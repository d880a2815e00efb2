// Where the shop is, which browser looks at it, and where evidence goes.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";

export const gateway = (process.env.TRADEWIND_TEST_GATEWAY || "http://127.0.0.1:8080").replace(/\/+$/, "");
export const api = `${gateway}/api/v1`;
/** `up` puts Zipkin 35 ports above the gateway. */
export const zipkin = (process.env.TRADEWIND_TEST_ZIPKIN || `http://127.0.0.1:${Number(new URL(gateway).port) + 35}`) + "/zipkin";
export const chromium = process.env.CHROMIUM || "/usr/bin/chromium";

export const repository = fileURLToPath(new URL("../../..", import.meta.url));
/** Screenshot, console and requests of each test that failed. */
export const evidence = path.join(repository, "target/e2e");
/** Every screen at 360 and 1440 pixels. */
export const screens = path.join(evidence, "screens");

/** The browser as it comes from a distribution: nothing but the page may use the network. */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What `./tradewind` runs, for what only who runs the stack can do. */
export function command() {
  return process.env.TRADEWIND_TEST_COMMAND || path.join(repository, "tradewind");
}

/** A superuser's URL of one of the databases. */
export function database(name) {
  const primary = process.env.TRADEWIND_TEST_PRIMARY_URL;
  if (!primary) throw new Error("TRADEWIND_TEST_PRIMARY_URL is not set: ./tradewind test sets it");
  return primary.replace(/\/[^/]*$/, `/${name}`);
}

/** What is missing for the tests to run at all; empty when nothing is. */
export async function missing() {
  const lacks = [];
  if (!existsSync(chromium)) lacks.push(`there is no browser at ${chromium}; CHROMIUM names another`);
  try {
    const answer = await fetch(`${api}/categories`);
    if (!answer.ok) lacks.push(`the shop at ${gateway} answers ${answer.status}`);
  } catch (error) {
    lacks.push(`there is no shop at ${gateway} (${error.cause?.code ?? error.message}); ./tradewind up starts one`);
  }
  return lacks;
}
