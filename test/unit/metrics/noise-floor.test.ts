import { expect, test } from 'vitest';
import { noiseVerdict } from '../../../engine/certificate/blocks/noise-floor-block.ts';
import { noiseBand } from '../../../engine/metrics/noise-floor.ts';
import type { Gate } from '../../../engine/policy/gates.ts';

const bootstrap = { enabled: true, method: 'bca', replicates: 200, alpha: 0.05, seed: 1 };
const arm = (first: number, ...losses: (number | null)[]) =>
  losses.map((loss, index) => ({ id: first + index, loss, weight: 10 }));

test('two evaluations of the same bits leave a band of exactly nothing', () => {
  const arms = { preview: arm(0, 1, 2), final: arm(2, 3, 4, 5) };
  expect(noiseBand(arms, arms, bootstrap)).toEqual({
    windows: 5,
    max_abs_delta: 0,
    ratio: 1,
    ratio_interval: [1, 1],
    half_width: 0,
  });
});

test('the band spans ratio and interval; a window without a loss is not compared', () => {
  const first = { preview: arm(0, 1, null), final: arm(2, 3, 4, 5) };
  const second = { preview: arm(0, 1.5, 2), final: arm(2, 3.01, 3.99, 5.03) };
  const band = noiseBand(first, second, bootstrap);
  expect([band.windows, band.max_abs_delta]).toEqual([4, 0.5]);
  expect(band.ratio).toBeCloseTo(Math.exp(0.01), 12);
  const [low, high] = band.ratio_interval!;
  expect(band.half_width).toBe(Math.max(Math.abs(low - 1), Math.abs(high - 1)));
});

const gate = (part: Partial<Gate>): Gate => ({
  name: 'primary_metric_acceptable',
  outcome: 'pass',
  measured: 1.05,
  interval: [1.04, 1.09],
  limit: { min: 0.95, max: 1.1 },
  basis: 'upper',
  reasons: [],
  ...part,
});

test.each<[string, Partial<Gate>, number | null, number | null, boolean]>([
  ['the upper bound counts', {}, 0.02, 0.01, true],
  ['the point counts', { basis: 'point' }, 0.02, 0.05, false],
  ['no noise hides nothing', { interval: [1.04, 1.1] }, 0, 0, false],
  ['no gate was decided', { outcome: 'not_evaluated' }, 0.02, null, false],
  ['no band was measured', {}, null, 0.01, false],
])('%s', (_name, part, halfWidth, margin, isInside) => {
  const verdict = noiseVerdict(halfWidth, [gate(part)]);
  expect(verdict.margin_inside).toBe(isInside);
  if (margin === null) expect(verdict.margin).toBeNull();
  else expect(verdict.margin).toBeCloseTo(margin, 12);
});
