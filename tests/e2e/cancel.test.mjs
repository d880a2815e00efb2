// Somebody changes their mind before the parcel leaves.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { nearlyGone, plentiful, product } from "./lib/api.mjs";
import { fits } from "./lib/fits.mjs";
import { buy, Witness } from "./lib/purchase.mjs";
import { shopTest } from "./lib/test.mjs";

shopTest("a paid order is cancelled by keyboard, and its pieces can be bought again", async ({ shop, page, screen }) => {
  const witness = new Witness(page);
  const { product: rare, variant } = await nearlyGone();
  const id = await buy(shop, rare);
  await shop.seesInLog("Paid.");
  await shop.mark();

  const opener = shop.button("Cancel this order");
  await opener.focus();
  await page.keyboard.press("Enter");
  const question = page.getByRole("heading", { name: "Cancel this order?" });
  await question.waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent === "Cancel this order?");
  await page.getByText(/^The goods go back on the shelf, and the €.[\d.]+ that your bank keeps aside for it are let go\./).waitFor();
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.textContent === "Cancel this order");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.textContent === "Cancel this order?");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Yes, cancel it");
  await page.keyboard.press("Enter");

  await shop.heading("Cancelled").waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  await shop.seesInLog("Cancelled.");
  await page.getByText(/You cancelled it\. The goods are on the shelf again\./).first().waitFor();
  await shop.notReloaded();
  await screen("order-cancelled");
  assert.deepEqual(await witness.steps(id), ["placed", "paid", "cancelled"]);
  await onTheShelf(rare.handle, variant.sku, variant.available);

  await shop.button("Put them in my basket again").click();
  await page.waitForURL("**/basket");
  await page.getByRole("main").getByText(rare.title).first().waitFor();
});

shopTest("a cancellation that comes too late is told with its reason, and the order is looked at again", { narrow: true }, async ({ shop, page, watch }) => {
  const id = await buy(shop, await plentiful("tea"));
  await shop.seesInLog("Paid.");
  const path = `/api/v1/orders/${id}/cancel`;
  const detail = "It is leaving at this moment. You can return it once it is there.";
  watch.expect("POST", path, 409);
  await page.route(`**${path}`, (route) =>
    route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "/problems/order_not_cancellable", title: "This order cannot be cancelled", status: 409, detail, instance: path, code: "order_not_cancellable", trace_id: "" }),
    }),
  );
  await shop.button("Cancel this order").click();
  await page.getByRole("heading", { name: "Cancel this order?" }).waitFor();
  await fits(page, "/orders/{id}, cancelling");
  const read = page.waitForRequest((request) => request.method() === "GET" && request.url().endsWith(`/api/v1/orders/${id}`));
  await shop.button("Yes, cancel it").click();
  await page.getByText(detail).waitFor();
  await read;
  await page.unroute(`**${path}`);

  await shop.seesInLog("Shipped.");
  await page.getByText("It has shipped, so it can no longer be cancelled. Send it back within 30 days of arrival.").waitFor();
  assert.equal(await shop.button("Cancel this order").count(), 0);
});

/** The catalogue may be some seconds behind the shelf. */
async function onTheShelf(handle, sku, available) {
  let found;
  for (let attempt = 0; attempt < 40; attempt += 1) {
    found = (await product(handle)).variants.find((variant) => variant.sku === sku)?.available;
    if (found === available) return;
    await pause(500);
  }
  assert.equal(found, available, `${sku} is back on the shelf`);
}
