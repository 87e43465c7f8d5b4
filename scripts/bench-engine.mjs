/**
 * The engine on a GPT-2 of 124 million parameters with random weights, made on the fly: how long loading takes and how
 * much memory it costs beside the mapped file, how fast windows are evaluated beside a bare run of the same graph that
 * gives its logits, and how much memory a window of 512 tokens takes. Linux only: memory is read from /proc.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareEntry, root, runShown } from './entry.mjs';

prepareEntry(import.meta.url);
if (!process.features.typescript) process.exit(runShown('node', [fileURLToPath(import.meta.url)]));

const { openCheckpoint } = await import('../engine/artifacts/checkpoint.ts');
const { parseOnnxModel } = await import('../engine/artifacts/onnx/parse-onnx-model.ts');
const { writeOnnxModel } = await import('../engine/artifacts/onnx/write-onnx-model.ts');
const { writeSafetensors } = await import('../engine/artifacts/safetensors/write-safetensors.ts');
const { modelFacts } = await import('../engine/certify/model-facts.ts');
const { nodeFiles } = await import('../engine/core/node-files.ts');
const { evaluateWindows } = await import('../engine/evaluate/evaluate-windows.ts');
const { buildModelGraph } = await import('../engine/graph/build-model-graph.ts');
const { planMemory } = await import('../engine/runtime/plan-memory.ts');
const { startEngine } = await import('../engine/runtime/start-engine.ts');

const tokens = 512;
const rounds = 7;
const mebibyte = 2 ** 20;
const shape = { vocab_size: 50_257, n_positions: 1024, n_embd: 768, n_layer: 12, n_head: 12, n_inner: 3072 };

const folder = mkdtempSync(path.join(tmpdir(), 'invarlock-bench-'));
try {
  await writeModel(folder);
  await measure(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(model) {
  const sizeBytes = statSync(path.join(model, 'model.safetensors')).size;
  const { value: checkpoint } = await openCheckpoint(nodeFiles, model);
  const graph = buildModelGraph(checkpoint, { maximumRows: tokens });
  const threads = availableParallelism();
  const childPath = path.join(root, 'engine/runtime/ort-child.ts');

  // Loading, once with the file's pages cold in this process and then warm, as a second arm finds them.
  const loads = [];
  for (let i = 0; i < 3; i += 1) {
    const runtime = await startEngine({ childPath, threads });
    const child = engineChild();
    const before = anonymousBytes(child);
    const processorBefore = processorMs(child);
    const start = performance.now();
    await runtime.open(graph);
    loads.push({
      ms: performance.now() - start,
      processorMs: processorMs(child) - processorBefore,
      anonymous: anonymousBytes(child) - before,
    });
    await runtime.close();
  }

  // Both sessions in one child, run in turns, so that what else the machine does hits both.
  const runtime = await startEngine({ childPath, threads });
  const child = engineChild();
  const ours = await runtime.open(graph);
  const bare = await runtime.open({ ...bareGraph(checkpoint), weightsFolder: graph.weightsFolder });
  const window = {
    id: 0,
    inputIds: Array.from({ length: tokens }, (_, i) => (i * 97 + 13) % shape.vocab_size),
    attentionMask: Array.from({ length: tokens }, () => 1),
  };
  const feeds = {
    input_ids: integers(window.inputIds, [1, tokens]),
    positions: integers(window.inputIds.map((_, i) => i).slice(0, -1), [tokens - 1]),
    targets: integers(window.inputIds.slice(1), [tokens - 1]),
  };
  const evaluate = () => evaluateWindows(ours, graph, [window]);
  // Memory first, before the other graph has made the arena larger.
  const peak = await peakWhile(child, async () => {
    await evaluate();
    await evaluate();
  });
  await bare.run(feeds, ['logits']);
  const pairs = [];
  for (let i = 0; i < rounds; i += 1) {
    const start = performance.now();
    await evaluate();
    const oursMs = performance.now() - start;
    const { runMs } = await bare.run(feeds, ['logits']);
    pairs.push({ oursMs, bareMs: runMs, ratio: runMs / oursMs });
  }
  await runtime.close();
  const plan = planMemory([modelFacts('model', checkpoint)], tokens, undefined).value;
  const best = loads.toSorted((a, b) => a.ms - b.ms)[0];
  print([
    ['weights', `${(sizeBytes / mebibyte).toFixed(0)} MiB`, ''],
    ['load, first', seconds(loads[0].ms), ''],
    ['load, best of 3', seconds(best.ms), 'target ≤ 0.2 s'],
    [
      'of which on a processor',
      seconds(Math.min(...loads.map((load) => load.processorMs))),
      'the rest is waiting for one',
    ],
    [
      'anonymous memory of a load',
      megabytes(Math.max(...loads.map((load) => load.anonymous))),
      'target ≤ 50 MiB',
    ],
    ['engine, messages included', perSecond(median(pairs.map((pair) => pair.oursMs))), `${threads} threads`],
    ['bare session.run with logits', perSecond(median(pairs.map((pair) => pair.bareMs))), ''],
    ['ratio, median of pairs', median(pairs.map((pair) => pair.ratio)).toFixed(2), 'target ≥ 0.9'],
    [`peak at ${tokens} tokens, beside the weights`, megabytes(peak), ''],
    [
      'what the preflight expects',
      megabytes(plan.expectedPeakBytes),
      `${plan.rowsPerChunk} rows of the head`,
    ],
  ]);
}

/** The same graph with a plain head: logits out, no losses. Operators that nothing needs are dropped at loading. */
function bareGraph(checkpoint) {
  const graph = buildModelGraph(checkpoint, { maximumRows: tokens, rowsPerChunk: tokens, logits: true });
  const model = parseOnnxModel(graph.model);
  const outputs = model.outputs.filter(({ name }) => name === 'logits');
  return { model: writeOnnxModel({ ...model, outputs }), maximumThreads: graph.maximumThreads };
}

