// What a phone asks of a page: nothing runs off the side, and everything can be hit with a thumb.

import assert from "node:assert/strict";

const TAP_PX = 44;

/** The page is no wider than 360 pixels, and its targets are at least 44 high. */
export async function fits(page, where) {
  // Pictures and lists settle before they are measured.
  await page.evaluate(() => document.fonts.ready);
  const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
  assert.ok(width <= 360, `${where} is ${width} px wide`);
  const small = await page.evaluate(tooSmall, TAP_PX);
  assert.deepEqual(small, [], `${where} has targets that a thumb misses`);
}

/** In the page: what can be pressed and is smaller than `least` in height. */
function tooSmall(least) {
  const found = [];
  for (const control of document.querySelectorAll("button, a.button, a.tap, select, input, textarea, [role=button]")) {
    // A radio or checkbox is hit by its label.
    const target = control.closest("label") ?? control;
    if (target.closest("[inert], [hidden], .unseen") || !target.checkVisibility({ visibilityProperty: true })) continue;
    const box = target.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    // Half a pixel of rounding is nobody's thumb.
    if (box.height < least - 0.5) {
      found.push(`${control.tagName.toLowerCase()} "${(control.ariaLabel ?? target.innerText ?? "").trim().slice(0, 40)}" ${Math.round(box.width)} x ${Math.round(box.height)}`);
    }
  }
  return found;
}
