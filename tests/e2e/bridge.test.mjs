// The Bridge: what operators see and do, and what nobody else does.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { buyAsAnotherGuest, plentiful } from "./lib/api.mjs";
import { fits } from "./lib/fits.mjs";
import { logIn, sql } from "./lib/operator.mjs";
import { gateway, zipkin } from "./lib/settings.mjs";
import { Shop } from "./lib/shop.mjs";
import { shopTest } from "./lib/test.mjs";

/** Four deliveries with three tries each and the test stack's delays between them, on a busy machine. */
const DEAD_TIMEOUT_MS = 60_000;
const SOON_MS = 30_000;

shopTest("an operator logs in, sees the pipeline live, finds an order by its number and ships it early", async ({ shop, page, screen }) => {
  const order = await paidOrder(Shop.newEmail());
  await shop.open("/bridge?from=a-bookmark");
  await shop.heading("Welcome back").waitFor();
  await logIn(page);
  await shop.heading("Pipeline").waitFor();
  assert.equal(new URL(page.url()).search, "?from=a-bookmark", "the log-in leads back");
  await page.getByRole("heading", { name: "From click to parcel" }).waitFor();
  await page.getByRole("img", { name: /^Orders a minute over the last 60 minutes/ }).waitFor();
  await page.getByRole("region", { name: "Consumers" }).getByText("Fulfilment").first().waitFor();
  await staysLiveWhileItIsSeen(page);
  await screen("bridge-pipeline");

  await page.getByRole("navigation", { name: "Operator sections" }).getByRole("link", { name: "Orders" }).click();
  await shop.heading("Orders").waitFor();
  await page.getByRole("searchbox", { name: "Number or email" }).fill(order.number.toLowerCase().replaceAll("-", ""));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\?query=/);
  const found = page.getByRole("main").getByRole("row");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  assert.equal(await found.count(), 2, "a head and the one order");
  await screen("bridge-orders");
  await page.getByRole("link", { name: order.number }).click();
  await shop.heading(`Order ${order.number}`).waitFor();
  await shop.mark();
  await screen("bridge-order");

  await shop.button("Ship it now").click();
  const dialog = page.getByRole("dialog", { name: `Ship ${order.number} now?` });
  await dialog.getByText(/the parcel leaves, without waiting any longer/).waitFor();
  await dialog.getByLabel("Why?").fill("It fits on today's boat.");
  await dialog.getByRole("button", { name: "Ship it now" }).click();
  await page.getByText(`${order.number} is leaving.`).waitFor();
  await page.getByRole("heading", { name: "Way" }).locator("xpath=following::ol[1]").getByText("Shipped", { exact: true }).waitFor({ timeout: SOON_MS });
  await page.getByRole("button", { name: "Ship it now" }).waitFor({ state: "detached" });
  await page.getByRole("region", { name: "Ledger" }).getByText("captured").first().waitFor();
  await shop.notReloaded();

  await page.getByRole("link", { name: "Audit", exact: true }).click();
  await shop.heading("Audit").waitFor();
  const entry = page.getByRole("row").filter({ hasText: order.number });
  await entry.getByText("Order: ship").waitFor();
  await entry.getByText("It fits on today's boat.").waitFor();
  await screen("bridge-audit");
});

shopTest("by keyboard an operator is asked why before an order is cancelled, and may leave it", async ({ shop, page }) => {
  const order = await paidOrder(Shop.newEmail());
  await shop.open(`/login?then=${encodeURIComponent(`/bridge/orders/${order.id}`)}`);
  await logIn(page);
  await shop.heading(`Order ${order.number}`).waitFor();
  const opener = shop.button("Cancel the order");
  await opener.first().waitFor();
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: `Cancel ${order.number}?` });
  await dialog.waitFor();
  await page.waitForFunction((name) => document.activeElement?.textContent === name, `Cancel ${order.number}?`);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.textContent === "Cancel the order");

  await page.keyboard.press("Enter");
  await dialog.waitFor();
  await page.waitForFunction((name) => document.activeElement?.textContent === name, `Cancel ${order.number}?`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "TEXTAREA");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await dialog.getByText("This is needed.").waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await page.keyboard.type("The shopper called.");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText(`${order.number} is cancelled.`).waitFor();
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  await page.getByRole("region", { name: "What can be done" }).getByText("Cancelled").waitFor();
  assert.equal(await opener.count(), 0);
});

