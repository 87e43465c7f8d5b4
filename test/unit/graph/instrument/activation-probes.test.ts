import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseOnnxModel } from '../../../../engine/artifacts/onnx/parse-onnx-model.ts';
import { writeOnnxModel } from '../../../../engine/artifacts/onnx/write-onnx-model.ts';
import {
  addActivationProbes,
  type ProbeStatistic,
  probeName,
} from '../../../../engine/graph/instrument/activation-probes.ts';
import type { ModelGraph } from '../../../../engine/graph/model-graph.ts';
import { edgeRisk } from '../../../../engine/guards/rmt/edge-risk.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine, tinyGpt2 } from '../../../fixtures/engine.ts';
import { builtGraph, runOnce, withWholeOutputs } from '../../../fixtures/instrumented.ts';
import { importLayout } from '../../../fixtures/onnx-layouts/evaluate-layout.ts';
import { tinyModel } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { torchScriptGpt2 } from '../../../fixtures/onnx-layouts/torch-script-gpt2.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const root = temporaryFolder('probes');
const ids = [40, 273, 965, 628, 12, 99, 7, 450, 31, 2];
const statistics: readonly ProbeStatistic[] = [
  'edge_risk',
  'absolute_max',
  'mean_square',
  'non_finite_count',
];
const modules = [
  'transformer.wpe',
  'transformer.h.0.attn.c_attn',
  'transformer.h.2.mlp.c_proj',
  'transformer.ln_f',
];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

/** Spec 03 §4.3 in float64, written from the text. */
function expectedRisk(values: Float32Array, width: number, iterations: number): number {
  const rows = values.length / width;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = Math.max(values.reduce((a, b) => a + b * b, 0) / values.length - mean * mean, 1e-12);
  const at = (i: number, j: number): number => (values[i * width + j]! - mean) / Math.sqrt(variance);
  const norm = (x: number[]): number => Math.max(Math.sqrt(x.reduce((a, b) => a + b * b, 0)), 1e-12);
  const unit = (x: number[]): number[] => x.map((value) => value / norm(x));
  let right = unit(Array.from({ length: width }, () => 1));
  let sigma = 0;
  for (let step = 0; step < iterations; step++) {
    const left = Array.from({ length: rows }, (_, i) => right.reduce((a, x, j) => a + x * at(i, j), 0));
    sigma = norm(left);
    const from = unit(left);
    right = unit(Array.from({ length: width }, (_, j) => from.reduce((a, x, i) => a + x * at(i, j), 0)));
  }
  return sigma / (Math.sqrt(rows) + Math.sqrt(width));
}

async function check(graph: ModelGraph, iterations: number): Promise<void> {
  const probed = addActivationProbes(withWholeOutputs(graph, modules), { modules, statistics, iterations });
  expect(probed.unavailable).toEqual([]);
  const names = modules.flatMap((module) => statistics.map((statistic) => probeName(statistic, module)));
  expect(probed.graph.outputs).toEqual(['token_nll', ...names]);
  const outputs = await runOnce(runtime, probed.graph, ids, [
    ...names,
    ...modules.map((name) => `whole/${name}`),
  ]);
  for (const module of modules) {
    const { dims, values } = outputs[`whole/${module}`]!;
    const measured = (statistic: ProbeStatistic): number => {
      const output = outputs[probeName(statistic, module)]!;
      expect(output.dims).toEqual([]);
      return output.values[0]!;
    };
    const risk = expectedRisk(values, dims.at(-1)!, iterations);
    expect(Math.abs(measured('edge_risk') / risk - 1)).toBeLessThan(1e-5);
    expect(measured('absolute_max')).toBe(Math.max(...values.map(Math.abs)));
    const meanSquare = values.reduce((a, b) => a + b * b, 0) / values.length;
    expect(Math.abs(measured('mean_square') / meanSquare - 1)).toBeLessThan(1e-5);
    expect(measured('non_finite_count')).toBe(0);
  }
}

test.each([3, 1])(
  'activations of a built graph are measured as in float64, %d iterations',
  async (iterations) => {
    await check(await builtGraph(tinyGpt2), iterations);
  },
);

test.each([
  [17, false],
  [14, true],
])('those of an imported graph of version %d too', async (_, cache) => {
  const model = torchScriptGpt2(tinyModel(tinyGpt2), { cache });
  const { config } = tinyModel(tinyGpt2);
  const graph = await importLayout({ folder: `${root}/${cache}`, model, config }, { maximumRows: 1 });
  // Below version 17 the norm is written out.
  expect(graph.modules.has('transformer.h.1.ln_2')).toBe(true);
  await check(graph, 3);
});

test('probes change no loss', async () => {
  const graph = await builtGraph(tinyGpt2);
  const probed = addActivationProbes(graph, { modules, statistics }).graph;
  const plain = await runOnce(runtime, graph, ids, ['token_nll']);
  const beside = await runOnce(runtime, probed, ids, probed.outputs);
  const without = await runOnce(runtime, probed, ids, ['token_nll']);
  expect(beside.token_nll).toEqual(plain.token_nll);
  expect(without).toEqual(plain);
});

