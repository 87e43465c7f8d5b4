import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InvarLockError } from '../../../../engine/core/errors.ts';
import { objectAt } from '../../../../engine/core/json-access.ts';
import { openProbes } from '../../../../engine/guards/common/probe-session.ts';
import { edgeRisk } from '../../../../engine/guards/rmt/edge-risk.ts';
import { rmtGuard } from '../../../../engine/guards/rmt/run-rmt.ts';
import { graphOfModel } from '../../../../engine/models/model-source.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine, tinyGpt2 } from '../../../fixtures/engine.ts';
import {
  type FakeProbes,
  guardArm,
  guardContext,
  probeRuntime,
  someWindows,
} from '../../../fixtures/guard-context.ts';
import { runOnce, withWholeOutputs } from '../../../fixtures/instrumented.ts';
import { importLayout } from '../../../fixtures/onnx-layouts/evaluate-layout.ts';
import { tinyModel } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { torchScriptGpt2 } from '../../../fixtures/onnx-layouts/torch-script-gpt2.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const tiny = (name: string) => path.resolve(`test/fixtures/models/${name}`);
const windows = someWindows(20);

/** Prepared on the baseline, judged on the subject; risks come from the fakes. */
async function judge(baseline: FakeProbes, subject: FakeProbes, rmt: Record<string, unknown> = {}) {
  const [before, after] = [probeRuntime(baseline), probeRuntime(subject)];
  const policies = { rmt: { epsilon_default: 0.01, ...rmt } };
  const preparation = await rmtGuard.prepare(
    guardContext(before.runtime, windows, policies),
    await guardArm('baseline', tinyGpt2),
  );
  if (preparation.state === undefined) return { preparation, outcome: undefined };
  const outcome = await rmtGuard.validate(
    guardContext(after.runtime, windows, policies),
    preparation.state,
    await guardArm('subject', tinyGpt2),
  );
  return { preparation, outcome };
}

const constant: FakeProbes = { value: () => 2 };
const isAttention = (module: string) => module === 'transformer.h.1.attn.c_proj';

test.each<[string, FakeProbes, string, readonly unknown[]]>([
  ['the same activations', constant, 'passed', []],
  ['a risk within the band', { value: (_, module) => (isAttention(module) ? 2.019 : 2) }, 'passed', []],
  ['a risk above it', { value: (_, module) => (isAttention(module) ? 2.03 : 2) }, 'failed', ['epsilon_band']],
  [
    'one module in one window not finite',
    { value: (_, module, window) => (isAttention(module) && window === 3 ? Number.NaN : 2) },
    'failed',
    ['non_finite_activation'],
  ],
])('%s', async (_, subject, status, types) => {
  const { outcome } = await judge(constant, subject);
  expect([outcome?.status, outcome?.violations.map(({ type }) => type)]).toEqual([status, types]);
});

test('what was measured is recorded so that the verdict can be found again', async () => {
  const { preparation, outcome } = await judge(constant, constant);
  const sampled = objectAt(outcome?.metrics, 'sampled_windows');
  expect(sampled).toMatchObject({
    window_ids: [0, 3, 5, 8, 11, 14, 16, 19],
    token_counts: Array(8).fill(12),
  });
  expect(preparation.metrics.sampled_windows).toEqual(sampled);
  expect(preparation.metrics.measurement_contract).toEqual(outcome?.metrics.measurement_contract);
  expect(outcome?.metrics.edge_risk_by_family).toEqual({ attn: 2, embed: 2, ffn: 2, other: 2 });
  expect(Object.keys(objectAt(outcome?.metrics, 'edge_risk_by_module') ?? {})).toHaveLength(27);
});

test.each<[string, FakeProbes, RegExp]>([
  ['a baseline that is not finite', { value: () => Number.NaN }, /not finite/u],
  [
    'probes that the runtime refuses',
    { value: () => 1, refuses: new InvarLockError('R403', 'no such operator') },
    /refused the baseline with probes.*no such operator/u,
  ],
])('%s is not evaluated', async (_, baseline, reason) => {
  const { preparation } = await judge(baseline, constant);
  expect(preparation.state).toBeUndefined();
  expect(preparation.reason).toMatch(reason);
});

test('other failures of the runtime end the run', async () => {
  const broken: FakeProbes = { value: () => 1, refuses: new InvarLockError('R402', 'it was killed') };
  await expect(judge(broken, constant)).rejects.toThrow('it was killed');
});

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine();
});
afterAll(() => runtime.close());

test('what leaves the graph is the risk of the whole activations in float64', async () => {
  const arm = await guardArm('baseline', tinyGpt2);
  const [window] = windows;
  const session = await openProbes(guardContext(runtime, windows), {
    guard: 'rmt',
    arm,
    windows,
    statistic: 'edge_risk',
    chooses: ({ className }) => className !== '',
    hasLosses: true,
  });
  if (typeof session === 'string') throw new Error(session);
  const { values } = await session.run(window!);
  await session.close();
  const modules = session.modules.map(({ path: module }) => module);
  const whole = await runOnce(
    runtime,
    withWholeOutputs(graphOfModel(arm.model, { maximumRows: 12 }), modules),
    window!.inputIds,
    modules.map((module) => `whole/${module}`),
  );
  for (const module of modules) {
    const { dims, values: activations } = whole[`whole/${module}`]!;
    const expected = edgeRisk(dims, activations, { iterations: 3, start: 'ones' })?.risk ?? 0;
    expect(Math.abs((values[module] ?? 0) / expected - 1)).toBeLessThan(1e-5);
  }
});

test.each([
  ['tiny-llama', ['attn', 'embed', 'ffn'], undefined],
  ['tiny-bert', ['attn', 'embed', 'ffn', 'other'], 'labels'],
  ['tiny-t5', ['attn', 'embed', 'ffn'], 'labels'],
])('an unedited %s passes with families of its own', async (name, families, labels) => {
  const own = windows.map((window) => ({
    ...window,
    ...(labels ? { labels: window.inputIds.map((id, at) => (at < 4 ? id : -100)) } : {}),
  }));
  const context = guardContext(runtime, own);
  const preparation = await rmtGuard.prepare(context, await guardArm('baseline', tiny(name)));
  const outcome = await rmtGuard.validate(
    context,
    preparation.state as Parameters<typeof rmtGuard.validate>[1],
    await guardArm('subject', tiny(name)),
  );
  expect([outcome.status, outcome.reason]).toEqual(['passed', undefined]);
  const found = Object.entries(objectAt(outcome.metrics, 'edge_risk_by_family') ?? {});
  expect(found.flatMap(([family, risk]) => (risk === 0 ? [] : [family])).sort()).toEqual(families);
  expect(outcome.metrics.edge_risk_by_module).toEqual(outcome.metrics.edge_risk_by_module_base);
});

test('a checkpoint and its export are compared by the modules that both graphs show', async () => {
  const folder = temporaryFolder('rmt-export');
  const { config } = tinyModel(tinyGpt2);
  await importLayout({ folder, model: torchScriptGpt2(tinyModel(tinyGpt2), { cache: false }), config });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  const context = guardContext(runtime, windows);
  const preparation = await rmtGuard.prepare(context, await guardArm('baseline', tinyGpt2));
  const state = preparation.state as Parameters<typeof rmtGuard.validate>[1];
  const outcome = await rmtGuard.validate(context, state, await guardArm('subject', folder));
  expect([outcome.status, outcome.violations]).toEqual(['passed', []]);
  expect(outcome.warnings).toEqual([
    'The two models have different formats: 27 of 27 modules of the baseline are shown by both graphs and were compared.',
  ]);
});
