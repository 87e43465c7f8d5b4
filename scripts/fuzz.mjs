/**
 * Feeds mutated input to one part of the program until the time is over or something breaks:
 *
 *   node scripts/fuzz.mjs server --minutes 5 --seed 1
 *
 * Every target is a module in test/fuzz/ that exports a function of that name (`fuzzServer`). What breaks is printed with
 * its seed, and the exit code is 1. Slow inputs are printed too: a hang begins as one.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepareEntry, root, runShown } from './entry.mjs';

prepareEntry(import.meta.url);
// The sources are imported as they are written, so this needs a Node that strips types; the pinned one does.
if (!process.features.typescript)
  process.exit(runShown('node', [fileURLToPath(import.meta.url), ...process.argv.slice(2)]));

const slowMs = 1_000;
const option = (name, fallback) => {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? fallback : Number(process.argv[index + 1]);
};
const target = process.argv[2] ?? '';
const file = path.join(root, 'test/fuzz', `${target}.ts`);
if (!/^[\w-]+$/.test(target) || !existsSync(file)) {
  process.stderr.write(
    'usage: node scripts/fuzz.mjs TARGET [--minutes 5] [--seed N]; targets are in test/fuzz/\n',
  );
  process.exit(2);
}
const name = `fuzz${target.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase())}`;
const { [name]: fuzz } = await import(pathToFileURL(file).href);

const until = Date.now() + option('minutes', 5) * 60_000;
const seed = option('seed', Date.now() % 1_000_000);
let slowest = 0;
try {
  const { steps } = await fuzz({
    seed,
    goesOn: () => Date.now() < until,
    onStep(milliseconds, text) {
      slowest = Math.max(slowest, milliseconds);
      if (milliseconds > slowMs) console.log(`${milliseconds.toFixed(0)} ms: ${JSON.stringify(text)}`);
    },
  });
  console.log(`${target}: ${steps} steps without a failure, seed ${seed}, slowest ${slowest.toFixed(0)} ms`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
