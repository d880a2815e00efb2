// A steady stream of orders, of which nobody may notice that Kafka is gone for a minute: `./tradewind load kafka-away` takes it
// away and gives it back, and looks afterwards whether the books are right.

import exec from "k6/execution";
import { check } from "k6";
import { Counter } from "k6/metrics";

import { noteOrder, orderBody, readBack, TEST_TOKENS } from "../lib/buying.js";
import { skusInStock } from "../lib/catalogue.js";
import { pick, uuid } from "../lib/random.js";
import { number } from "../lib/settings.js";
import { summaryOf } from "../lib/summary.js";
import { thresholds, TREND_STATISTICS } from "../lib/thresholds.js";
import { code, Visitor } from "../lib/visitor.js";

/** Orders a second. */
const RATE = number("RATE", 5);
/** When Kafka goes, in ms since 1970, and for how many seconds. */
const AWAY_AT = number("AWAY_AT", Date.now() + 40000);
const AWAY_S = number("AWAY_S", 60);
/** Seconds that orders go on after that. */
const AFTER_S = number("AFTER_S", 45);

const placed = new Counter("orders_placed");
const placedWhileAway = new Counter("orders_placed_while_away");
const soldOut = new Counter("orders_sold_out");

export const options = {
  scenarios: {
    orders: {
      executor: "constant-arrival-rate",
      rate: RATE,
      timeUnit: "1s",
      duration: `${Math.ceil((AWAY_AT - Date.now()) / 1000 + AWAY_S + AFTER_S)}s`,
      preAllocatedVUs: RATE * 4,
      maxVUs: RATE * 20,
      gracefulStop: "30s",
    },
  },
  // Not one error, rather than few: with Kafka, nothing that a shopper waits for is gone.
  thresholds: thresholds(
    { "POST /sessions/guest": null, "PUT /cart/items/{sku}": null, "POST /orders": null, "GET /orders/{id}": null },
    { checks: ["rate==1"], http_req_failed: ["rate==0"], orders_placed_while_away: [`count>${RATE * AWAY_S * 0.9}`] },
  ),
  summaryTrendStats: TREND_STATISTICS,
  userAgent: "tradewind-loadtest/1",
};

export const setup = () => ({ skus: skusInStock(60) });

export default function order({ skus }) {
  const visitor = new Visitor();
  if (!visitor.becomeGuest()) return;
  if (visitor.put("/cart/items/{sku}", `/cart/items/${pick(skus)}`, { quantity: 1 }, [200]).status !== 200) return;
  visitor.beginAction();
  const key = uuid();
  const sent = Date.now();
  const token = TEST_TOKENS[exec.scenario.iterationInTest % TEST_TOKENS.length];
  const answer = visitor.post("/orders", "/orders", orderBody(token), [201, 409], { "Idempotency-Key": key });
  noteOrder(visitor, key, answer);
  if (answer.status === 409) {
    check(answer, { "a 409 means sold out": (refusal) => code(refusal) === "out_of_stock" });
    soldOut.add(1);
  }
  if (answer.status !== 201) return;
  placed.add(1);
  if (sent >= AWAY_AT && sent < AWAY_AT + AWAY_S * 1000) placedWhileAway.add(1);
  readBack(visitor, answer);
}

export const handleSummary = summaryOf("kafka-away", `${RATE} orders/s, Kafka away for ${AWAY_S} s`, (metrics) => ({
  orders_while_away: metrics.orders_placed_while_away ? metrics.orders_placed_while_away.values.count : 0,
}));
