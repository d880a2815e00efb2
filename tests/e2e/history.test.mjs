// Back and forward are promises of the browser, and the shop keeps them.

import assert from "node:assert/strict";

import { shopTest } from "./lib/test.mjs";

/** How far a page may come to rest from where it was left. */
const SCROLL_SLACK_PX = 60;

shopTest("back and forward keep filter, order, pages shown and the place on the page", async ({ shop, page }) => {
  await shop.open("/goods/tea");
  await shop.heading("Tea").waitFor();
  const sort = page.getByRole("combobox", { name: "Sort" });
  await sort.selectOption({ label: "Name, A to Z" });
  await page.waitForURL(/sort=title/);
  const more = shop.button(/^Show \d+ more$/);
  await more.click();
  const cards = page.getByRole("main").getByRole("article");
  await page.waitForFunction(() => document.querySelectorAll("main article").length > 24);
  const shown = await cards.count();

  const target = cards.nth(shown - 3);
  await target.scrollIntoViewIfNeeded();
  const title = (await target.getByRole("heading").innerText()).trim();
  const place = await page.evaluate(() => scrollY);
  assert.ok(place > 500, `the page is long enough to be scrolled (${place} px)`);
  const address = page.url();
  await shop.mark();
  await target.getByRole("link").first().click();
  await shop.heading(title).waitFor();
  assert.equal(await page.evaluate(() => scrollY), 0, "a new page starts at its top");

  await page.goBack();
  await cards.nth(shown - 1).waitFor();
  assert.equal(page.url(), address);
  assert.equal(await cards.count(), shown);
  assert.equal(await sort.locator("option:checked").innerText(), "Name, A to Z");
  await page.waitForFunction(([was, slack]) => Math.abs(scrollY - was) <= slack, [place, SCROLL_SLACK_PX]);

  await page.goForward();
  await shop.heading(title).waitFor();
  await page.goBack();
  await cards.nth(shown - 1).waitFor();
  await shop.notReloaded();
});

shopTest("an unknown address says so and leads home", async ({ shop, page }) => {
  await shop.open("/who/knows");
  await page.getByRole("heading", { name: "Off the chart" }).waitFor();
  await shop.link("Go home").click();
  await shop.heading("Goods carried by the trade winds").waitFor();
});
