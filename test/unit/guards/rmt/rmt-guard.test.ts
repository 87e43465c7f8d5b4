import { expect, test } from 'vitest';
import { judgeRmt } from '../../../../engine/guards/rmt/rmt-guard.ts';
import { rmtPolicy } from '../../../../engine/guards/rmt/rmt-policy.ts';
import { scoreFamilies } from '../../../../engine/guards/rmt/score-families.ts';
import { tierPolicies } from '../../../../engine/policy/tiers.ts';

const policy = rmtPolicy(tierPolicies.balanced.rmt).value!;

function scores(risks: Readonly<Record<string, number | undefined>>) {
  const calls = Object.entries(risks).map(([module, risk]) => [module, [risk]] as const);
  return scoreFamilies([{ weight: 8, risks: Object.fromEntries(calls) }], (module) => module.slice(0, 4));
}

const baseline = scores({ 'attn.0': 0.8, 'attn.1': 0.7, 'embe.0': 0.9 });

test.each([
  ['the same risks', { 'attn.0': 0.8, 'attn.1': 0.7, 'embe.0': 0.9 }, true, []],
  ['a risk within the band', { 'attn.0': 0.807, 'attn.1': 0.7, 'embe.0': 0.9 }, true, []],
  ['a risk above it', { 'attn.0': 0.8, 'attn.1': 0.82, 'embe.0': 0.9 }, false, ['epsilon_band']],
  [
    'activations that are not finite',
    { 'attn.0': 0.8, 'attn.1': Number.NaN, 'embe.0': 0.9 },
    false,
    ['non_finite_activation'],
  ],
  ['modules that are not there', { 'embe.0': 0.9 }, false, ['activation_missing', 'activation_missing']],
])('%s', (_, risks, passed, types) => {
  const outcome = judgeRmt({ baseline, subject: scores(risks), policy, isRequired: true });
  expect([outcome.passed, outcome.violations.map(({ type }) => type)]).toEqual([passed, types]);
});

test('activations that are not finite in one window are enough', () => {
  const windows = [0.8, Number.NaN].map((risk) => ({ weight: 8, risks: { 'attn.0': [risk] } }));
  const subject = scoreFamilies(windows, () => 'attn');
  const before = scoreFamilies(
    windows.map((window) => ({ ...window, risks: { 'attn.0': [0.8] } })),
    () => 'attn',
  );
  const { passed, violations } = judgeRmt({ baseline: before, subject, policy, isRequired: true });
  expect([passed, violations.map(({ type }) => type)]).toEqual([false, ['non_finite_activation']]);
});

test.each([
  [true, false, 'abort'],
  [false, null, 'warn'],
])('without a baseline, required: %s', (isRequired, passed, action) => {
  const outcome = judgeRmt({ baseline: scores({}), subject: scores({}), policy, isRequired });
  expect([outcome.passed, outcome.action, outcome.metrics.stable]).toEqual([passed, action, false]);
});

test('activation_required holds whatever the profile says', () => {
  const { value } = rmtPolicy({ activation_required: true });
  const empty = scores({});
  expect(judgeRmt({ baseline: empty, subject: empty, policy: value!, isRequired: false }).passed).toBe(false);
});

test.each([
  [{ epsilon: 0.1 }, '/guards/rmt/epsilon'],
  [{ epsilon_default: -1 }, '/guards/rmt/epsilon_default'],
  [{ epsilon_by_family: { ffn: 'x' } }, '/guards/rmt/epsilon_by_family/ffn'],
])('%o is refused', (raw, pointer) => {
  expect(rmtPolicy(raw).findings.map(({ pointer: place }) => place)).toEqual([pointer]);
});
