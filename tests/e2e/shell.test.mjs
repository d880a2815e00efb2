// What is there before the app: the first paint, the theme, and how the files may be kept.

import assert from "node:assert/strict";

import { gateway } from "./lib/settings.mjs";
import { shopTest } from "./lib/test.mjs";

shopTest("the shell stands before the app has arrived, and the app replaces it", async ({ shop, page, screen }) => {
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/");
  await page.locator("#shell").getByText("Goods carried by the trade winds").waitFor();
  await screen("shell");
  letGo();
  await page.locator("#shell").waitFor({ state: "detached" });
  await shop.heading("Goods carried by the trade winds").waitFor();
});

shopTest("a chosen theme holds before the first paint", async ({ shop, page }) => {
  await shop.open("/");
  const first = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByRole("banner").getByRole("button", { name: "Light or dark" }).click();
  await page.waitForFunction((was) => getComputedStyle(document.body).backgroundColor !== was, first);
  const chosen = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.route("**/*.wasm", () => {}); // The app never arrives; only the shell can know.
  await page.goto("/goods", { waitUntil: "commit" });
  await page.locator("#shell").waitFor();
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), chosen);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

shopTest("an app that does not arrive is told in words, with a way out", async ({ page, watch }) => {
  watch.expectConsole(/CompileError|WebAssembly/);
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 200, contentType: "application/wasm", body: "not wasm" }));
  await page.goto("/");
  await page.getByRole("alert").getByRole("heading", { name: "The shop did not load" }).waitFor();
  await page.getByRole("link", { name: "Load the page again" }).waitFor();
});

shopTest("hashed files may be kept for ever, the page is asked for again, and both come compressed", async ({ page }) => {
  const answers = new Map();
  page.on("response", (response) => answers.set(new URL(response.url()).pathname, response));
  await page.goto("/");
  await page.locator("#shell").waitFor({ state: "detached" });
  const root = await answers.get("/").allHeaders();
  assert.equal(root["cache-control"], "no-cache");
  assert.match(root["content-security-policy"], /script-src 'self' 'wasm-unsafe-eval'/);

  const assets = [...answers.keys()].filter((path) => path.startsWith("/assets/"));
  for (const kind of [".wasm", ".js", ".css", ".woff2"]) assert.ok(assets.some((path) => path.endsWith(kind)), `a ${kind} was loaded`);
  for (const path of assets) {
    assert.match(path, /-[0-9a-f]{16}\.[a-z0-9]+$/, "the name carries a hash");
    const headers = await answers.get(path).allHeaders();
    assert.equal(headers["cache-control"], "public, max-age=31536000, immutable", path);
  }
  // Chromium takes brotli from secure origins only, so a plain client asks.
  const wasm = assets.find((path) => path.endsWith(".wasm"));
  for (const encoding of ["br", "gzip"]) {
    const answer = await fetch(gateway + wasm, { method: "HEAD", headers: { "Accept-Encoding": encoding } });
    assert.equal(answer.headers.get("content-encoding"), encoding);
    assert.equal(answer.headers.get("content-type"), "application/wasm");
  }
  const missing = await fetch(`${gateway}/assets/tradewind-0000000000000000.js`);
  assert.equal(missing.status, 404, "a file that is gone is not the page in disguise");
});