shopTest("a shopper is told that this is for operators, and loads nothing of it", async ({ shop, page }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await shop.open("/register");
  await page.getByRole("textbox", { name: "What should we call you?" }).fill("Inês");
  await page.getByRole("textbox", { name: "Email" }).fill(Shop.newEmail());
  await page.getByRole("textbox", { name: "Password" }).fill("a boat with four sails");
  await page.getByRole("main").getByRole("button", { name: "Make the account" }).click();
  await page.waitForURL((url) => url.pathname !== "/register");
  await shop.open("/account");
  await shop.link("Your orders").first().waitFor();
  assert.equal(await shop.link("Bridge").count(), 0);
  await shop.open("/bridge/orders");
  await shop.heading("This is for operators").waitFor();
  await page.getByRole("banner").getByRole("link", { name: "Tradewind" }).waitFor();
  const paid = asked.filter((path) => path.startsWith("/api/v1/admin") || path.includes("split_"));
  assert.deepEqual(paid, [], "nothing of the Bridge was asked for");
});

shopTest("the Bridge fits on a phone of 360 pixels", { narrow: true }, async ({ shop, page }) => {
  const order = await paidOrder(Shop.newEmail());
  await shop.open("/login?then=/bridge");
  await logIn(page);
  await page.getByRole("heading", { name: "From click to parcel" }).waitFor();
  await fits(page, "/bridge");
  for (const [path, heading] of [
    ["/bridge/orders", "Orders"],
    [`/bridge/orders/${order.id}`, `Order ${order.number}`],
    ["/bridge/dead-letters", "Dead letters"],
    ["/bridge/audit", "Audit"],
  ]) {
    await shop.open(path);
    await shop.heading(heading).waitFor();
    await page.locator(".bridge-main [aria-busy=true]").waitFor({ state: "detached" });
    await fits(page, path);
  }
  await shop.open(`/bridge/orders/${order.id}`);
  await shop.button("Cancel the order").click();
  await page.getByRole("dialog").waitFor();
  await fits(page, "the question before a deed");
});

shopTest("a poison message is retried, dead-lettered and parked behind while others flow, and redriven from the screen", async ({ shop, page, screen }) => {
  const email = Shop.newEmail();
  await poison(email);
  try {
    const tea = await plentiful("tea");
    const sick = await buyAsAnotherGuest(tea.variants[0].sku, 1, email);
    const well = await buyAsAnotherGuest(tea.variants[0].sku, 1, Shop.newEmail());

    await shop.open("/login?then=/bridge/dead-letters");
    await logIn(page);
    await shop.heading("Dead letters").waitFor();
    await until("three retries", DEAD_TIMEOUT_MS, async () => (await deaths(sick.id)).includes("dead|4"));
    await until("others flow", DEAD_TIMEOUT_MS, async () => (await status(well.id)) === "delivered");
    assert.equal(await status(sick.id), "paid");

    // It leaves all the same, by hand: what it says of that has to wait behind what could not be handled.
    await shop.open(`/bridge/orders/${sick.id}`);
    await shop.button("Ship it now").click();
    await page.getByRole("dialog").getByLabel("Why?").fill("It is packed already.");
    await page.getByRole("dialog").getByRole("button", { name: "Ship it now" }).click();
    await page.getByRole("heading", { name: "Way" }).locator("xpath=following::ol[1]").getByText("Shipped", { exact: true }).waitFor({ timeout: SOON_MS });
    await until("its next event is parked", SOON_MS, async () => (await parked(sick.id)) === "1");
    assert.deepEqual(await handled(sick.id), [], "neither event has had its effect");

    await page.getByRole("navigation", { name: "Operator sections" }).getByRole("link", { name: "Dead letters" }).click();
    const row = page.getByRole("region", { name: "Dead letters" }).getByRole("row").filter({ hasText: sick.number });
    await row.getByText("poisoned on purpose").waitFor();
    await screen("bridge-dead-letters");
    await row.getByRole("link", { name: "order.paid" }).click();
    await shop.heading("order.paid").waitFor();
    await page.getByRole("region", { name: "Message" }).getByText(sick.id).first().waitFor();
    await page.getByRole("region", { name: "Headers" }).getByText("traceparent").waitFor();
    await page.getByRole("region", { name: "Waits behind it" }).getByText("order.shipped").waitFor();
    await page.getByRole("link", { name: sick.number }).waitFor();
    const trace = page.getByRole("link", { name: /^Trace [0-9a-f]{32} in Zipkin/ });
    const way = await fetch(gateway + (await trace.getAttribute("href")), { redirect: "manual" });
    const id = (await trace.getAttribute("aria-label")).split(" ")[1];
    assert.equal(way.headers.get("location"), `${zipkin}/traces/${id}`);
    await screen("bridge-dead-letter");

    await mend(email);
    await shop.mark();
    await shop.button("Redrive").click();
    await page.getByText("1 event is being tried again.").waitFor();
    await page.getByRole("main").getByText("Redriven", { exact: true }).waitFor({ timeout: SOON_MS });
    await page.getByText("Nothing waits behind it.").waitFor({ timeout: SOON_MS });
    await page.getByRole("region", { name: "Decisions" }).getByText("Redrive").waitFor();
    await shop.notReloaded();
    await until("both events had their effects, in order", SOON_MS, async () => (await handled(sick.id)).join() === "order.paid,order.shipped");
    await until("it arrives", DEAD_TIMEOUT_MS, async () => (await status(sick.id)) === "delivered");
  } finally {
    await mend(email);
  }
});

