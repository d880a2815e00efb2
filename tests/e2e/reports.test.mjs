// Reports: what operators see of trade, counted from the events.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

import { buyAsAnotherGuest, plentiful } from "./lib/api.mjs";
import { fits } from "./lib/fits.mjs";
import { logIn } from "./lib/operator.mjs";
import { buy, Witness } from "./lib/purchase.mjs";
import { gateway } from "./lib/settings.mjs";
import { Shop } from "./lib/shop.mjs";
import { shopTest } from "./lib/test.mjs";

/** A report of hours is asked for again after a minute; then the machine may be busy. */
const REFRESHED_MS = 100_000;
const SOON_MS = 30_000;

shopTest("a guest buys, and the operator sees orders, money and the way there rise, and each event come in, without reloading", async ({ shop, page, context, screen }) => {
  await openReports(shop, page, "hour");
  await shop.mark();
  const before = await figures(page);

  const visitor = await context.browser().newContext({ baseURL: gateway, locale: "en-GB", reducedMotion: "reduce" });
  let order;
  try {
    visitor.setDefaultTimeout(20_000);
    const guest = await visitor.newPage();
    const witness = new Witness(guest);
    const id = await buy(new Shop(guest), await plentiful("tea"));
    await until("the order is paid", SOON_MS, async () => (await witness.steps(id)).includes("paid"));
    order = await witness.order(id);
  } finally {
    await visitor.close();
  }

  const events = page.getByRole("region", { name: "Events as they come in" });
  const paid = events.getByRole("row").filter({ hasText: order.number }).filter({ hasText: "order.paid" });
  await paid.first().waitFor({ timeout: SOON_MS });
  assert.ok((await paid.first().textContent()).includes(euros(order.totals.total.amount)), "with what was paid");
  await events.getByRole("row").filter({ hasText: order.number }).filter({ hasText: "order.placed" }).first().waitFor();
  for (const type of ["cart.started", "checkout.started"]) await events.getByRole("row").filter({ hasText: type }).first().waitFor();

  await until("the report has it", REFRESHED_MS, async () => {
    const now = await figures(page);
    return (
      now.placed > before.placed &&
      now.paid > before.paid &&
      now.cents >= before.cents + order.totals.total.amount &&
      now.saw > before.saw &&
      now.carts > before.carts &&
      now.checkouts > before.checkouts
    );
  });
  await page.getByRole("img", { name: /^Revenue by hour, last two days: € / }).waitFor();
  await page.getByRole("img", { name: /^Orders by hour, last two days: / }).waitFor();
  await page.getByRole("region", { name: "Top products" }).getByRole("link").first().waitFor();
  await screen("bridge-reports");
  await shop.notReloaded();

  await paid.first().getByRole("link", { name: order.number }).click();
  await shop.heading(`Order ${order.number}`).waitFor();
  await shop.notReloaded();
});

