// A purchase without ever touching the mouse.

import assert from "node:assert/strict";

import { ADDRESS, plentiful } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";

/** More stops than any page has between two controls of the journey. */
const MOST_TABS = 150;

shopTest("everything from the shelf to the order can be done by keyboard", async ({ shop, page }) => {
  const product = await plentiful("instruments");
  const { keyboard } = page;

  await shop.open("/");
  await tabTo(page, "link", /^Skip to content$/);
  await keyboard.press("Enter");
  assert.equal(await page.evaluate(() => location.hash), "#main");

  await shop.open(`/p/${product.handle}`);
  await shop.heading(product.title).waitFor();
  await tabTo(page, "button", /^Add to basket/);
  await keyboard.press("Enter");
  await shop.drawer().getByText(product.title).first().waitFor();
  const inside = await page.waitForFunction(() => document.activeElement?.closest("[role=dialog]") !== null);
  assert.ok(await inside.jsonValue(), "the focus moves into the basket");
  await tabTo(page, "link", /^Check out$/);
  await keyboard.press("Enter");
  await shop.heading("Check out").waitFor();

  await type(page, /^Email/, "keyboard@example.org");
  await tabTo(page, "button", /^On to delivery$/);
  await keyboard.press("Enter");
  await type(page, /^Full name/, ADDRESS.name);
  await type(page, /^Street and number/, ADDRESS.line1);
  await type(page, /^Postcode/, ADDRESS.postal_code);
  await type(page, /^City/, ADDRESS.city);
  await page.getByRole("group", { name: "How should it travel?" }).getByRole("radio").first().waitFor();
  await tabTo(page, "radio", /./);
  await keyboard.press("Space");
  await tabTo(page, "button", /^On to payment$/);
  await keyboard.press("Enter");

  await page.getByRole("radio", { name: "A card that pays" }).waitFor();
  await tabTo(page, "radio", /./);
  await keyboard.press("Space");
  await page.getByRole("radio", { name: "A card that pays", checked: true }).waitFor();
  await tabTo(page, "button", /^Pay €/);
  await keyboard.press("Enter");
  await shop.orderPage();
  await shop.seesInLog("Paid.");
});

async function type(page, label, text) {
  await page.getByRole("textbox", { name: label }).waitFor();
  await tabTo(page, "textbox", label);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

/** Presses Tab until the focus is on that control, and sees that the focus shows. */
async function tabTo(page, role, name) {
  const wanted = page.getByRole(role, { name });
  const focused = page.locator("*:focus");
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    if ((await focused.and(wanted).count()) > 0) {
      const shows = await page.evaluate(() => document.activeElement.matches(":focus-visible"));
      assert.ok(shows, `the focus on ${name} shows`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never reaches the ${role} ${name}`);
}
