import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { objectAt } from '../../../../engine/core/json-access.ts';
import { varianceGuard } from '../../../../engine/guards/variance/run-variance.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine, tinyGpt2 } from '../../../fixtures/engine.ts';
import {
  type FakeProbes,
  guardArm,
  guardContext,
  probeRuntime,
  someWindows,
} from '../../../fixtures/guard-context.ts';

const windows = someWindows(24);
const c_proj = 'transformer.h.2.mlp.c_proj';

/** Branches of mean square 1, but one; the losses fall by `gain` where a weight is scaled. */
function probes(square: number, gain: number): FakeProbes {
  return {
    value: (_, module) => (module === c_proj ? square : 1),
    loss: (window, scales) => 3 + 0.1 * window - (Object.keys(scales).length > 0 ? gain : 0),
  };
}

async function judge(fake: FakeProbes, policy: Record<string, unknown> = {}, folder = tinyGpt2) {
  const { runtime, runs } = probeRuntime(fake);
  const usual = guardContext(runtime, windows);
  const context = {
    ...usual,
    policies: { ...usual.policies, variance: { ...usual.policies.variance, ...policy } },
  };
  const preparation = await varianceGuard.prepare(context, await guardArm('baseline', folder));
  const runsOfBaseline = runs.length;
  const outcome =
    preparation.state === undefined
      ? undefined
      : await varianceGuard.validate(context, preparation.state, await guardArm('subject', folder));
  return { preparation, outcome, runs, runsOfBaseline };
}

test('a scale that helps is tried on exactly its module, and the subject stays as it is', async () => {
  const { outcome, runs, runsOfBaseline } = await judge(probes(1.4, 0.05));
  expect(outcome?.metrics).toMatchObject({
    ve_enabled: false,
    monitor_only: true,
    proposed_scales_post_edit: { [c_proj]: 0.97 },
    ab_decision: { would_help: true, reason: 'criteria_met' },
  });
  expect(outcome?.status).toBe('passed');
  // 20 windows for the baseline's scales, without losses; 8 windows twice for the subject.
  expect([runsOfBaseline, runs.length - runsOfBaseline]).toEqual([20, 16]);
  expect(runs[0]).not.toContain('token_nll');
});

test.each([
  ['no gain', probes(1.4, 0), {}, 'below_min_rel_gain', 16],
  ['nothing to scale', probes(1, 0.05), {}, 'below_min_rel_gain', 8],
  ['a policy that only watches', probes(1.4, 0.05), { monitor_only: true }, 'below_min_rel_gain', 8],
  ['another tap', probes(1.4, 0.05), { tap: 'transformer.h.1.mlp.c_proj' }, 'below_min_rel_gain', 8],
])('%s', async (_, fake, policy, reason, runs) => {
  const judged = await judge(fake, policy);
  expect(judged.outcome?.metrics.ab_decision).toEqual({ would_help: false, reason });
  expect(judged.runs.length - judged.runsOfBaseline).toBe(runs);
});

test('losses that are not finite are not compared', async () => {
  const { outcome } = await judge({ ...probes(1.4, 0.05), loss: () => Number.NaN });
  expect([outcome?.status, outcome?.reason]).toEqual([
    'not_evaluated',
    'The losses of 0 of 8 windows are finite, and the comparison needs 6.',
  ]);
});

test.each(['tiny-bert', 'tiny-t5'])('%s has no projection to scale: not applicable', async (name) => {
  const { preparation, runs } = await judge(probes(1, 0), {}, path.resolve(`test/fixtures/models/${name}`));
  expect([preparation.isNotApplicable, preparation.state, runs]).toEqual([true, undefined, []]);
  expect(preparation.reason).toMatch(/no projection that the guard could scale/u);
});

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine();
});
afterAll(() => runtime.close());

test('on a real model, scales far from 1 change the losses and unscaled ones are those of the evaluation', async () => {
  const usual = guardContext(runtime, someWindows(6));
  const variance = {
    ...usual.policies.variance,
    calibration: { windows: 4, min_coverage: 4 },
    max_scale_step: 0.5,
  };
  const context = { ...usual, policies: { ...usual.policies, variance } };
  const arm = await guardArm('baseline', tinyGpt2);
  const preparation = await varianceGuard.prepare(context, arm);
  const state = preparation.state as Parameters<typeof varianceGuard.validate>[1];
  const { status, metrics } = await varianceGuard.validate(context, state, arm);
  const losses = objectAt(metrics, 'ab_losses') as { without: number[]; with_scales: number[] };
  expect(status).toBe('passed');
  expect(Object.keys(objectAt(metrics, 'proposed_scales_post_edit') ?? {})).toHaveLength(1);
  const changes = losses.with_scales.map((loss, index) => Math.abs(loss - losses.without[index]!));
  expect(Math.min(...changes)).toBeGreaterThan(1e-5);
});
