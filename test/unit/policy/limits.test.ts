import { expect, test } from 'vitest';
import { acceptanceRange, driftBand, gateLimits } from '../../../engine/policy/limits.ts';
import { goldenCases } from '../../fixtures/golden-cases.ts';

const cases = goldenCases('evaluation/gates');
const ofOperation = (...operations: string[]) =>
  cases.filter(({ input }) => operations.includes(input.op)).map((c) => [c.name, c] as const);

// A list as acceptance range is no range for the reference; the configuration schema refuses it.
test.each(
  ofOperation('acceptance_config', 'acceptance_report').filter(
    ([, { input }]) => !Array.isArray(input.arg.primary_metric?.acceptance_range),
  ),
)('%s', (_, { input: { arg, env }, expected }) => {
  const fromEnvironment = { min: env.INVARLOCK_PM_ACCEPTANCE_MIN, max: env.INVARLOCK_PM_ACCEPTANCE_MAX };
  const { context, meta, primary_metric: metric } = arg;
  const recorded = [
    context?.primary_metric?.acceptance_range,
    context?.pm_acceptance_range,
    meta?.pm_acceptance_range,
  ];
  expect(acceptanceRange([fromEnvironment, metric?.acceptance_range, ...recorded]) ?? {}).toEqual(
    expected.range,
  );
});

test.each(ofOperation('drift_config', 'drift_report'))('%s', (_, { input: { arg, env }, expected }) => {
  const fromEnvironment = { min: env.INVARLOCK_PM_DRIFT_MIN, max: env.INVARLOCK_PM_DRIFT_MAX };
  const { context, meta, primary_metric: metric } = arg;
  const recorded = [context?.primary_metric?.drift_band, context?.pm_drift_band, meta?.pm_drift_band];
  expect(driftBand([fromEnvironment, metric?.drift_band, ...recorded]) ?? {}).toEqual(expected.range);
});

test.each([
  ['conservative', {}, { ratioLimit: 1.05, ratioLimitWithHysteresis: 1.052, ratioMin: undefined }],
  ['balanced', { targetPmRatio: 1.02 }, { ratioLimit: 1.02 }],
  ['balanced', { targetPmRatio: 2 }, { ratioLimit: 1.1 }],
  ['balanced', { targetPmRatio: 0 }, { ratioLimit: 1.1 }],
  ['balanced', { acceptanceRange: { min: 0.9, max: 1.3 } }, { ratioLimit: 1.3, ratioMin: 0.9 }],
  ['balanced', { driftBand: { min: 1.2, max: 1.1 } }, { driftBand: { min: 0.95, max: 1.05 } }],
  ['conservative', { tinyRelax: true }, { tier: 'aggressive', ratioLimit: 1.2, tinyRelax: true }],
] as const)('limits of %s with %o', (tier, inputs, expected) => {
  expect(gateLimits({ tier, ...inputs })).toMatchObject(expected);
});
