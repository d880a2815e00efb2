// Somebody else is quicker while the goods lie in the basket.

import assert from "node:assert/strict";

import { buyAsAnotherGuest, nearlyGone } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";

shopTest("what sells out in the basket is named, nothing is charged, and the basket can be put right", async ({ shop, page, watch, screen }) => {
  const { product, variant } = await nearlyGone();
  watch.expect("POST", "/api/v1/orders", 409);

  await shop.addToBasket(product);
  await shop.checkOut();
  await shop.fillContact("slower@example.org");
  await shop.fillDelivery();
  await page.getByRole("radio", { name: "A card that pays" }).check();

  await buyAsAnotherGuest(variant.sku, variant.available);
  await shop.button(/^Pay €/).click();

  const news = page.getByText(`${product.title} is sold out; you wanted 1.`);
  await news.waitFor();
  await page.getByText("Nothing was charged.").first().waitFor();
  assert.equal(new URL(page.url()).pathname, "/checkout");
  await screen("checkout-sold-out");

  await shop.button("Go on without it").click();
  await shop.basketSign(0).waitFor();
});
