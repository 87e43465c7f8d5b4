import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Contribution,
  compareMetric,
  contributionsPoint,
} from '../../../engine/metrics/compare-metric.ts';
import { bleu1, exactMatch, labelAccuracy, rougeL } from '../../../engine/metrics/text-tasks.ts';

const few = { replicates: 50 };
const loss = fc.record({
  value: fc.double({ min: 0, max: 8, noNaN: true }),
  weight: fc.integer({ min: 1, max: 500 }),
});
const answers = (correct: readonly boolean[]): Contribution[] =>
  correct.map((is) => ({ value: is ? 1 : 0, weight: 1 }));

test('the ratio is that of the perplexities, and lies within its interval', () => {
  fc.assert(
    fc.property(fc.array(loss, { minLength: 3, maxLength: 20 }), (baseline) => {
      const subject = baseline.map(({ value, weight }, at) => ({ value: value + (at % 3) / 10, weight }));
      const compared = compareMetric('ppl_causal', subject, baseline, few);
      expect(compared.display).toBeCloseTo(compared.subjectPoint / compared.baselinePoint, 9);
      expect(compared.displayCi[0]).toBeLessThanOrEqual(compared.displayCi[1]);
      expect(compared.displayCi[0]).toBeGreaterThanOrEqual(1 - 1e-12);
      expect(compared.displayCi[1]).toBeLessThanOrEqual(Math.exp(0.2) + 1e-12);
    }),
    { numRuns: 30 },
  );
});

test('accuracies differ by a proportion, shown in percentage points', () => {
  const baseline = answers([true, true, true, false]);
  const compared = compareMetric('accuracy', answers([true, true, false, false]), baseline, few);
  expect(compared).toMatchObject({ subjectPoint: 0.5, baselinePoint: 0.75, delta: -0.25, display: -25 });
  expect(compareMetric('accuracy', baseline, baseline, few)).toMatchObject({ delta: 0, ci: [0, 0] });
});

test('nothing to compare in log-losses has a code', () => {
  expect(() => compareMetric('ppl_mlm', [], [], few)).toThrow(expect.objectContaining({ code: 'E402' }));
});

test('contributions without a weight or a value do not count', () => {
  const items = [
    { value: Math.log(2), weight: 3 },
    { value: Number.NaN, weight: 3 },
    { value: 5, weight: 0 },
  ];
  expect(contributionsPoint('ppl_causal', items)).toBeCloseTo(2, 12);
});

test('answers are compared word by word, without case', () => {
  expect(
    labelAccuracy([
      { label: 1, pred: 1 },
      { label: 0, pred: 1 },
    ]),
  ).toBe(0.5);
  const record = { prediction: 'The cat sat', references: ['the cat sat'] };
  expect(exactMatch([{ prediction: 'The cat ', answers: ['a dog', 'the cat'] }])).toBe(1);
  expect(bleu1([record])).toBeCloseTo(1, 12);
  expect(rougeL([{ ...record, prediction: 'the dog sat' }])).toBeCloseTo(2 / 3, 12);
});