async function writeModel(to) {
  mkdirSync(to, { recursive: true });
  const config = { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], ...shape };
  writeFileSync(path.join(to, 'config.json'), JSON.stringify(config));
  const { n_embd: width, n_inner: inner } = shape;
  const shapes = { 'wte.weight': [shape.vocab_size, width], 'wpe.weight': [shape.n_positions, width] };
  const norm = (name) => Object.assign(shapes, { [`${name}.weight`]: [width], [`${name}.bias`]: [width] });
  const linear = (name, rows, columns) =>
    Object.assign(shapes, { [`${name}.weight`]: [rows, columns], [`${name}.bias`]: [columns] });
  for (let layer = 0; layer < shape.n_layer; layer += 1) {
    norm(`h.${layer}.ln_1`);
    linear(`h.${layer}.attn.c_attn`, width, 3 * width);
    linear(`h.${layer}.attn.c_proj`, width, width);
    norm(`h.${layer}.ln_2`);
    linear(`h.${layer}.mlp.c_fc`, width, inner);
    linear(`h.${layer}.mlp.c_proj`, inner, width);
  }
  norm('ln_f');
  const sources = Object.entries(shapes).map(([name, dims]) => ({
    name,
    dtype: 'F32',
    shape: dims,
    bytes: async () => randomBytes(dims.reduce((product, size) => product * size, 1)),
  }));
  await writeSafetensors(nodeFiles, path.join(to, 'model.safetensors'), sources);
}

/** Between −0.04 and 0.04, the same on every run. */
function randomBytes(count) {
  let state = 12_345;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return (state / 0x7f_ff_ff_ff - 0.5) * 0.08;
  };
  return new Uint8Array(Float32Array.from({ length: count }, next).buffer);
}

function integers(values, dims) {
  return { type: 'int64', dims, data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

/** The engine child: the last process that this one started. */
function engineChild() {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return Math.max(...children.map(Number));
}

function anonymousBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^RssAnon:\s+(\d+)/mu.exec(status)?.[1] ?? 0);
}

/** Time that a process has spent on processors: what loading would take on a machine that does nothing else. */
function processorMs(pid) {
  // After the name, which stands in parentheses; in hundredths of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** The most that was seen: looked at every 2 ms, while the child computes. */
async function peakWhile(pid, work) {
  let peak = anonymousBytes(pid);
  const timer = setInterval(() => {
    peak = Math.max(peak, anonymousBytes(pid));
  }, 2);
  await work();
  clearInterval(timer);
  return peak;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(3)} s`;
}

function megabytes(bytes) {
  return `${(bytes / mebibyte).toFixed(0)} MiB`;
}

function perSecond(ms) {
  return `${((1000 * tokens) / ms).toFixed(0)} tokens/s`;
}

function print(rows) {
  console.log(
    `engine: GPT-2 shape with 124 million random parameters, windows of ${tokens} tokens, median of ${rounds}`,
  );
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  for (const [name, value, remark] of rows)
    console.log(`${name.padEnd(widths[0])}  ${value.padStart(widths[1])}  ${remark}`.trimEnd());
}
