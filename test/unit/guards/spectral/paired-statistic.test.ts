import { expect, test } from 'vitest';
import { measureWeight } from '../../../../engine/guards/spectral/measure-weight.ts';
import { addToNorms, noNorms, pairedStatistic } from '../../../../engine/guards/spectral/paired-statistic.ts';

const baseline = Float32Array.from({ length: 48 }, (_, index) => Math.sin(7 * index + 1));

function compare(change: (value: number, index: number) => number) {
  const subject = baseline.map(change);
  const measure = (values: Float32Array) =>
    measureWeight(
      { path: 'h.0.mlp.c_fc', className: 'Conv1D', weight: { rows: 8, columns: 6, values } },
      { estimator: { type: 'power_iter', iters: 4, init: 'ones' }, withDegeneracy: true },
    );
  // In two pieces, as a stream gives them.
  const first = addToNorms(noNorms, baseline.slice(0, 20), subject.slice(0, 20));
  const norms = addToNorms(first, baseline.slice(20), subject.slice(20));
  return pairedStatistic(measure(baseline), measure(subject), norms);
}

test('an untouched tensor has not moved', () => {
  expect(compare((value) => value)).toEqual({
    path: 'h.0.mlp.c_fc',
    sigmaChange: 0,
    stableRankChange: 0,
    frobeniusChange: 0,
    distance: 0,
  });
});

test('a tensor times three', () => {
  const { sigmaChange, stableRankChange, frobeniusChange, distance } = compare((value) => 3 * value);
  for (const found of [sigmaChange, frobeniusChange, distance]) expect(found).toBeCloseTo(2, 5);
  expect(stableRankChange).toBeCloseTo(0, 5);
});

test('a tensor that is not finite has no distance', () => {
  const { distance, frobeniusChange } = compare((value, index) => (index === 30 ? Number.NaN : value));
  expect([distance, frobeniusChange]).toEqual([null, null]);
});

test('an emptied tensor is as far as it can be', () => {
  const { distance, frobeniusChange } = compare(() => 0);
  expect([distance, frobeniusChange]).toEqual([1, -1]);
});

test('two tensors of zeros have not moved', () => {
  const zeros = new Float32Array(48);
  const norms = addToNorms(noNorms, zeros, zeros);
  const measured = {
    path: 'h.0.mlp.c_fc',
    className: 'Conv1D',
    sigma: 0,
    degeneracy: { stable_rank: 0, norm_collapse: 1 },
  };
  const { path: _, ...found } = pairedStatistic(measured, measured, norms);
  expect(found).toEqual({ sigmaChange: 0, stableRankChange: 0, frobeniusChange: 0, distance: 0 });
});
