// What a run may be told from outside, with the defaults that its README explains.

export const gateway = (__ENV.GATEWAY || "http://127.0.0.1:8080").replace(/\/+$/, "");

/** A number from the environment; a word that is none stops the run rather than changing it silently. */
export function number(name, fallback) {
  const text = __ENV[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} is "${text}", and a number above 0 is needed`);
  return value;
}

/** A duration such as 30s or 2m. */
export function duration(name, fallback) {
  const text = __ENV[name];
  if (text === undefined || text === "") return fallback;
  if (!/^([0-9]+(ms|s|m|h))+$/.test(text)) throw new Error(`${name} is "${text}", and a duration such as 30s or 2m is needed`);
  return text;
}

/** A word from the environment that has no default. */
export function text(name) {
  const value = __ENV[name];
  if (!value) throw new Error(`${name} is needed; ./tradewind load sets it`);
  return value;
}
