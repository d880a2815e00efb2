// A purchase through the shop, and what the services say of its order.

import assert from "node:assert/strict";

import { api } from "./settings.mjs";

/** Buys `pieces` of a product as a visitor does; the order's page is open afterwards. */
export async function buy(shop, product, { card = "A card that pays", pieces = 1 } = {}) {
  await shop.addToBasket(product);
  for (let piece = 1; piece < pieces; piece += 1) {
    await shop.drawer().getByRole("button", { name: `One more ${product.title}`, exact: true }).click();
    await shop.basketSign(piece + 1).waitFor({ state: "attached" });
  }
  await shop.checkOut();
  await shop.fillContact("order@example.org");
  await shop.fillDelivery();
  await shop.pay(card);
  return shop.orderPage();
}

/** Follows whose page it is, so that the services can be asked as the same person. */
export class Witness {
  #authorization;
  #sent = [];

  constructor(page) {
    page.on("request", (request) => {
      const headers = request.headers();
      this.#authorization = headers.authorization ?? this.#authorization;
      if (request.method() !== "GET") this.#sent.push({ path: new URL(request.url()).pathname, key: headers["idempotency-key"] });
    });
  }

  /** The idempotency keys of the writes to that path, one for each time it was sent. */
  keys(path) {
    return this.#sent.filter((sent) => sent.path === `/api/v1${path}`).map((sent) => sent.key);
  }

  async order(id) {
    const answer = await fetch(`${api}/orders/${id}`, { headers: { Authorization: this.#authorization } });
    assert.equal(answer.status, 200);
    return answer.json();
  }

  /** The steps of the order so far. */
  async steps(id) {
    return (await this.order(id)).history.map((step) => step.status);
  }
}
