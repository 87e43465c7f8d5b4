import { expect, test } from 'vitest';
import { divergence, type MeasuredDivergence } from '../../../../engine/metrics/divergence/divergence.ts';
import { binEdges, binnedCounts } from '../../../../engine/metrics/divergence/kl-bins.ts';
import { klQuantileLevels } from '../../../../engine/metrics/divergence/kl-quantiles.ts';
import { type DivergenceWindow, tokenFlag } from '../../../../engine/metrics/divergence/window-sums.ts';
import type { ComparisonBootstrap } from '../../../../engine/metrics/paired-baseline.ts';
import { mcnemarExact } from '../../../../engine/numerics/mcnemar.ts';
import { quantile } from '../../../../engine/numerics/numpy-reduce.ts';
import { Pcg64 } from '../../../../engine/numerics/pcg64.ts';

const vocabulary = { compared: 10, baseline: 10, subject: 10 };
const selfCheck = { max_abs_difference: 0, tolerance: 1e-3 };
const bootstrap: ComparisonBootstrap = {
  enabled: true,
  method: 'bca_paired_delta_log',
  replicates: 60,
  alpha: 0.1,
  seed: 42,
};

const { sameTop1, baselineTop1, subjectTop1 } = tokenFlag;

/** One token: its divergence, the target's probability before and after, and its flags. */
type Token = readonly [kl: number, before: number, after: number, flags: number];

function window(id: number, tokens: readonly Token[]): DivergenceWindow {
  return {
    id,
    kl: Float32Array.from(tokens, ([kl]) => kl),
    baselineNll: Float32Array.from(tokens, ([, before]) => -Math.log(before)),
    subjectNll: Float32Array.from(tokens, ([, , after]) => -Math.log(after)),
    flags: Uint8Array.from(tokens, ([, , , flags]) => flags),
  };
}

function measured(windows: readonly DivergenceWindow[], options = bootstrap): MeasuredDivergence {
  const result = divergence({ windows, vocabulary, selfCheck, bootstrap: options });
  if (!result.evaluated) throw new Error(result.reason);
  return result;
}

test('values that follow by hand', () => {
  const result = measured([
    window(3, [
      [0.5, 0.5, 0.25, sameTop1 + baselineTop1 + subjectTop1],
      [0.25, 0.5, 0.75, subjectTop1],
    ]),
    window(5, [
      [1, 0.5, 0.25, baselineTop1],
      [0, 0.25, 0.25, sameTop1],
      [2.25, 0.125, 0.375, subjectTop1],
    ]),
  ]);
  expect([result.windows, result.tokens, result.window_sums.window_ids]).toEqual([2, 5, [3, 5]]);
  expect([result.kl.mean.value, result.kl.median.value, result.kl.max.value]).toEqual([0.8, 0.5, 2.25]);
  // Ranks 3.6 and 3.96 of 0 to 4, between 1 and 2.25.
  expect(result.kl.q90.value).toBeCloseTo(1 + 0.6 * 1.25, 12);
  expect(result.kl.q99.value).toBeCloseTo(1 + 0.96 * 1.25, 12);
  expect(result.top1_agreement.value).toBe(0.4);
  expect(result.delta_p.mean.value).toBeCloseTo((-0.25 + 0.25 - 0.25 + 0 + 0.25) / 5, 7);
  expect(result.delta_p.rms.value).toBeCloseTo(Math.sqrt((4 * 0.0625) / 5), 7);
  expect([result.flips.improved, result.flips.regressed]).toEqual([2, 1]);
  expect(result.flips.share.value).toBe(0.6);
  expect(result.flips.p_value).toBe(mcnemarExact(1, 2));
});

