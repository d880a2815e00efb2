// The shop as a person meets it: by roles and by the words on the screen.

import assert from "node:assert/strict";

import { ADDRESS } from "./api.mjs";

/** How long an order may take to be shipped: paid within 2 s, shipped 15 s later, and some patience. */
const SHIPPED_TIMEOUT_MS = 60_000;

export class Shop {
  constructor(page) {
    this.page = page;
  }

  /** Opens an address and waits until the app has taken over from the first-paint shell. */
  async open(path) {
    await this.page.goto(path);
    await this.page.locator("#shell").waitFor({ state: "detached" });
  }

  heading(name) {
    return this.page.getByRole("heading", { level: 1, name, exact: true });
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  link(name) {
    return this.page.getByRole("link", { name, exact: true });
  }

  field(name) {
    return this.page.getByLabel(name, { exact: false });
  }

  /** The basket's place in the header, which says how many items it holds. */
  basketSign(items) {
    const name = items === 0 ? "Basket, empty" : items === 1 ? "Basket, 1 item" : `Basket, ${items} items`;
    return this.page.getByRole("banner").getByRole("link", { name });
  }

  /** The basket over the page. */
  drawer() {
    return this.page.getByRole("dialog");
  }

  /** Adds one piece; the drawer opens when the services have it. */
  async addToBasket(product) {
    await this.open(`/p/${product.handle}`);
    await this.heading(product.title).waitFor();
    await this.button(/^Add to basket/).click();
    await this.drawer().getByText(product.title).first().waitFor();
  }

  /** From the open drawer, or by way of the basket's page, to the checkout. */
  async checkOut() {
    if (!(await this.drawer().isVisible())) await this.open("/basket");
    const place = (await this.drawer().isVisible()) ? this.drawer() : this.page.getByRole("main");
    await place.getByRole("link", { name: "Check out" }).click();
    await this.heading("Check out").waitFor();
  }

  async fillContact(email) {
    const field = this.page.getByRole("textbox", { name: "Email" });
    // A logged-in shopper's address may be there already, and the step folded.
    await field.or(this.page.getByRole("textbox", { name: "Full name" })).first().waitFor();
    if (!(await field.isVisible())) return;
    await field.fill(email);
    await this.button("On to delivery").click();
  }

  async fillDelivery(address = ADDRESS) {
    await this.page.getByRole("textbox", { name: "Full name" }).fill(address.name);
    await this.page.getByRole("textbox", { name: "Street and number" }).fill(address.line1);
    await this.page.getByRole("textbox", { name: "Postcode" }).fill(address.postal_code);
    await this.page.getByRole("textbox", { name: "City" }).fill(address.city);
    const ways = this.page.getByRole("group", { name: "How should it travel?" }).getByRole("radio");
    await ways.first().check();
    await this.button("On to payment").click();
  }

  async pay(card = "A card that pays") {
    await this.page.getByRole("radio", { name: card }).check();
    await this.button(/^Pay €/).click();
  }

  /** The order's id, once its page is there. */
  async orderPage() {
    await this.page.waitForURL(/\/orders\/[0-9a-f-]{36}/);
    return new URL(this.page.url()).pathname.split("/")[2];
  }

  /** The log's words, oldest or newest first as the page has them. */
  log() {
    return this.page.getByRole("heading", { name: "Log", exact: true }).locator("xpath=following::ol[1]");
  }

  async seesInLog(word) {
    await this.log().getByText(word, { exact: true }).waitFor({ timeout: SHIPPED_TIMEOUT_MS });
  }

  /** Marks the page, so that a reload shows. */
  async mark() {
    await this.page.evaluate(() => {
      window.tradewindMark = true;
    });
  }

  async notReloaded() {
    assert.equal(await this.page.evaluate(() => window.tradewindMark === true), true, "the page was not reloaded");
  }

  /** An email address that nobody has registered with. */
  static newEmail() {
    return `e2e-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}@example.org`;
  }
}
