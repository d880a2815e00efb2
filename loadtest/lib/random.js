// Randomness with a shape. k6 gives every virtual user its own Math.random.

/** An integer from 0 up to, and without, `bound`. */
export function below(bound) {
  return Math.floor(Math.random() * bound);
}

export function pick(list) {
  return list[below(list.length)];
}

/**
 * A member of a list that is sorted by popularity. The draw is skewed as shops see it: with the
 * exponent 2, a tenth of the goods gets about a third of the looks.
 */
export function pickPopular(list) {
  return list[Math.floor(list.length * Math.random() ** 2)];
}

/** True with the given probability. */
export function chance(probability) {
  return Math.random() < probability;
}

export function hex(digits) {
  let text = "";
  while (text.length < digits) text += Math.floor(Math.random() * 0x100000000).toString(16).padStart(8, "0");
  return text.slice(0, digits);
}

/** A version 4 UUID, for idempotency keys. */
export function uuid() {
  const digits = hex(32).split("");
  digits[12] = "4";
  digits[16] = "89ab"[below(4)];
  const text = digits.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
