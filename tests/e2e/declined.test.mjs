// The bank says no: the shop says so, charges nothing, and another card pays for the same order.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { plentiful } from "./lib/api.mjs";
import { fits } from "./lib/fits.mjs";
import { buy, Witness } from "./lib/purchase.mjs";
import { shopTest } from "./lib/test.mjs";

/** An answer that comes after the bank's word, also where much else is going on. */
const LATE_MS = 8_000;

shopTest("a declined card is told in words, and another card pays for the order without a reload", async ({ shop, page, screen }) => {
  const witness = new Witness(page);
  const id = await buy(shop, await plentiful("spices"), { card: "A card that is declined" });
  await shop.seesInLog("Refused.");
  await shop.heading("The payment was refused").waitFor();
  await page.getByText("The bank declined the card. Nothing was charged.").first().waitFor();
  await page.getByText("Your order is written down, but it is not paid.").waitFor();
  assert.equal(await page.getByText(/^Thank you/).count(), 0, "nobody is thanked for what was refused");
  await page.getByText(/^Set aside for you until \d\d:\d\d, for another \d:\d\d\.$/).waitFor();
  await screen("order-refused");
  await shop.mark();

  // The bank's word comes by the stream, and here before the answer to the request.
  const path = `**/api/v1/orders/${id}/payments`;
  await page.route(path, async (route) => {
    const response = await route.fetch();
    await pause(LATE_MS);
    await route.fulfill({ response });
  });
  await shop.pay("A card with too little on it");
  const news = page.getByText("The payment was refused again.").locator("xpath=ancestor::*[@tabindex][1]");
  await news.getByText("There was not enough money on the card. Nothing was charged.").waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent.includes("refused again"), undefined, { timeout: LATE_MS });
  await page.unrouteAll({ behavior: "wait" });

  await shop.pay("A card that pays");
  await shop.seesInLog("Paid.");
  await shop.heading("Paid, and being packed").or(shop.heading("Under way to Berlin")).waitFor();
  await page.locator(".voyage svg.level").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Try another card" }).count(), 0);
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  await shop.notReloaded();
  assert.deepEqual((await witness.steps(id)).slice(0, 4), ["placed", "payment_failed", "payment_failed", "paid"]);
  assert.equal(new Set(witness.keys(`/orders/${id}/payments`)).size, 2, "each card has a key of its own");
});

shopTest("a double click and a reload while the bank is asked pay once", async ({ shop, page, screen }) => {
  const witness = new Witness(page);
  const id = await buy(shop, await plentiful("tea"), { card: "A card that is declined" });
  await page.getByRole("heading", { name: "Try another card" }).waitFor();
  await page.getByRole("radio", { name: "A slow bank" }).check();
  await shop.button(/^Pay €/).dblclick();
  const busy = shop.button("Your bank is being asked");
  await busy.waitFor();
  assert.equal(await busy.getAttribute("aria-busy"), "true");
  await shop.heading("Your bank is being asked").waitFor();
  await screen("order-asking");

  await page.reload();
  await page.locator("#shell").waitFor({ state: "detached" });
  await shop.heading("Your bank is being asked").or(shop.heading("Paid, and being packed")).waitFor();
  assert.equal(await shop.button(/^Pay €/).count(), 0, "nothing is offered that is asked for already");
  await shop.seesInLog("Paid.");
  assert.equal(witness.keys(`/orders/${id}/payments`).length, 1);
  assert.deepEqual((await witness.steps(id)).slice(0, 3), ["placed", "payment_failed", "paid"]);
});

shopTest("a payment whose answer is lost is tried again under its own key, and pays once", async ({ shop, page, watch }) => {
  const witness = new Witness(page);
  const id = await buy(shop, await plentiful("coffee"), { card: "A card that is declined" });
  await page.getByRole("heading", { name: "Try another card" }).waitFor();
  const path = `/orders/${id}/payments`;
  watch.expectNoLine();
  // Refused before it reaches the shop, however often the page tries by itself.
  await page.route(`**/api/v1${path}`, (route) => route.abort("internetdisconnected"));
  await shop.pay("A slow bank");
  await page.getByText("We do not know yet").waitFor();
  await page.reload();
  await page.locator("#shell").waitFor({ state: "detached" });
  await page.getByText(/^This page was left before the answer to your payment came\./).waitFor();
  assert.ok(await page.getByRole("radio", { name: "A slow bank" }).isChecked(), "the card that was sent stays chosen");
  assert.ok(await page.getByRole("radio", { name: "A card that pays" }).isDisabled(), "and no other can be taken meanwhile");
  await page.unroute(`**/api/v1${path}`);
  await shop.button("Try again").click();
  await shop.seesInLog("Paid.");
  assert.equal(new Set(witness.keys(path)).size, 1, "one wish, one key");
  assert.deepEqual((await witness.steps(id)).slice(0, 3), ["placed", "payment_failed", "paid"]);
});

shopTest("on a phone, and by keyboard alone, another card pays", { narrow: true }, async ({ shop, page }) => {
  await buy(shop, await plentiful("textiles"), { card: "A card that is declined" });
  await page.getByRole("heading", { name: "Try another card" }).waitFor();
  await fits(page, "/orders/{id}, refused");
  await page.getByRole("radio", { name: "A card that pays" }).focus();
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.getByRole("radio", { name: "A card that is declined" }).isChecked());
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^Pay €/);
  await page.keyboard.press("Enter");
  await shop.seesInLog("Paid.");
  await fits(page, "/orders/{id}, paid");
});
