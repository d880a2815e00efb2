// One visitor of the shop, as the browser would be: it keeps its token, carries the newest
// consistency token of each database with every read, and starts a trace for every action.

import http from "k6/http";
import { check } from "k6";

import { hex } from "./random.js";
import { gateway } from "./settings.js";

const BASE = `${gateway}/api/v1`;
/** The reads' deadline of the shop is 2 s and the checkout's is 5 s; a little more makes the cause ours to see. */
const TIMEOUT_MS = 6000;

export class Visitor {
  constructor() {
    this.accessToken = null;
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
    const headers = Object.assign({ Accept: "application/json", traceparent: `00-${this.traceId}-${hex(16)}-${this.sampled}` }, extra);
    if (body !== null) headers["Content-Type"] = "application/json";
    if (this.accessToken) headers.Authorization = `Bearer ${this.accessToken}`;
    const tokens = Object.keys(this.consistency).map((database) => this.consistency[database]);
    if (method === "GET" && tokens.length > 0) headers["Consistency-Token"] = tokens.join(", ");

    const name = `${method} ${route}`;
    const response = http.request(method, BASE + address, body === null ? null : JSON.stringify(body), {
      headers,
      timeout: TIMEOUT_MS,
      tags: { name, route: name },
      responseCallback: http.expectedStatuses(...expected),
    });
    this.remember(address, response);
    const right = check(response, { [`${name} answers ${expected.join(" or ")}`]: (answer) => expected.includes(answer.status) });
    if (!right) console.warn(`${name}: ${response.status} ${response.error || problem(response)} trace ${this.traceId}`);
    return response;
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
    if (response.status !== 201) return false;
    this.accessToken = response.json("access_token");
    return true;
  }
}

function problem(response) {
  try {
    return `${response.json("code")}: ${response.json("detail")}`;
  } catch (notJson) {
    return String(response.body).slice(0, 120);
  }
}