shopTest("by keyboard the operator chooses another time, opens the table and saves the CSV, whose sum is the one on the screen", async ({ shop, page }) => {
  const tea = await plentiful("tea");
  const order = await buyAsAnotherGuest(tea.variants[0].sku, 1, Shop.newEmail());
  await openReports(shop, page, "hour");
  const events = page.getByRole("region", { name: "Events as they come in" });
  await events.getByRole("row").filter({ hasText: order.number }).filter({ hasText: "order.paid" }).first().waitFor({ timeout: SOON_MS });
  await shop.mark();

  const spans = page.getByRole("navigation", { name: "Time of the report" });
  await spans.getByRole("link", { name: "Last two days" }).focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/bridge\/reports\?step=minute$/);
  await page.getByRole("heading", { name: "Revenue by minute, €" }).waitFor();
  assert.equal(await spans.locator("[aria-current]").textContent(), "Last hour");
  assert.equal(await focused(page), "Last hour", "the focus stays where it was");
  await until("the newest order is within the hour", SOON_MS, async () => (await figures(page)).cents >= order.totals.total.amount);

  const summary = page.getByRole("region", { name: "Revenue by minute, €" }).first().getByText("As a table");
  await summary.focus();
  await page.keyboard.press("Enter");
  const table = page.getByRole("region", { name: "Revenue by minute, €" }).getByRole("table");
  await table.waitFor();
  assert.equal(await table.getByRole("row").count(), 61, "a head and sixty minutes");

  const csv = page.getByRole("button", { name: "CSV of Revenue" });
  await until("the file and the screen say the same", SOON_MS, async () => {
    // Both are of the same time, but what came in between is in the file only.
    const shown = (await figures(page)).cents;
    await csv.focus();
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.match(download.suggestedFilename(), /^sales-\d{4}-\d\d-\d\d-minute\.csv$/);
    const lines = (await readFile(await download.path(), "utf8")).trim().split(/\r?\n/).map((line) => line.split(","));
    const column = lines[0].indexOf("revenue");
    assert.ok(column > 0, `there is a column for revenue in ${lines[0]}`);
    assert.equal(lines.length, 61, "a head and sixty minutes");
    return lines.slice(1).reduce((sum, line) => sum + Math.round(Number(line[column]) * 100), 0) === shown;
  });
  assert.equal(await focused(page), "CSV", "the focus stays on the button");
  assert.ok(await table.isVisible(), "a new answer leaves the table open");

  const button = events.getByRole("button", { name: "Pause" });
  await button.focus();
  await page.keyboard.press("Enter");
  await events.getByText("Paused").waitFor();
  assert.equal(await focused(page), "Go on");

  await shop.notReloaded();
  await page.goBack();
  await page.getByRole("heading", { name: "Revenue by hour, €" }).waitFor();
  await page.goForward();
  await page.getByRole("heading", { name: "Revenue by minute, €" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Revenue by minute, €" }).waitFor();
});

shopTest("a report that cannot be had says so, with its trace, and comes with another try", async ({ shop, page, watch }) => {
  const path = "/api/v1/admin/reports/sales";
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const problem = { type: "about:blank", title: "Something broke", status: 500, detail: "It is being looked into.", instance: path, code: "internal", trace_id: trace };
  await page.route(`**${path}?**`, (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify(problem) }));
  watch.expect("GET", path, 500);
  await openReports(shop, page, "day", "Something broke");
  await page.getByRole("link", { name: `Trace ${trace} in Zipkin, in a new tab` }).waitFor();
  await page.unroute(`**${path}?**`);
  await shop.button("Try again").click();
  await report(page).waitFor();
  assert.equal(await page.getByText("Something broke").count(), 0);
});

shopTest("the reports fit on a phone of 360 pixels", { narrow: true }, async ({ shop, page }) => {
  const tea = await plentiful("tea");
  await buyAsAnotherGuest(tea.variants[0].sku, 1, Shop.newEmail());
  await openReports(shop, page, "minute");
  await until("there is something to draw", SOON_MS, () => page.locator(".boards").isVisible());
  for (const name of ["Last hour", "Last two days", "Last 30 days", "Last 12 months"]) {
    await page.getByRole("navigation", { name: "Time of the report" }).getByRole("link", { name }).click();
    await page.locator(".boards").waitFor();
    for (const fold of await page.getByText("As a table").all()) await fold.click();
    await fits(page, name);
  }
});

/** Logs in as the operator, on the way to the reports; `title` is what has come. */
async function openReports(shop, page, step, title) {
  await shop.open(`/login?then=${encodeURIComponent(`/bridge/reports?step=${step}`)}`);
  await logIn(page);
  await shop.heading("Reports").waitFor();
  await (title ? page.getByRole("heading", { name: title }) : report(page)).waitFor();
}

/** The numbers, or that there are none. */
function report(page) {
  return page.locator(".dials").or(page.getByRole("heading", { name: "No trade in this time" }));
}

/** What the dials and the funnel say; nothing but zeros where there was no trade. */
function figures(page) {
  return page.evaluate(() => {
    const number = (text) => Number((text ?? "0").replace(/[^0-9.]/g, ""));
    const dial = (name) => [...document.querySelectorAll(".dial")].find((dial) => dial.children[0].textContent === name);
    const stage = (name) => [...document.querySelectorAll(".bars > div")].find((bar) => bar.children[0].textContent === name);
    const count = (name) => number(stage(name)?.querySelector(".figures").firstChild.textContent);
    return {
      placed: number(dial("Orders placed")?.querySelector("b").textContent),
      paid: number(dial("Orders paid")?.querySelector("b").textContent),
      // To the cent it stands below the short figure.
      cents: Math.round(number(dial("Revenue")?.lastElementChild.textContent) * 100),
      saw: count("Saw goods"),
      carts: count("Put in basket"),
      checkouts: count("Began checkout"),
    };
  });
}

function euros(cents) {
  return `€\u00a0${(cents / 100).toLocaleString("en-GB", { minimumFractionDigits: 2 })}`;
}

function focused(page) {
  return page.evaluate(() => document.activeElement?.textContent);
}

async function until(what, timeoutMs, holds) {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail(`not in time: ${what}`);
    await pause(500);
  }
}
