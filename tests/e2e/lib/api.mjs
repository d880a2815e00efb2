// What a test arranges behind the page's back: the same HTTP contract that everybody uses.

import { randomUUID } from "node:crypto";

import { api } from "./settings.mjs";

async function call(method, path, { body, token, headers = {} } = {}) {
  const answer = await fetch(api + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}

export const ADDRESS = { name: "Inês Ramalho", line1: "Weserstraße 41", postal_code: "12045", city: "Berlin", country: "DE" };

export function products(query) {
  return call("GET", `/products?${new URLSearchParams(query)}`);
}

export function product(handle) {
  return call("GET", `/products/${encodeURIComponent(handle)}`);
}

/** A product all of whose variants are in stock, so that any choice can be bought. */
export async function plentiful(family = "tea") {
  const list = await products({ category: family, in_stock: "true", limit: "48" });
  for (const card of list.items) {
    const found = await product(card.handle);
    if (found.variants.every((variant) => variant.availability === "in_stock")) return found;
  }
  throw new Error(`no product of ${family} is in stock in every variant`);
}

/**
 * A product with a single variant of which few pieces are left.
 * @returns {{ product: object, variant: object }} `variant.available` pieces can be had
 */
export async function nearlyGone() {
  let cursor;
  do {
    const list = await products({ in_stock: "true", sort: "title", limit: "100", ...(cursor ? { cursor } : {}) });
    for (const card of list.items.filter((item) => item.availability === "low")) {
      const found = await product(card.handle);
      const [variant] = found.variants;
      if (found.variants.length === 1 && variant.availability === "low" && variant.available >= 1) return { product: found, variant };
    }
    cursor = list.next_cursor;
  } while (cursor);
  throw new Error("no product with one variant is nearly sold out; seed the catalogue anew");
}

/** Another guest buys `quantity` pieces, and pays. Answers with the order as it was placed. */
export async function buyAsAnotherGuest(sku, quantity, email = "quicker@example.org") {
  const token = (await call("POST", "/sessions/guest")).access_token;
  await call("PUT", `/cart/items/${encodeURIComponent(sku)}`, { body: { quantity }, token });
  const method = (await call("GET", "/shipping-methods?country=DE", { token })).items[0].id;
  return call("POST", "/orders", {
    token,
    headers: { "Idempotency-Key": randomUUID() },
    body: { email, shipping_address: ADDRESS, shipping_method: method, payment_token: "tok_ok" },
  });
}
