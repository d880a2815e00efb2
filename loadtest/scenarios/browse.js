// Visitors who look and do not buy: lists, searches, pages, products, and products seen before.

import { check } from "k6";
import { Counter } from "k6/metrics";

import { FAMILIES, handlesInStock, SORTS } from "../lib/catalogue.js";
import { chance, pick, pickPopular } from "../lib/random.js";
import { duration, number } from "../lib/settings.js";
import { summaryOf } from "../lib/summary.js";
import { thresholds, TREND_STATISTICS } from "../lib/thresholds.js";
import { Visitor } from "../lib/visitor.js";

/** Visits a second. One is five to eight reads. */
const RATE = number("RATE", 40);
const DURATION = duration("DURATION", "60s");
const WORDS = ["tea", "smoked", "bowl", "indigo", "pepper", "brass", "linen", "roast", "india", "chart"];

const unchanged = new Counter("reads_unchanged");

export const options = {
  scenarios: {
    browse: {
      executor: "constant-arrival-rate",
      rate: RATE,
      timeUnit: "1s",
      duration: DURATION,
      preAllocatedVUs: Math.max(20, RATE),
      maxVUs: Math.max(100, RATE * 5),
      gracefulStop: "15s",
    },
  },
  thresholds: thresholds({
    "GET /categories": 150,
    "GET /products": 250,
    "GET /products?q": 400,
    "GET /products?cursor": 250,
    "GET /products/{handle}": 150,
    "GET /products/{handle} again": 100,
  }),
  summaryTrendStats: TREND_STATISTICS,
  userAgent: "tradewind-loadtest/1",
};

export const setup = () => ({ handles: handlesInStock() });

export default function visit({ handles }) {
  const visitor = new Visitor();
  visitor.get("/categories", "/categories");
  visitor.beginAction();
  if (chance(0.25)) search(visitor);
  else leaf(visitor);
  visitor.beginAction();
  const handle = pickPopular(handles);
  readProduct(visitor, handle);
  readProduct(visitor, pickPopular(handles));
  // Back to the first: the browser still has it and asks whether it changed.
  visitor.beginAction();
  const again = visitor.revalidate("/products/{handle} again", `/products/${handle}`);
  if (again.status === 304) unchanged.add(1);
}

function search(visitor) {
  const found = visitor.get("/products?q", `/products?q=${encodeURIComponent(pick(WORDS))}`);
  check(found, { "a search counts what it found": (answer) => answer.status === 200 && answer.json("total") >= 0 });
}

/** A list and the page after it, which must not repeat the first. */
function leaf(visitor) {
  const narrowed = `category=${pick(FAMILIES)}&sort=${pick(SORTS)}${chance(0.3) ? "&in_stock=true" : ""}`;
  const first = visitor.get("/products", `/products?${narrowed}`);
  const cursor = first.status === 200 ? first.json("next_cursor") : null;
  if (!cursor) return;
  const second = visitor.get("/products?cursor", `/products?${narrowed}&cursor=${encodeURIComponent(cursor)}`);
  if (second.status !== 200) return;
  const seen = first.json("items").map((card) => card.handle);
  check(second, { "the next page brings other goods": (page) => page.json("items").every((card) => !seen.includes(card.handle)) });
}

function readProduct(visitor, handle) {
  const product = visitor.get("/products/{handle}", `/products/${handle}`);
  check(product, { "a product has variants": (answer) => answer.status === 200 && answer.json("variants").length > 0 });
}

export const handleSummary = summaryOf("browse", `${RATE} visits/s for ${DURATION}, open`);
