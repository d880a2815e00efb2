// 360 pixels: nothing runs off the side, and everything can be hit with a thumb.

import { plentiful } from "./lib/api.mjs";
import { fits } from "./lib/fits.mjs";
import { shopTest } from "./lib/test.mjs";

shopTest("a phone of 360 pixels shows every screen whole, with targets of 44 pixels", { narrow: true }, async ({ shop, page }) => {
  const product = await plentiful("textiles");
  for (const path of ["/", "/goods", "/goods/spices", `/p/${product.handle}`, "/login", "/register"]) {
    await shop.open(path);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await fits(page, path);
  }

  await shop.addToBasket(product);
  await fits(page, "the basket's drawer");
  await shop.open("/basket");
  await page.getByRole("main").getByText(product.title).first().waitFor();
  await fits(page, "/basket");
  await shop.checkOut();
  await fits(page, "/checkout, contact");
  await shop.fillContact("narrow@example.org");
  await fits(page, "/checkout, delivery");
  await shop.fillDelivery();
  await page.getByRole("radio", { name: "A card that pays" }).waitFor();
  await fits(page, "/checkout, payment");
  await shop.mark();
  await shop.pay();
  await shop.orderPage();
  await shop.seesInLog("Paid.");
  await shop.seesInLog("Shipped.");
  await shop.notReloaded();
  await fits(page, "/orders/{id}");
});
