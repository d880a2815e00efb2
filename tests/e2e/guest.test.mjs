// A visitor without an account buys something and watches it go.

import assert from "node:assert/strict";

import { plentiful } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";
import { Shop } from "./lib/shop.mjs";
import { orphans, trace } from "./lib/trace.mjs";

shopTest("a guest buys from the shelf and sees placed, paid and shipped without reloading", async ({ shop, page, screen }) => {
  const product = await plentiful("tea");

  await shop.open("/");
  await shop.heading("Goods carried by the trade winds").waitFor();
  await screen("home");
  await shop.mark();
  await page.getByRole("navigation", { name: "Families" }).getByRole("link", { name: "Tea" }).click();
  await shop.heading("Tea").waitFor();
  await page.getByRole("main").getByRole("listitem").getByRole("link").first().waitFor();
  await screen("list");

  // The search finds what a friend recommended.
  await page.goto(`/goods?q=${encodeURIComponent(product.title)}`);
  await shop.link(product.title).first().click();
  await shop.heading(product.title).waitFor();
  await screen("product");
  await shop.mark();
  await shop.button(/^Add to basket/).click();
  await shop.drawer().getByText(product.title).first().waitFor();
  await screen("basket-drawer");
  await page.keyboard.press("Escape");
  await shop.drawer().waitFor({ state: "detached" });
  await shop.basketSign(1).waitFor();
  await shop.notReloaded();

  await shop.open("/basket");
  await page.getByRole("main").getByText(product.title).first().waitFor();
  await screen("basket");
  await shop.checkOut();
  await screen("checkout-contact");
  await shop.fillContact("guest@example.org");
  await screen("checkout-delivery");
  await shop.fillDelivery();
  await page.getByRole("radio", { name: "A card that pays" }).waitFor();
  await screen("checkout-payment");
  await shop.mark();
  const placing = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/v1/orders"));
  await shop.pay();
  const traceId = (await placing).headers().traceparent.split("-")[1];

  const id = await shop.orderPage();
  await shop.seesInLog("Placed.");
  await page.getByText(/^Thank you, your order is placed/).waitFor();
  await screen("order-placed");
  await shop.seesInLog("Paid.");
  await shop.seesInLog("Shipped.");
  await shop.heading("Under way to Berlin").waitFor();
  await shop.notReloaded();
  assert.equal(new URL(page.url()).pathname, `/orders/${id}`);
  await shop.basketSign(0).waitFor();
  await screen("order-shipped");

  await shop.open("/orders");
  await shop.heading("Your orders").waitFor();
  await page.locator(`a[href="/orders/${id}"]`).first().waitFor();
  await screen("orders");

  const services = ["web", "order", "worker", "payments"];
  const spans = await trace(traceId, services);
  const seen = new Set(spans.map((span) => span.localEndpoint.serviceName));
  assert.deepEqual(services.filter((service) => !seen.has(service)), [], `trace ${traceId} has no spans of these`);
  assert.deepEqual(orphans(spans), []);
  const roots = spans.filter((span) => !span.parentId).map((span) => span.localEndpoint.serviceName);
  assert.deepEqual(roots, ["web"], "the click is the beginning of it all");
});

shopTest("a checkout with mistakes says what to put right and keeps what was typed", async ({ shop, page, screen }) => {
  await shop.addToBasket(await plentiful("coffee"));
  await shop.checkOut();
  await page.getByRole("textbox", { name: "Email" }).fill("not an address");
  await shop.button("On to delivery").click();
  await page.getByText("An email address looks like name@example.com.").first().waitFor();
  await shop.fillContact(Shop.newEmail());

  await page.getByRole("textbox", { name: "Full name" }).fill("Inês Ramalho");
  await page.getByRole("textbox", { name: "Postcode" }).fill("1204");
  await shop.button("On to payment").click();
  await page.getByText("German postcodes have five digits, such as 12045.").first().waitFor();
  const postcode = page.getByRole("textbox", { name: "Postcode" });
  assert.equal(await postcode.getAttribute("aria-invalid"), "true");
  assert.equal(await postcode.inputValue(), "1204");
  assert.equal(await page.getByRole("textbox", { name: "Full name" }).inputValue(), "Inês Ramalho");
  await screen("checkout-mistakes");

  // What was typed survives a reload of the tab.
  await page.reload();
  await page.locator("#shell").waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: "Full name" }).waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Full name" }).inputValue(), "Inês Ramalho");
});
