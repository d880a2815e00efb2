// Orders, and what became of them, written down for `./tradewind check --history`: the lines are described in
// backend/checker/src/history.rs.

import { uuid } from "./random.js";

/** Each makes the payment provider do something else. */
export const TEST_TOKENS = [
  "tok_ok",
  "tok_declined",
  "tok_insufficient_funds",
  "tok_slow",
  "tok_lost_reply",
  "tok_unavailable",
  "tok_capture_fails",
];

export function orderBody(paymentToken) {
  return {
    email: "load@example.org",
    shipping_address: { name: "Load Test", line1: "Kai 1", postal_code: "20457", city: "Hamburg", country: "DE" },
    shipping_method: "standard",
    payment_token: paymentToken,
  };
}

/** Gets a session and puts one piece in the basket, however often that has to be repeated. */
export function fillBasket(visitor, sku) {
  visitor.beginAction();
  if (!visitor.enter(visitor.persist("POST", "/sessions/guest", "/sessions/guest", null))) return false;
  return visitor.persist("PUT", "/cart/items/{sku}", `/cart/items/${sku}`, { quantity: 1 }).status === 200;
}

/**
 * Orders what is in the basket, under one key for all repetitions, and reads the order that it was.
 * `tries` counts how often it was sent.
 */
export function orderPatiently(visitor, paymentToken) {
  visitor.beginAction();
  const key = uuid();
  let tries = 0;
  const response = visitor.persist("POST", "/orders", "/orders", orderBody(paymentToken), { "Idempotency-Key": key }, (answer) => {
    tries += 1;
    noteOrder(visitor, key, answer);
  });
  if (response.status === 201) readBack(visitor, response);
  return { response, tries };
}

/** The order with the token of its own answer: never older than that. */
export function readBack(visitor, placed) {
  const id = placed.json("id");
  const token = visitor.tokens();
  const read = visitor.persist("GET", "/orders/{id}", `/orders/${id}`, null);
  const answer = { status: read.status };
  if (read.status === 200) answer.version = read.json("version");
  note({ request: "GET /orders/{id}", id, token, answer });
}

export function noteOrder(visitor, key, response) {
  note({ request: "POST /orders", identity: visitor.identity, key, answer: answered(response) });
}

function answered(response) {
  if (response.status === 0) return "unknown";
  if (response.status !== 201) return { status: response.status };
  try {
    const order = response.json();
    return { status: 201, id: order.id, version: order.version, token: response.headers["Consistency-Token"] };
  } catch (torn) {
    return "unknown";
  }
}

/** To the console, of which `./tradewind load` makes the file; by hand it would only be in the way. */
function note(line) {
  if (__ENV.HISTORY) console.log(JSON.stringify(line));
}