/** The statistics of a list of tokens, without any of the shortcuts. */
function naive(tokens: readonly Token[]) {
  const kls = Float64Array.from(tokens, ([kl]) => Math.fround(kl)).sort();
  const share = (isCounted: (token: Token) => boolean) => tokens.filter(isCounted).length / tokens.length;
  return {
    mean: kls.reduce((sum, kl) => sum + kl, 0) / kls.length,
    max: kls.at(-1) ?? 0,
    ...Object.fromEntries(Object.entries(klQuantileLevels).map(([name, q]) => [name, quantile(kls, q)])),
    agreement: share(([, , , flags]) => (flags & sameTop1) > 0),
    improved: share(([, , , flags]) => (flags & 6) === subjectTop1),
  } as Record<string, number>;
}

test('every interval is made from tokens of windows that are drawn whole, with the documented seed', () => {
  const random = new Pcg64(7);
  const draw = () => random.random();
  const lists = Array.from({ length: 9 }, () =>
    Array.from({ length: 1 + Math.floor(draw() * 12) }, (): Token => {
      const repeated = Math.floor(draw() * 5) / 8;
      return [draw() < 0.3 ? repeated : draw() ** 3, draw(), draw(), Math.floor(draw() * 8)];
    }),
  );
  const result = measured(lists.map((tokens, id) => window(id, tokens)));
  const generator = new Pcg64(bootstrap.seed + 701);
  const indices = new Float64Array(lists.length);
  const replicates = Array.from({ length: bootstrap.replicates }, () => {
    generator.fillIntegers(lists.length, indices);
    return naive([...indices].flatMap((index) => lists[index]!));
  });
  const expected = (name: string) => {
    const values = Float64Array.from(replicates, (statistics) => statistics[name]!).sort();
    return [quantile(values, 0.05), quantile(values, 0.95)];
  };
  const point = naive(lists.flat());
  const found = {
    ...result.kl,
    agreement: result.top1_agreement,
    improved: result.flips.improved_share,
  };
  for (const [name, { value, ci }] of Object.entries(found)) {
    expect(value, name).toBeCloseTo(point[name]!, 12);
    expect(ci![0], name).toBeCloseTo(expected(name)[0]!, 12);
    expect(ci![1], name).toBeCloseTo(expected(name)[1]!, 12);
  }
});

test('without a bootstrap, and of one window, there are no intervals', () => {
  const one = window(0, [[0.5, 0.5, 0.25, 0]]);
  expect(measured([one]).kl.mean).toEqual({ value: 0.5, ci: null });
  const off = { ...bootstrap, enabled: false };
  expect(measured([one, { ...one, id: 1 }], off).kl.q999).toEqual({ value: 0.5, ci: null });
});

test.each([
  ['nothing scored', [window(0, [])], 'No token of the final windows was scored.'],
  [
    'values that are not finite',
    [
      window(0, [
        [Number.NaN, 0.5, 0.5, 0],
        [0.1, 0, 0.5, 0],
        [0.1, 0.5, 0.5, 0],
      ]),
    ],
    'The divergence of 2 of 3 tokens is not finite.',
  ],
])('%s is not evaluated', (_, windows, reason) => {
  expect(divergence({ windows, vocabulary, selfCheck, bootstrap })).toEqual({
    evaluated: false,
    status: 'not_evaluated',
    reason,
  });
});

test('bins follow each other without a gap, and every value lies in its own', () => {
  const values = Float32Array.of(-1e-7, 0, 1e-10, 2 ** -30, 1e-3, 1e-3, 0.12, 1, 1.999, 64.5);
  const { bins, counts } = binnedCounts([values.subarray(0, 4), values.subarray(4)]);
  expect(counts).toEqual([1, 2, 1, 2, 1, 1, 1, 1]);
  const kept = [values[0], values[1], ...values.subarray(3, 5), ...values.subarray(6)];
  for (const [at, bin] of bins.entries()) {
    const [low, high] = binEdges(bin);
    expect(kept[at]! >= low && kept[at]! < high, `${kept[at]} in bin ${bin}`).toBe(true);
  }
  const first = 776;
  expect([binEdges(-1)[1], binEdges(0)[1], binEdges(first)[0]]).toEqual([0, 2 ** -30, 2 ** -30]);
  for (let bin = first; bin < first + 300; bin += 1) expect(binEdges(bin)[1]).toBe(binEdges(bin + 1)[0]);
});
