import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acceptanceRange, driftBand, gateLimits } from '../../../engine/policy/limits.ts';

test.each([
  ['conservative', {}, { ratioLimit: 1.05, ratioLimitWithHysteresis: 1.052, ratioMin: undefined }],
  ['balanced', { targetPmRatio: 1.02 }, { ratioLimit: 1.02 }],
  ['balanced', { targetPmRatio: 2 }, { ratioLimit: 1.1 }],
  ['balanced', { targetPmRatio: 0 }, { ratioLimit: 1.1 }],
  ['balanced', { acceptanceRange: { min: 0.9, max: 1.3 } }, { ratioLimit: 1.3, ratioMin: 0.9 }],
  ['balanced', { acceptanceRange: { max: Number.POSITIVE_INFINITY } }, { ratioLimit: 1.1 }],
  ['balanced', { acceptanceRange: { min: 0.9 } }, { ratioLimit: 1.1, ratioMin: 0.9 }],
  ['balanced', { driftBand: { min: 1.2, max: 1.1 } }, { driftBand: { min: 0.95, max: 1.05 } }],
  ['balanced', { driftBand: { max: 1.2 } }, { driftBand: { min: 0.95, max: 1.05 } }],
  ['balanced', { driftBand: { min: 0.9, max: 1.2 } }, { driftBand: { min: 0.9, max: 1.2 } }],
  ['conservative', { tinyRelax: true }, { tier: 'aggressive', ratioLimit: 1.2, tinyRelax: true }],
] as const)('limits of %s with %o', (tier, inputs, expected) => {
  expect(gateLimits({ tier, ...inputs })).toMatchObject(expected);
});

// Whatever foreign files and environments hold.
const bound = fc.oneof(fc.double(), fc.string(), fc.constantFrom(undefined, null, true, '0.9', ' 1.2 '));
const source = fc.oneof(
  fc.record({ min: bound, max: bound }),
  fc.tuple(bound, bound),
  fc.constant(undefined),
);
const sources = fc.array(source, { maxLength: 4 });

test('a range or band is positive and in order, whatever its sources hold', () => {
  fc.assert(
    fc.property(sources, (given) => {
      const range = acceptanceRange(given);
      if (range) expect(0 < range.min && range.min <= range.max && Number.isFinite(range.max)).toBe(true);
      const band = driftBand(given);
      if (band) expect(0 < band.min && band.min < band.max && Number.isFinite(band.max)).toBe(true);
    }),
  );
});

test('a range that was resolved once resolves to itself', () => {
  fc.assert(
    fc.property(sources, (given) => {
      expect(acceptanceRange([acceptanceRange(given)])).toEqual(acceptanceRange(given));
      expect(driftBand([driftBand(given)])).toEqual(driftBand(given));
    }),
  );
});
