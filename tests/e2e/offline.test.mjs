// No line: the basket goes on, and what was changed in it arrives once when the line is back.

import assert from "node:assert/strict";

import { plentiful } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";

const NO_ORDER = "You are offline, and an order needs the line.";

shopTest("a basket changed offline shows at once, survives a reload and arrives when the line is back", async ({ shop, page, watch, context, screen }) => {
  const [tea, cup] = [await plentiful("tea"), await plentiful("ceramics")];
  await shop.addToBasket(tea);
  await page.keyboard.press("Escape");
  await shop.open(`/p/${cup.handle}`);
  await shop.heading(cup.title).waitFor();
  watch.expectNoLine();

  await context.setOffline(true);
  await page.getByText("You are offline. What you have seen is still here").waitFor();
  await shop.button(/^Add to basket/).click();
  await shop.drawer().getByText("One change waits here and is sent, once, when the line is back.").waitFor();
  await shop.drawer().getByText(cup.title).first().waitFor();
  await shop.drawer().getByRole("button", { name: `One more ${tea.title}`, exact: true }).click();
  await shop.drawer().getByText("Two changes wait here").waitFor();
  await shop.drawer().getByRole("heading", { name: "Your basket, 3" }).waitFor();
  await shop.drawer().getByText(NO_ORDER).waitFor();
  assert.equal(await shop.drawer().getByRole("link", { name: "Check out" }).count(), 0, "there is no way to the checkout");
  await screen("basket-offline");

  // The device has a network again, the shop is not reached yet: the changes stay, also over a reload.
  const writes = "**/api/v1/cart/items/**";
  await page.route(writes, (route) => route.abort("internetdisconnected"));
  await context.setOffline(false);
  await shop.open("/basket");
  const main = page.getByRole("main");
  await main.getByText("Two changes wait here").waitFor();
  await main.getByText(cup.title).first().waitFor();
  await shop.basketSign(3).waitFor();

  const sent = [];
  page.on("response", async (response) => {
    if (response.request().method() === "PUT" && response.ok()) sent.push([response.url().split("/").pop(), await response.json()]);
  });
  await page.unroute(writes);
  await context.setOffline(true);
  await context.setOffline(false);
  await page.getByText("The line is back. Two changes of your basket are sent.").waitFor();
  await main.getByText("Two changes wait here").waitFor({ state: "detached" });

  const lines = sent.at(-1)[1].lines.map((line) => [line.handle, line.quantity]);
  assert.deepEqual(lines, [[tea.handle, 2], [cup.handle, 1]], "the services have what was wanted");
  const handles = sent.map(([sku]) => (cup.variants.some((variant) => variant.sku === sku) ? "cup" : "tea"));
  assert.deepEqual(handles, ["cup", "tea"], "each change is sent once, in the order in which they were made");
  await main.getByRole("link", { name: "Check out" }).waitFor();

  // Nothing is left to be sent again.
  await shop.open("/basket");
  await shop.basketSign(3).waitFor();
  assert.equal(await page.getByText(/changes? waits? here/).count(), 0);
});

shopTest("a visitor fills the basket offline, and a change that is refused afterwards is rolled back and told", async ({ shop, page, watch, context }) => {
  const [spice, cloth] = [await plentiful("spices"), await plentiful("textiles")];
  watch.expectNoLine();
  for (const product of [spice, cloth]) {
    await shop.open(`/p/${product.handle}`);
    await shop.heading(product.title).waitFor();
    await context.setOffline(true);
    await shop.button(/^Add to basket/).click();
    await shop.drawer().getByText(product.title).first().waitFor();
    // Not before the second one may the first be sent.
    await page.route("**/api/v1/sessions/guest", (route) => route.abort("internetdisconnected"));
    await context.setOffline(false);
  }
  await shop.basketSign(2).waitFor();

  const refused = { type: "about:blank", title: "Not in the catalogue", status: 404, detail: "It has left the catalogue.", instance: "", code: "not_found", trace_id: "" };
  const skus = spice.variants.map((variant) => variant.sku);
  await page.route("**/api/v1/cart/items/*", (route) => {
    const sku = route.request().url().split("/").pop();
    if (!skus.includes(sku)) return route.continue();
    watch.expect("PUT", `/api/v1/cart/items/${sku}`, 404);
    return route.fulfill({ status: 404, contentType: "application/problem+json", body: JSON.stringify(refused) });
  });
  await page.unroute("**/api/v1/sessions/guest");
  await context.setOffline(true);
  await context.setOffline(false);
  await page.getByText(`${spice.title} is as it was before. It has left the catalogue.`).waitFor();
  await shop.basketSign(1).waitFor();
  await page.keyboard.press("Escape");
  await shop.open("/basket");
  await page.getByRole("main").getByText(cloth.title).first().waitFor();
  assert.equal(await page.getByRole("main").getByText(spice.title).count(), 0);
});

shopTest("no order is placed without a line, and the button works again when it is back", async ({ shop, page, watch, context, screen }) => {
  await shop.addToBasket(await plentiful("coffee"));
  await shop.checkOut();
  await shop.fillContact("offline@example.org");
  await shop.fillDelivery();
  await page.getByRole("radio", { name: "A card that pays" }).check();
  await shop.button(/^Pay €/).waitFor();
  watch.expectNoLine();
  const orders = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/v1/orders")) orders.push(request);
  });

  await context.setOffline(true);
  await page.getByRole("main").getByText(NO_ORDER).waitFor();
  const pay = page.getByRole("main").getByRole("button", { name: /^Pay/ });
  assert.equal(await pay.getAttribute("aria-disabled"), "true");
  await pay.click({ force: true });
  await screen("checkout-offline");
  assert.equal(orders.length, 0, "nothing was sent");

  await context.setOffline(false);
  await shop.button(/^Pay €/).click();
  await shop.orderPage();
  await shop.seesInLog("Paid.");
  assert.equal(orders.length, 1);
});
