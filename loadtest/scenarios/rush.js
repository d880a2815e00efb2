// A race: more guests than pieces, all at once, while others buy other goods with every kind of card. `./tradewind load rush`
// puts the pieces on the shelf, kills processes meanwhile, and looks afterwards whether the books are right.

import exec from "k6/execution";
import { sleep } from "k6";
import { Counter, Trend } from "k6/metrics";

import { fillBasket, orderPatiently, TEST_TOKENS } from "../lib/buying.js";
import { skusInStock } from "../lib/catalogue.js";
import { pick } from "../lib/random.js";
import { number, text } from "../lib/settings.js";
import { summaryOf } from "../lib/summary.js";
import { TREND_STATISTICS } from "../lib/thresholds.js";
import { code, Visitor } from "../lib/visitor.js";

/** The article that all of them want. */
const SKU = text("SCARCE_SKU");
const PIECES = number("PIECES", 100);
const GUESTS = number("GUESTS", 2000);
/** Guests whose order is under way at once: k6 needs some MiB for each. */
const AT_ONCE = Math.min(GUESTS, number("AT_ONCE", 250));
/** Guests a second who come and fill their basket, before the race. */
const COMING = number("COMING", 25);
/** Orders of other goods a second. */
const OTHERS = number("OTHERS", 4);
/** When the race begins, in ms since 1970: by then all baskets should be full. */
const RACE_AT = number("RACE_AT", Date.now() + 15000 + (GUESTS / COMING) * 1000);
/** Seconds that others go on buying after that. */
const RACE_S = number("RACE_S", 45);

const sold = new Counter("race_sold");
const refused = new Counter("race_refused");
const undecided = new Counter("race_undecided");
const late = new Counter("race_late");
const repeated = new Counter("orders_repeated");
const decidedAfter = new Trend("race_decided_after", true);
const placed = new Counter("orders_placed");
const soldOut = new Counter("orders_sold_out");
const unanswered = new Counter("orders_unanswered");

export const options = {
  scenarios: {
    race: { executor: "per-vu-iterations", exec: "race", vus: AT_ONCE, iterations: 1, maxDuration: "10m" },
    others: {
      executor: "constant-arrival-rate",
      exec: "other",
      rate: OTHERS,
      timeUnit: "1s",
      duration: `${Math.ceil((RACE_AT - Date.now()) / 1000 + RACE_S)}s`,
      preAllocatedVUs: OTHERS * 40,
      maxVUs: OTHERS * 60,
      gracefulStop: "310s",
    },
  },
  thresholds: {
    race_sold: [`count==${PIECES}`],
    race_refused: [`count==${GUESTS - PIECES}`],
    race_undecided: ["count==0"],
    orders_unanswered: ["count==0"],
    orders_placed: ["count>0"],
    dropped_iterations: ["count==0"],
    "http_req_duration{route:POST /sessions/guest}": ["max>=0"],
    "http_req_duration{route:PUT /cart/items/{sku}}": ["max>=0"],
    "http_req_duration{route:POST /orders}": ["max>=0"],
  },
  summaryTrendStats: TREND_STATISTICS,
  userAgent: "tradewind-loadtest/1",
};

export const setup = () => ({ skus: skusInStock(60, SKU) });

/** One after the other, the guests of this virtual user: first all fill their baskets, then all order. */
export function race() {
  const begun = Date.now();
  const guests = [];
  for (let guest = exec.scenario.iterationInTest; guest < GUESTS; guest += AT_ONCE) {
    sleepUntil(begun + (guest / COMING) * 1000);
    const visitor = new Visitor();
    if (fillBasket(visitor, SKU)) guests.push(visitor);
    else undecided.add(1);
  }
  if (Date.now() > RACE_AT) late.add(guests.length);
  sleepUntil(RACE_AT);
  for (const visitor of guests) {
    const { response, tries } = orderPatiently(visitor, "tok_ok");
    repeated.add(tries - 1);
    decidedAfter.add(Date.now() - RACE_AT);
    if (response.status === 201) sold.add(1);
    else if (response.status === 409 && code(response) === "out_of_stock") refused.add(1);
    else {
      undecided.add(1);
      console.warn(`POST /orders: ${response.status} ${response.error || code(response)}`);
    }
  }
}

export function other({ skus }) {
  const visitor = new Visitor();
  if (!fillBasket(visitor, pick(skus))) {
    unanswered.add(1);
    return;
  }
  const { response, tries } = orderPatiently(visitor, TEST_TOKENS[exec.scenario.iterationInTest % TEST_TOKENS.length]);
  repeated.add(tries - 1);
  if (response.status === 201) placed.add(1);
  else if (response.status === 409 && code(response) === "out_of_stock") soldOut.add(1);
  else unanswered.add(1);
}

function sleepUntil(time) {
  const left = time - Date.now();
  if (left > 0) sleep(left / 1000);
}

const count = (metric) => (metric ? metric.values.count || 0 : 0);

export const handleSummary = summaryOf("rush", `${GUESTS} guests for ${PIECES} pieces, ${AT_ONCE} at once; ${OTHERS} other orders/s`, (metrics) => ({
  race: {
    guests: GUESTS,
    pieces: PIECES,
    sold: count(metrics.race_sold),
    refused: count(metrics.race_refused),
    undecided: count(metrics.race_undecided),
    late: count(metrics.race_late),
    decided_after_ms: metrics.race_decided_after ? { p50: metrics.race_decided_after.values.med, max: metrics.race_decided_after.values.max } : null,
  },
  orders_repeated: count(metrics.orders_repeated),
  orders_unanswered: count(metrics.orders_unanswered),
}));
