// The basket over the page: where the focus is before, while and after it is open.

import assert from "node:assert/strict";

import { plentiful } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";

/** More than twice round the drawer. */
const TABS = 25;

shopTest("the basket takes the focus, keeps it, and gives it back to what opened it", async ({ shop, page }) => {
  const opener = await openByKeyboard(shop, page);
  for (const key of ["Tab", "Shift+Tab"]) {
    const stops = new Set();
    for (let presses = 0; presses < TABS; presses += 1) {
      await page.keyboard.press(key);
      stops.add(await focusPlace(page));
    }
    assert.deepEqual([...stops], ["drawer"], `${key} never leads out of the drawer`);
  }
  // Also when nothing has the focus, as after a click on a word.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Escape");
  await shop.drawer().waitFor({ state: "hidden" });
  await hasFocus(page, opener);

  await page.keyboard.press("Enter");
  await shop.drawer().waitFor();
  await shop.button("Close the basket").click();
  await shop.drawer().waitFor({ state: "hidden" });
  await hasFocus(page, opener);
});

shopTest("when a line is removed the focus stays in the basket, and Escape still closes it", async ({ shop, page }) => {
  const opener = await openByKeyboard(shop, page);
  await shop.drawer().getByRole("button", { name: /^Remove / }).focus();
  await page.keyboard.press("Enter");
  await shop.drawer().getByText("Your basket is empty").waitFor();
  await hasFocus(page, shop.drawer().getByRole("heading", { name: /^Your basket, 0$/ }));
  await page.keyboard.press("Escape");
  await shop.drawer().waitFor({ state: "hidden" });
  await hasFocus(page, opener);
});

/** Adds a product with Enter, which opens the drawer; answers with the button that did it. */
async function openByKeyboard(shop, page) {
  const product = await plentiful("instruments");
  await shop.open(`/p/${product.handle}`);
  await shop.heading(product.title).waitFor();
  const opener = page.getByRole("main").getByRole("button", { name: /^Add to basket/ });
  await opener.focus();
  await page.keyboard.press("Enter");
  await shop.drawer().getByText(product.title).first().waitFor();
  await hasFocus(page, shop.button("Close the basket"));
  return opener;
}

/** Waits until the focus is there; a person's next key would go there too. */
async function hasFocus(page, locator) {
  await locator.and(page.locator("*:focus")).waitFor({ timeout: 5_000 });
}

function focusPlace(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return "body";
    return element.closest("[role=dialog]") === null ? `${element.tagName} ${element.textContent}` : "drawer";
  });
}
