import { expect, test } from 'vitest';
import { confidenceLabel } from '../../../engine/policy/confidence.ts';
import type { Interval } from '../../../engine/report/run-report.ts';
import { golden, goldenCases, goldenList, goldenUnits } from '../../fixtures/golden-cases.ts';

const cases = [
  ...goldenCases('evaluation/gates')
    .filter(({ input }) => input.op === 'confidence_label')
    .map(({ name, input, expected }) => ({ name, certificate: input.certificate, expected })),
  ...goldenUnits('confidence').map(({ certificate, confidence }) => ({
    name: JSON.stringify(certificate),
    certificate,
    expected: confidence,
  })),
];

// CQ-13: no tier has a confidence section and no configuration may set one, so the width is not ours to override.
const used = cases.filter(({ certificate }) => !certificate.resolved_policy?.confidence);

test.each(used.map((c) => [c.name, c] as const))('%s', (_, { certificate, expected }) => {
  const { kind = '', display_ci: interval, unstable = false } = certificate.primary_metric ?? {};
  const actual = confidenceLabel({
    kind,
    acceptable: certificate.validation?.primary_metric_acceptable ?? false,
    displayInterval: interval ? (goldenList(interval) as unknown as Interval) : undefined,
    unstable,
  });
  // A width that does not exist is null here, where the reference writes a NaN token (EQ-40). Without an interval the
  // reference forgets which metric it speaks of; here that case exists on purpose (CQ-11) and keeps its basis.
  const width = golden(expected.width);
  const basis = interval || !kind ? expected.basis : 'ppl_ratio';
  expect(actual).toEqual({ ...expected, basis, width: Number.isNaN(width) ? null : width });
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
