// What the catalogue holds, asked once before a run, so that visitors ask for what exists.

import { Visitor } from "./visitor.js";

export const FAMILIES = ["tea", "coffee", "spices", "ceramics", "textiles", "instruments"];
export const SORTS = ["popular", "newest", "price_asc", "price_desc", "rating", "title"];
/** How many pages are read: enough for variety, little enough to start at once. */
const PAGES = 5;

/** Handles of goods that can be bought, the most popular first. */
export function handlesInStock() {
  const visitor = new Visitor();
  const handles = [];
  let cursor = null;
  for (let page = 0; page < PAGES; page += 1) {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const response = visitor.get("/products", `/products?in_stock=true&sort=popular&limit=100${after}`);
    if (response.status !== 200) throw new Error(`the shop at ${response.url} answers ${response.status}; is it up?`);
    const list = response.json();
    for (const card of list.items) handles.push(card.handle);
    cursor = list.next_cursor;
    if (!cursor) break;
  }
  if (handles.length === 0) throw new Error("the catalogue is empty; ./tradewind seed fills it");
  return handles;
}

/** Of the most popular `products`, what is in stock and can be ordered; never `except`. */
export function skusInStock(products, except) {
  const visitor = new Visitor();
  const skus = [];
  for (const handle of handlesInStock().slice(0, products)) {
    const product = visitor.get("/products/{handle}", `/products/${handle}`);
    if (product.status !== 200) continue;
    for (const variant of product.json("variants")) {
      if (variant.availability === "in_stock" && variant.sku !== except) skus.push(variant.sku);
    }
  }
  if (skus.length === 0) throw new Error("nothing is in stock");
  return skus;
}
