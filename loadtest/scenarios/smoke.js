// The guest's journey: list, detail, basket, quote, order, order read. Small, so that it runs
// after every change; what it proves is that the whole way works and how long each step takes.

import { check } from "k6";
import { Counter, Trend } from "k6/metrics";

import { FAMILIES, handlesInStock } from "../lib/catalogue.js";
import { pick, pickPopular, uuid } from "../lib/random.js";
import { duration, number } from "../lib/settings.js";
import { summaryOf } from "../lib/summary.js";
import { thresholds, TREND_STATISTICS } from "../lib/thresholds.js";
import { Visitor } from "../lib/visitor.js";

const RATE = number("RATE", 5);
const DURATION = duration("DURATION", "30s");

const placed = new Counter("orders_placed");
const soldOut = new Counter("orders_sold_out");
const journey = new Trend("journey_duration", true);

export const options = {
  scenarios: {
    smoke: {
      executor: "constant-arrival-rate",
      rate: RATE,
      timeUnit: "1s",
      duration: DURATION,
      preAllocatedVUs: Math.max(10, RATE * 2),
      maxVUs: Math.max(50, RATE * 10),
      gracefulStop: "30s",
    },
  },
  thresholds: thresholds(
    {
      "GET /products": 250,
      "GET /products/{handle}": 150,
      "POST /sessions/guest": 250,
      "PUT /cart/items/{sku}": 250,
      "GET /cart": 150,
      "GET /shipping-methods": 150,
      "POST /quotes": 250,
      "POST /orders": 500,
      "GET /orders/{id}": 150,
    },
    { orders_placed: ["count>0"], journey_duration: ["p(99)<2000"] },
  ),
  summaryTrendStats: TREND_STATISTICS,
  // A load generator that keeps bodies spends its time on them; the journey reads them, so they stay.
  discardResponseBodies: false,
  userAgent: "tradewind-loadtest/1",
};

export const setup = () => ({ handles: handlesInStock() });

export default function guestBuysSomething({ handles }) {
  const started = Date.now();
  const visitor = new Visitor();
  const sku = look(visitor, handles);
  if (!sku || !visitor.becomeGuest()) return;
  if (fillBasket(visitor, sku) && order(visitor)) journey.add(Date.now() - started);
}

/** The list, then a product of it; the SKU that can be bought. */
function look(visitor, handles) {
  visitor.get("/products", `/products?category=${pick(FAMILIES)}`);
  visitor.beginAction();
  const handle = pickPopular(handles);
  const product = visitor.get("/products/{handle}", `/products/${handle}`);
  if (product.status !== 200) return null;
  // Few pieces are left to people; a load test would only show that a shelf empties.
  const variant = product.json("variants").find((candidate) => candidate.availability === "in_stock");
  return variant ? variant.sku : null;
}

function fillBasket(visitor, sku) {
  visitor.beginAction();
  const cart = visitor.put("/cart/items/{sku}", `/cart/items/${sku}`, { quantity: 1 }, [200]);
  if (cart.status !== 200) return false;
  const read = visitor.get("/cart", "/cart");
  return check(read, { "the basket holds what was put in": (answer) => answer.json("lines.0.sku") === sku });
}

function order(visitor) {
  visitor.beginAction();
  const methods = visitor.get("/shipping-methods", "/shipping-methods?country=DE");
  const method = methods.status === 200 ? methods.json("items.0.id") : null;
  if (!method) return false;
  const quote = visitor.post("/quotes", "/quotes", { country: "DE", shipping_method: method }, [200]);
  if (quote.status !== 200) return false;
  visitor.beginAction();
  const request = {
    email: "load@example.org",
    shipping_address: { name: "Load Test", line1: "Kai 1", postal_code: "20457", city: "Hamburg", country: "DE" },
    shipping_method: method,
    payment_token: "tok_ok",
    expected_total: quote.json("totals.total"),
  };
  const answer = visitor.post("/orders", "/orders", request, [201, 409], { "Idempotency-Key": uuid() });
  if (answer.status === 409) {
    // Somebody else took the last piece in between: a right answer, but only this one.
    check(answer, { "a 409 means sold out": (refusal) => refusal.json("code") === "out_of_stock" });
    soldOut.add(1);
    return false;
  }
  if (answer.status !== 201) return false;
  placed.add(1);
  const read = visitor.get("/orders/{id}", `/orders/${answer.json("id")}`);
  return check(read, { "the order can be read at once": (own) => own.json("number") === answer.json("number") });
}

export const handleSummary = summaryOf("smoke", `${RATE} guest journeys/s for ${DURATION}, open`);
