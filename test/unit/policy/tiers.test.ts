import { expect, test } from 'vitest';
import { coverageFloors, type TierName, tierNamed, tierPolicies } from '../../../engine/policy/tiers.ts';
import { goldenCases } from '../../fixtures/golden-cases.ts';

const expectedOf = (operation: string) =>
  goldenCases('evaluation/gates').find(({ input }) => input.op === operation)?.expected;

test('the floors are the reference’s', () => {
  expect(coverageFloors).toEqual(expectedOf('coverage_requirements'));
});

test.each(['conservative', 'balanced', 'aggressive'] as const)(
  'the metric policy of %s is the reference’s',
  (tier) => {
    expect(tierPolicies[tier].metrics).toEqual(expectedOf('tier_metric_policies')[tier]);
  },
);

test.each<[string, TierName | undefined]>([
  ['balanced', 'balanced'],
  [' Conservative ', 'conservative'],
  ['weird', undefined],
  ['toString', undefined],
  ['', undefined],
])('the tier named "%s"', (label, expected) => {
  expect(tierNamed(label)).toBe(expected);
});
