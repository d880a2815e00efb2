// A test with a browser of its own context, a watch over it, and evidence when it fails.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";

import { chromium as playwright } from "playwright-core";

import { chromium, chromiumFlags, evidence, gateway, screens } from "./settings.mjs";
import { Shop } from "./shop.mjs";
import { Watch } from "./watch.mjs";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 780 };
/** Whole journeys on a machine that builds something else at the same time. */
const TEST_TIMEOUT_MS = 180_000;
const STEP_TIMEOUT_MS = 20_000;

let browser;
before(async () => {
  browser = await playwright.launch({ executablePath: chromium, headless: true, args: chromiumFlags });
});
after(async () => {
  await browser?.close();
});

/**
 * Runs `body({ shop, page, watch, screen })` in a fresh browser context.
 * @param options.narrow 360 pixels wide, with a touch screen
 */
export function shopTest(name, options, body) {
  if (typeof options === "function") return shopTest(name, {}, options);
  return test(name, { timeout: TEST_TIMEOUT_MS }, async () => {
    const context = await browser.newContext({
      baseURL: gateway,
      viewport: options.narrow ? NARROW : WIDE,
      hasTouch: Boolean(options.narrow),
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(STEP_TIMEOUT_MS);
    const watch = await Watch.on(context);
    const page = await context.newPage();
    try {
      await body({ shop: new Shop(page), page, watch, context, screen: (label) => screen(page, label) });
      assert.deepEqual(watch.complaints, [], "the browser has nothing to complain about");
    } catch (error) {
      await keepEvidence(name, page, watch, error);
      throw error;
    } finally {
      await context.close();
    }
  });
}

/** Takes the screen at both widths and leaves the page as wide and where it was. */
async function screen(page, label) {
  const before = page.viewportSize();
  const place = await page.evaluate(() => scrollY);
  await mkdir(screens, { recursive: true });
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    await page.evaluate(() => document.fonts.ready);
    await picturesShown(page);
    await page.screenshot({ path: path.join(screens, `${label}-${size.width}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
  await page.evaluate((y) => scrollTo({ top: y, behavior: "instant" }), place);
}

/** Pictures below the fold load when they are scrolled to; a picture of the page wants them all. */
async function picturesShown(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
      scrollTo({ top: y, behavior: "instant" });
      await new Promise((done) => setTimeout(done, 40));
    }
    const loading = [...document.images].filter((image) => !image.complete);
    await Promise.race([
      Promise.all(loading.map((image) => new Promise((done) => image.addEventListener("load", done, { once: true })))),
      new Promise((done) => setTimeout(done, 5000)),
    ]);
    // From the top: what sticks to the window stands where it belongs.
    scrollTo({ top: 0, behavior: "instant" });
  });
}

async function keepEvidence(name, page, watch, error) {
  const stem = path.join(evidence, name.replace(/[^a-z0-9]+/gi, "-").toLowerCase());
  await mkdir(evidence, { recursive: true });
  const lines = [
    name,
    `address  ${page.url()}`,
    `trace    ${watch.traceId}`,
    "",
    String(error?.stack ?? error),
    "",
    "complaints:",
    ...watch.complaints,
    "",
    "console:",
    ...watch.console,
    "",
    "newest requests:",
    ...watch.requests.map((entry) => `${entry.status ?? "..."} ${entry.line} ${entry.trace ?? ""}`),
    "",
  ];
  await writeFile(`${stem}.txt`, lines.join("\n"));
  // A page that hangs gives no picture; the text is there by now.
  await page.screenshot({ path: `${stem}.png`, fullPage: true, timeout: 5000 }).catch(() => {});
  console.error(`evidence: ${stem}.txt and .png, trace ${watch.traceId}`);
}
