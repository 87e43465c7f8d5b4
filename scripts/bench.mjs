/**
 * `npm run bench`: how long the bootstrap interval of a large run takes, beside the times that the reference took on the
 * machine where its golden data were made; then what a certification
 * costs beside the model's own time (bench-certify.mjs), the engine beside a bare run of the same graph
 * (bench-engine.mjs) and the language server beside another one (bench-server.mjs). Prints tables
 * and judges nothing: times depend on the machine, so each is also given as a ratio, here to a plain loop of as many
 * multiplications, timed in the same process.
 */
import { fileURLToPath } from 'node:url';
import { prepareEntry, runShown } from './entry.mjs';

prepareEntry(import.meta.url);
// The engine is imported as it is written, so this needs a Node that strips types; the pinned one does.
if (!process.features.typescript) process.exit(runShown('node', [fileURLToPath(import.meta.url)]));

const { pairedDeltaLogInterval } = await import('../engine/metrics/bootstrap.ts');
const { Pcg64 } = await import('../engine/numerics/pcg64.ts');

const windowCount = 400;
const replicates = 2_000;
const runs = 20;
const options = { method: 'bca', replicates, alpha: 0.05, seed: 42 };

const generator = new Pcg64(7);
const uniforms = () => Array.from({ length: windowCount }, () => generator.random());
const baseline = uniforms().map((value) => 2 + 2 * value);
const noise = uniforms();
const subject = baseline.map((loss, index) => loss + 0.05 * (noise[index] - 0.4));
const unequal = uniforms().map((value) => 16 + Math.floor(496 * value));
const equal = unequal.map(() => 512);

const loopMs = medianMs(plainLoop);
const rows = [
  { weights: 'equal', referenceMs: 36, ms: medianMs(() => interval(equal)) },
  { weights: 'unequal', referenceMs: 144, ms: medianMs(() => interval(unequal)) },
];

const columns = ['weights', 'median ms', 'reference ms', 'ratio to the plain loop'];
const cells = rows.map(({ weights, ms, referenceMs }) => [
  weights,
  ms.toFixed(1),
  String(referenceMs),
  (ms / loopMs).toFixed(1),
]);
console.log(`BCa interval, ${replicates} replicates of ${windowCount} windows, median of ${runs} runs`);
console.log(`plain loop of ${replicates * windowCount} multiplications: ${loopMs.toFixed(2)} ms\n`);
for (const line of [columns, ...cells]) {
  console.log(line.map((cell, index) => cell.padStart(columns[index].length)).join('  '));
}

// In processes of their own: they start others and measure their memory.
for (const part of ['scripts/bench-certify.mjs', 'scripts/bench-engine.mjs', 'scripts/bench-server.mjs']) {
  console.log('');
  process.exitCode ||= runShown('node', [part]);
}

function interval(weights) {
  return pairedDeltaLogInterval(subject, baseline, weights, options);
}

/** The least that a bootstrap of this size has to do: one multiplication and one addition per drawn window. */
function plainLoop() {
  let sum = 0;
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    for (let index = 0; index < windowCount; index += 1) sum += noise[index] * baseline[index];
  }
  return sum;
}

function medianMs(work) {
  // The first calls are compiled while they run.
  for (let call = 0; call < 3; call += 1) work();
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return (times[runs / 2 - 1] + times[runs / 2]) / 2;
}
