// One visitor of the shop, as the browser would be: it keeps its token, carries the newest
// consistency token of each database with every read, and starts a trace for every action.

import http from "k6/http";
import { check, sleep } from "k6";

import { hex } from "./random.js";
import { gateway } from "./settings.js";

const BASE = `${gateway}/api/v1`;
/** The reads' deadline of the shop is 2 s and the checkout's is 5 s; a little more makes the cause ours to see. */
const TIMEOUT_MS = 6000;
/** For whoever repeats: a shopper who has waited for so long has gone. */
const PATIENCE_MS = 300000;

export class Visitor {
  constructor() {
    this.accessToken = null;
    this.identity = null; // the `sub` of the token
    this.consistency = {}; // database name -> newest token
    this.etags = {}; // address -> ETag
    this.beginAction();
  }

  /** What follows belongs to one trace, until the next call. Every hundredth one asks to be kept. */
  beginAction() {
    this.traceId = hex(32);
    this.sampled = Math.random() < 0.01 ? "01" : "00";
  }

  get(route, address, expected = [200]) {
    return this.send("GET", route, address, null, expected);
  }

  post(route, address, body, expected, headers = {}) {
    return this.send("POST", route, address, body, expected, headers);
  }

  put(route, address, body, expected) {
    return this.send("PUT", route, address, body, expected);
  }

  /** A read that says what it already holds; 304 when that is still true. */
  revalidate(route, address) {
    const etag = this.etags[address];
    return this.send("GET", route, address, null, [200, 304], etag ? { "If-None-Match": etag } : {});
  }

  /**
   * `route` is the template that figures are grouped by, `expected` the statuses that are right.
   * Any other status fails the request and its check.
   */
  send(method, route, address, body, expected, extra = {}) {
    const name = `${method} ${route}`;
    const response = this.ask(method, route, address, body, extra, http.expectedStatuses(...expected));
    const right = check(response, { [`${name} answers ${expected.join(" or ")}`]: (answer) => expected.includes(answer.status) });
    if (!right) console.warn(`${name}: ${response.status} ${response.error || problem(response)} trace ${this.traceId}`);
    return response;
  }

  /**
   * As a patient browser: the same request again until an answer decides. No answer, a 5xx, a quota and a key that is in use
   * decide nothing. `seen` is told of each answer; the last one is returned, whatever it is, once patience has ended.
   */
  persist(method, route, address, body, extra = {}, seen = () => {}) {
    const since = Date.now();
    for (;;) {
      // No callback: whatever comes back is no failure of its own.
      const response = this.ask(method, route, address, body, extra, null);
      seen(response);
      if (decides(response) || Date.now() - since > PATIENCE_MS) return response;
      const asked = Number(response.headers["Retry-After"]) || 0;
      sleep(Math.min(asked, 3) + 0.2 + Math.random() * 0.5);
    }
  }

  ask(method, route, address, body, extra, responseCallback) {
    const headers = Object.assign({ Accept: "application/json", traceparent: `00-${this.traceId}-${hex(16)}-${this.sampled}` }, extra);
    if (body !== null) headers["Content-Type"] = "application/json";
    if (this.accessToken) headers.Authorization = `Bearer ${this.accessToken}`;
    const tokens = this.tokens();
    if (method === "GET" && tokens) headers["Consistency-Token"] = tokens;
    const name = `${method} ${route}`;
    const response = http.request(method, BASE + address, body === null ? null : JSON.stringify(body), {
      headers,
      timeout: TIMEOUT_MS,
      tags: { name, route: name },
      responseCallback,
    });
    this.remember(address, response);
    return response;
  }

  /** The newest token of each database, as the next read sends them. */
  tokens() {
    return Object.keys(this.consistency)
      .map((database) => this.consistency[database])
      .join(", ");
  }

  remember(address, response) {
    const token = response.headers["Consistency-Token"];
    // `orders-...` names its database before the first hyphen; the newest write's token is the newest.
    if (token) this.consistency[token.split("-")[0]] = token;
    const etag = response.headers.Etag;
    if (etag) this.etags[address] = etag;
  }

  /** Becomes somebody: a guest, as anyone who puts something in a cart. */
  becomeGuest() {
    const response = this.post("/sessions/guest", "/sessions/guest", null, [201]);
    return this.enter(response);
  }

  /** Takes a session that was answered. */
  enter(response) {
    if (response.status !== 201) return false;
    this.accessToken = response.json("access_token");
    this.identity = response.json("user.id");
    return true;
  }
}

function decides(response) {
  if (response.status === 409) return code(response) !== "idempotency_key_in_use";
  return response.status !== 0 && response.status !== 429 && response.status < 500;
}

/** The stable word of a refusal; null when it has none. */
export function code(response) {
  try {
    return response.json("code");
  } catch (notJson) {
    return null;
  }
}

function problem(response) {
  try {
    return `${response.json("code")}: ${response.json("detail")}`;
  } catch (notJson) {
    return String(response.body).slice(0, 120);
  }
}
