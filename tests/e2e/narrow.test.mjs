// 360 pixels: nothing runs off the side, and everything can be hit with a thumb.

import assert from "node:assert/strict";

import { plentiful } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";

const TAP_PX = 44;

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

async function fits(page, where) {
  // Pictures and lists settle before they are measured.
  await page.evaluate(() => document.fonts.ready);
  const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
  assert.ok(width <= 360, `${where} is ${width} px wide`);
  const small = await page.evaluate(tooSmall, TAP_PX);
  assert.deepEqual(small, [], `${where} has targets that a thumb misses`);
}

/** In the page: what can be pressed and is smaller than `least` in height. */
function tooSmall(least) {
  const found = [];
  for (const control of document.querySelectorAll("button, a.button, a.tap, select, input, textarea, [role=button]")) {
    // A radio or checkbox is hit by its label.
    const target = control.closest("label") ?? control;
    if (target.closest("[inert], [hidden], .unseen") || !target.checkVisibility({ visibilityProperty: true })) continue;
    const box = target.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    // Half a pixel of rounding is nobody's thumb.
    if (box.height < least - 0.5) {
      found.push(`${control.tagName.toLowerCase()} "${(control.ariaLabel ?? target.innerText ?? "").trim().slice(0, 40)}" ${Math.round(box.width)} x ${Math.round(box.height)}`);
    }
  }
  return found;
}
