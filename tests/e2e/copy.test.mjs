// Copying a number, with a clipboard and without one, as on a page without TLS.

import assert from "node:assert/strict";

import { plentiful } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const BY_HAND = "Your browser does not let us copy. Mark the number and copy it by hand.";

shopTest("the order's number is copied, and without a clipboard the page says how to do it", async ({ shop, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await shop.addToBasket(await plentiful("tea"));
  await shop.checkOut();
  await shop.fillContact("copy@example.org");
  await shop.fillDelivery();
  await shop.pay();
  await shop.orderPage();
  const copy = page.getByRole("button", { name: "Copy the order number" });

  await copy.click();
  await page.getByText("Order number copied.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^TW-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await page.getByText(copied).first().waitFor();

  await withoutClipboard(page);
  await copy.click();
  await page.getByText(BY_HAND).waitFor();
});

shopTest("a trace id is copied, and without a clipboard the page says how to do it", async ({ shop, page, context, watch }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { handle } = await plentiful("tea");
  const path = `/api/v1/products/${handle}`;
  watch.expect("GET", path, 500);
  await page.route(`**${path}`, (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "/problems/internal_error", title: "", status: 500, detail: "", instance: path, code: "internal_error", trace_id: TRACE_ID }),
    }),
  );
  await shop.open(`/p/${handle}`);
  await page.getByText(TRACE_ID).waitFor();

  await shop.button("Copy number").click();
  await page.getByText("Number copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), TRACE_ID);

  await withoutClipboard(page);
  await shop.button("Copy number").click();
  await page.getByText(BY_HAND).waitFor();
});

/** From here on the page has no clipboard, as where it is no secure context. */
async function withoutClipboard(page) {
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
}
