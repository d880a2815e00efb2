// The bank says no: the shop says so, charges nothing, and offers to try again.

import assert from "node:assert/strict";

import { plentiful } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";

shopTest("a declined card is told in words, and the goods can be ordered with another", async ({ shop, page, screen }) => {
  const product = await plentiful("spices");
  await shop.addToBasket(product);
  await shop.checkOut();
  await shop.fillContact("declined@example.org");
  await shop.fillDelivery();
  await shop.pay("A card that is declined");

  const refused = await shop.orderPage();
  await shop.seesInLog("Refused.");
  await page.getByText("The bank declined the card. Nothing was charged.").first().waitFor();
  await page.getByText("Your order is written down, but it is not paid.").waitFor();
  assert.equal(await page.getByText(/^Thank you/).count(), 0, "nobody is thanked for what was refused");
  await screen("order-refused");

  await shop.button("Put them in my basket again").click();
  await page.waitForURL("**/basket");
  await page.getByRole("main").getByText(product.title).first().waitFor();
  await shop.checkOut();
  await shop.fillContact("declined@example.org");
  await continueToPayment(shop, page);
  await shop.pay("A card that pays");
  await page.waitForURL((url) => url.pathname.startsWith("/orders/") && !url.pathname.endsWith(refused));
  await shop.seesInLog("Paid.");
});

/** The address may still be filled in from the order before. */
async function continueToPayment(shop, page) {
  const card = page.getByRole("radio", { name: "A card that pays" });
  await card.or(page.getByRole("textbox", { name: "Full name" })).first().waitFor();
  if (!(await card.isVisible())) await shop.fillDelivery();
}
