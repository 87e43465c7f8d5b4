import { expect, test } from 'vitest';
import { confidenceLabel } from '../../../engine/policy/confidence.ts';
import { goldenCases } from '../../fixtures/golden-cases.ts';

const cases = goldenCases('evaluation/gates').filter(({ input }) => input.op === 'confidence_label');

test.each(cases.map((c) => [c.name, c] as const))('%s', (_, { input: { certificate }, expected }) => {
  const { kind, display_ci: interval, unstable = false } = certificate.primary_metric;
  const acceptable = certificate.validation.primary_metric_acceptable;
  const actual = confidenceLabel({ kind, acceptable, displayInterval: interval ?? undefined, unstable });
  // Without an interval the reference forgets the metric's name; the width that does not exist is null here (EQ-40).
  const basis = interval ? expected.basis : 'ppl_ratio';
  expect(actual).toEqual({ ...expected, basis, width: expected.width === 'NaN' ? null : expected.width });
});

test.each([
  ['a gate that fails', { acceptable: false, displayInterval: [1, 1.001], unstable: false }, 'Low'],
  ['no interval', { acceptable: true, displayInterval: undefined, unstable: true }, 'Low'],
  ['a narrow interval', { acceptable: true, displayInterval: [1, 1.02], unstable: false }, 'High'],
  ['a middling interval', { acceptable: true, displayInterval: [1, 1.05], unstable: false }, 'Medium'],
  ['a wide interval', { acceptable: true, displayInterval: [1, 1.07], unstable: false }, 'Low'],
  [
    'a wide but unstable interval',
    { acceptable: true, displayInterval: [1, 1.07], unstable: true },
    'Medium',
  ],
] as const)('confidence after %s', (_, inputs, label) => {
  expect(confidenceLabel({ kind: 'ppl_causal', ...inputs }).label).toBe(label);
});
