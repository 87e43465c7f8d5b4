import { expect, test } from 'vitest';
import { confidenceLabel } from '../../../engine/policy/confidence.ts';

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