test('a module that the graph does not have is said, not measured as zero', async () => {
  const graph = await builtGraph(tinyGpt2);
  const { unavailable, graph: probed } = addActivationProbes(graph, {
    modules: ['transformer.h.9.attn', 'transformer.ln_f'],
    statistics: ['edge_risk'],
  });
  expect(unavailable).toEqual(['transformer.h.9.attn']);
  expect(probed.outputs).toEqual(['token_nll', 'probe/edge_risk/transformer.ln_f']);
});

/** y = x / z, so that a test can make y what it likes. */
function quotient(values: readonly number[], divisors: readonly number[], rows = 2): ModelGraph {
  const tensor = (name: string, numbers: readonly number[]) =>
    ({
      kind: 'inline',
      name,
      type: 'F32',
      shape: [rows, numbers.length / rows],
      bytes: new Uint8Array(Float32Array.from(numbers).buffer),
    }) as const;
  const model = writeOnnxModel({
    graphName: 'quotient',
    opset: 17,
    nodes: [
      { name: 'y', op: 'Div', inputs: ['x', 'z'], outputs: ['y'], attributes: {} },
      { name: 'token_nll', op: 'Identity', inputs: ['targets'], outputs: ['token_nll'], attributes: {} },
    ],
    initializers: [tensor('x', values), tensor('z', divisors)],
    inputs: ['input_ids', 'positions', 'targets'].map((name) => ({
      name,
      type: 'I64' as const,
      shape: name === 'input_ids' ? [1, 'n'] : ['m'],
    })),
    outputs: [{ name: 'token_nll', type: 'I64', shape: ['m'] }],
  });
  return {
    model,
    weightsFolder: root,
    loss: 'causal',
    inputs: [],
    outputs: [],
    contextLength: 1,
    vocabSize: 1,
    maximumThreads: 1,
    modules: new Map([['y', 'y']]),
  };
}

test('what is not finite is counted, and has no edge risk', async () => {
  const { graph } = addActivationProbes(quotient([1, 0, -1, 2, 4, 6], [0, 0, 0, 2, 2, 2]), {
    modules: ['y'],
    statistics,
  });
  const outputs = await runOnce(runtime, graph, ids, graph.outputs);
  expect(outputs['probe/non_finite_count/y']?.values[0]).toBe(3);
  expect(outputs['probe/edge_risk/y']?.values[0]).toBeNaN();
});

test('constant activations have a risk that is small, not zero and not missing', async () => {
  const { graph } = addActivationProbes(quotient([4, 4, 4, 4], [2, 2, 2, 2]), {
    modules: ['y'],
    statistics: ['edge_risk'],
  });
  const outputs = await runOnce(runtime, graph, ids, graph.outputs);
  const risk = outputs['probe/edge_risk/y']?.values[0] ?? 0;
  expect(risk).toBeGreaterThan(0);
  expect(risk).toBeLessThan(1e-11);
});

/** Numbers without a pattern, the same every time. */
function scattered(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.4;
  });
}

test('the edge risk has the same bits on any number of threads', async () => {
  const [rows, width] = [144, 640];
  const values = scattered(rows * width);
  const model = quotient(
    values,
    values.map(() => 1.5),
    rows,
  );
  const { graph } = addActivationProbes(model, { modules: ['y'], statistics: ['edge_risk', 'mean_square'] });
  const runs = [];
  for (const threads of [1, 2, 4]) {
    const engine = await startTestEngine(threads);
    runs.push(await runOnce(engine, { ...graph, maximumThreads: 8 }, ids, graph.outputs));
    await engine.close();
  }
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
});

test.each([
  ['e0', 2],
  ['ones', 5],
] as const)('from %s, %d iterations as in float64', async (start, iterations) => {
  const values = scattered(12 * 9);
  const model = quotient(
    values,
    values.map(() => 1),
    12,
  );
  const { graph } = addActivationProbes(model, {
    modules: ['y'],
    statistics: ['edge_risk'],
    iterations,
    start,
  });
  const outputs = await runOnce(runtime, graph, ids, graph.outputs);
  const expected = edgeRisk([12, 9], Float32Array.from(values), { iterations, start })?.risk ?? 0;
  expect(Math.abs((outputs['probe/edge_risk/y']?.values[0] ?? 0) / expected - 1)).toBeLessThan(1e-5);
});

test('probes alone leave out the head', async () => {
  const graph = await builtGraph(tinyGpt2);
  const alone = addActivationProbes(graph, { modules, statistics: ['mean_square'], isAlone: true }).graph;
  expect(alone.outputs).toEqual(modules.map((module) => probeName('mean_square', module)));
  expect(parseOnnxModel(alone.model).nodes.length).toBeLessThan(
    parseOnnxModel(graph.model).nodes.length + 40,
  );
  const together = addActivationProbes(graph, { modules, statistics: ['mean_square'] }).graph;
  const measured = await runOnce(runtime, alone, ids, alone.outputs);
  expect(measured).toEqual(await runOnce(runtime, together, ids, alone.outputs));
});
