// Runs the browser tests: all of them, or those whose file names hold one of the words given.
//   node run.mjs            node run.mjs guest keyboard

import { readdirSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import path from "node:path";

import { evidence, gateway, missing, screens } from "./lib/settings.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const files = readdirSync(here)
  .filter((name) => name.endsWith(".test.mjs") && (words.length === 0 || words.some((word) => name.includes(word))))
  .sort()
  .map((name) => path.join(here, name));
if (files.length === 0) {
  console.error(`no test is called ${words.join(" or ")}`);
  process.exit(2);
}

const lacks = await missing();
if (lacks.length > 0) {
  for (const sentence of lacks) console.error(sentence);
  process.exit(2);
}

// Evidence of an earlier run would be taken for this one's; screens stay when only some are taken anew.
for (const name of await readdir(evidence).catch(() => [])) {
  if (name !== path.basename(screens) || words.length === 0) await rm(path.join(evidence, name), { recursive: true });
}
console.log(`browser tests against ${gateway}`);
// One after the other: two of them measure time, and each starts a browser.
run({ files, concurrency: 1 })
  .on("test:fail", () => {
    process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