/** An order that has been paid and does not leave by itself. */
async function paidOrder(email) {
  const tea = await plentiful("tea");
  const order = await buyAsAnotherGuest(tea.variants[0].sku, 1, email);
  const hold = `UPDATE order_timers SET due_at = due_at + interval '1 hour' WHERE order_id = '${order.id}' AND kind = 'ship' RETURNING 1`;
  await until("the order is paid", SOON_MS, async () => (await sql(hold)).length === 1, 100);
  assert.equal(await status(order.id), "paid");
  return order;
}

/** The numbers are new every two seconds, but not while nobody looks. */
async function staysLiveWhileItIsSeen(page) {
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/api/v1/admin/pipeline")) asked += 1;
  });
  const clock = page.getByText(/^\d\d:\d\d:\d\d UTC, live$/);
  const first = await clock.textContent();
  await page.waitForFunction((was) => !document.body.innerText.includes(was), first);
  const look = (visibility) =>
    page.evaluate((value) => Object.defineProperty(document, "visibilityState", { value, configurable: true }), visibility);
  await look("hidden");
  await pause(2500);
  const before = asked;
  await pause(5000);
  assert.equal(asked, before, "nothing is asked while the tab is hidden");
  await look("visible");
  await page.waitForRequest((request) => request.url().endsWith("/api/v1/admin/pipeline"));
}

/** Whatever sets the delay after which an order of this address leaves fails, as with a broken row; leaving at once does not. */
async function poison(email) {
  const name = trigger(email);
  await sql(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.kind = 'ship' AND NEW.due_at > now() + interval '1 second'
      AND EXISTS (SELECT 1 FROM orders WHERE id = NEW.order_id AND email = '${email}')
    THEN RAISE EXCEPTION 'poisoned on purpose'; END IF;
    RETURN NEW; END $$;
    CREATE TRIGGER ${name} BEFORE INSERT ON order_timers FOR EACH ROW EXECUTE FUNCTION ${name}()`);
}

async function mend(email) {
  const name = trigger(email);
  await sql(`DROP TRIGGER IF EXISTS ${name} ON order_timers; DROP FUNCTION IF EXISTS ${name}()`);
}

function trigger(email) {
  return `poison_${email.split("@")[0].replaceAll("-", "_")}`;
}

async function status(id) {
  return (await sql(`SELECT status FROM orders WHERE id = '${id}'`))[0];
}

/** State and tries of what died of the order's events. */
function deaths(id) {
  return sql(`SELECT state || '|' || attempt FROM dead_letters WHERE aggregate_id = '${id}'`);
}

/** How many events of the order wait behind the failed one. */
async function parked(id) {
  return (await sql(`SELECT count(*) - 1 FROM held_messages WHERE aggregate_id = '${id}'`))[0];
}

/** What fulfilment has done of the order's events, in the order in which it did it. */
function handled(id) {
  return sql(`SELECT outbox.event_type FROM inbox JOIN outbox ON outbox.event_id = inbox.event_id
    WHERE inbox.consumer = 'fulfilment' AND outbox.aggregate_id = '${id}' ORDER BY inbox.handled_at`);
}

async function until(what, timeoutMs, holds, everyMs = 500) {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail(`not in time: ${what}`);
    await pause(everyMs);
  }
}
