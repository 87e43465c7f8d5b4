import { expect, test } from 'vitest';
import { judgeVariance, proposeScales } from '../../../../engine/guards/variance/variance-guard.ts';
import { variancePolicy } from '../../../../engine/guards/variance/variance-policy.ts';
import { varianceTargets } from '../../../../engine/guards/variance/variance-targets.ts';
import { tierPolicies } from '../../../../engine/policy/tiers.ts';

const windows = 8;
const gpt2 = ['attn.c_proj', 'mlp.c_proj'].flatMap((end) => [0, 1].map((i) => `transformer.h.${i}.${end}`));
const without = Array.from({ length: windows }, (_, index) => 3 + 0.1 * index);

function judge({
  raw = {},
  modules = gpt2,
  square = { 'block1.mlp': 1.3 },
  gain = 0.04,
  windowsAreScheduled = true,
}: {
  raw?: Readonly<Record<string, unknown>>;
  modules?: readonly string[];
  square?: Readonly<Record<string, number>>;
  gain?: number;
  windowsAreScheduled?: boolean;
} = {}) {
  const { value: policy } = variancePolicy({ ...tierPolicies.balanced.variance, ...raw });
  const targets = varianceTargets(modules, policy!);
  const squares = Object.entries(square).map(
    ([branch, value]) => [branch, Array(windows).fill(value)] as const,
  );
  const scales = proposeScales(Object.fromEntries(squares), targets, policy!);
  const losses = {
    without,
    withScales: without.map((loss, index) => loss - gain - 0.001 * (index % 3)),
    tokenCounts: Array(windows).fill(16),
  };
  const both = { baseline: scales, subject: scales };
  return { ...judgeVariance({ targets, ...both, losses, policy: policy!, windowsAreScheduled }), scales };
}

test('a scale that helps is kept, for exactly the module that it was proposed for', () => {
  const { decision, scales } = judge();
  expect(decision).toEqual({ enabled: true, reason: 'criteria_met' });
  expect(scales.proposed).toEqual({ 'transformer.h.1.mlp.c_proj': 0.97 });
});

test.each([
  ['no gain', { gain: 0 }, 'below_min_rel_gain'],
  ['a loss', { gain: -0.02 }, 'below_min_rel_gain'],
  ['a perplexity too low for the floor', { raw: { absolute_floor_ppl: 5 } }, 'below_absolute_floor'],
  ['a policy that only watches', { raw: { monitor_only: true } }, 'below_min_rel_gain'],
  ['too few windows', { raw: { calibration: { windows: 8, min_coverage: 9 } } }, 'no_ab_results'],
  ['nothing to scale', { square: { 'block1.mlp': 1 } }, 'below_min_rel_gain'],
])('%s enables nothing and passes', (_, options, reason) => {
  const { passed, decision } = judge(options);
  expect([passed, decision]).toEqual([true, { enabled: false, reason }]);
});

test('the tap chooses the projections, in the scope', () => {
  const { value } = variancePolicy({ scope: 'both', tap: ['transformer.h.*.attn.c_proj'] });
  expect(varianceTargets(gpt2, value!).map(({ branch }) => branch)).toEqual(['block0.attn', 'block1.attn']);
});

test.each([
  ['model.layers.3.mlp.down_proj', 'block3.mlp', 'transformer.h.3.mlp.c_proj'],
  ['layers.0.mlp.fc2', 'block0.mlp', 'transformer.h.0.mlp.c_proj'],
])('%s is %s', (path, branch, name) => {
  const { value } = variancePolicy({});
  expect(varianceTargets([path], value!)).toEqual([{ path, branch, name }]);
});

test('an architecture without projections is not judged', () => {
  const { passed, action } = judge({ modules: ['bert.encoder.layer.0.output.dense'] });
  expect([passed, action]).toEqual([null, 'continue']);
});

test('windows that are not the scheduled ones fail', () => {
  const { passed, action } = judge({ windowsAreScheduled: false });
  expect([passed, action]).toEqual([false, 'abort']);
});

test.each([
  [{ clamp: [2, 1] }, '/guards/variance/clamp'],
  [{ mode: 'x' }, '/guards/variance/mode'],
  [{ scope: 'all' }, '/guards/variance/scope'],
  [{ tap: 3 }, '/guards/variance/tap'],
])('%o is refused', (raw, pointer) => {
  expect(variancePolicy(raw).findings.map(({ pointer: place }) => place)).toEqual([pointer]);
});
