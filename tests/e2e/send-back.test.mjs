// Goods that arrived go back.

import assert from "node:assert/strict";

import { plentiful } from "./lib/api.mjs";
import { fits } from "./lib/fits.mjs";
import { buy, Witness } from "./lib/purchase.mjs";
import { shopTest } from "./lib/test.mjs";

shopTest("after delivery one of two pieces is sent back, once, and the order says so everywhere", { narrow: true }, async ({ shop, page, screen }) => {
  const witness = new Witness(page);
  const goods = await plentiful("ceramics");
  const id = await buy(shop, goods, { pieces: 2 });
  await shop.mark();
  await shop.seesInLog("Shipped.");
  await shop.seesInLog("Delivered.");
  await page.getByText(/^All of it or a part can go back, until /).waitFor();

  await shop.button("Send something back").click();
  await page.waitForFunction(() => document.activeElement?.textContent === "What goes back?");
  await fits(page, "/orders/{id}, sending back");
  await shop.button("Send it back").click();
  await page.getByText("Choose at least one piece.").first().waitFor();
  await page.getByText("This is needed.").waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent.startsWith("Two things to put right."));
  await screen("order-send-back-mistakes");

  const order = await witness.order(id);
  const [line] = order.lines;
  await shop.button("All of it").click();
  await paysBack(page, order.totals.total);
  await shop.button(`One fewer ${goods.title}`).click();
  await paysBack(page, line.unit_price);
  // Not more than was ordered.
  await shop.button(`One more ${goods.title}`).click();
  assert.equal(await shop.button(`One more ${goods.title}`).getAttribute("aria-disabled"), "true");
  await shop.button(`One fewer ${goods.title}`).click();
  await page.getByRole("textbox", { name: "Why does it go back?" }).fill("A chip at the rim.\nIt came so.");
  await screen("order-send-back");
  await shop.button("Send it back").dblclick();

  await shop.heading("On its way back to us").waitFor();
  await shop.seesInLog("Return asked for.");
  await page.getByRole("heading", { name: "Your return" }).waitFor();
  await shop.notReloaded();
  await screen("order-return-requested");
  await fits(page, "/orders/{id}, on its way back");
  assert.equal(witness.keys(`/orders/${id}/returns`).length, 1, "a double click asks once");
  assert.equal((await witness.steps(id)).filter((status) => status === "return_requested").length, 1);
  // The page follows it again: what is decided about the return is told here.
  await page.getByText(/^Live/).waitFor();

  await shop.open("/orders");
  await page.getByText("Return on its way to us").waitFor();
  await page.getByRole("link", { name: /^See the return/ }).waitFor();
});

async function paysBack(page, money) {
  const sum = page.getByText("Paid back", { exact: true }).locator("xpath=following-sibling::dd");
  await sum.getByText((money.amount / 100).toFixed(2)).waitFor();
}
