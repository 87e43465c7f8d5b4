import type { ComparisonBootstrap } from '../paired-baseline.ts';
import { type Estimate, percentileInterval, resampleWindows } from './resample-windows.ts';
import type { DivergenceWindow } from './window-sums.ts';

/** Quantiles over all tokens, interpolated linearly between neighbours as NumPy and llama.cpp do. */
export interface KlQuantiles {
  readonly median: Estimate;
  readonly q90: Estimate;
  readonly q99: Estimate;
  readonly q999: Estimate;
}

export const klQuantileLevels = { median: 0.5, q90: 0.9, q99: 0.99, q999: 0.999 } as const;

const names = ['median', 'q90', 'q99', 'q999'] as const;

/** Tokens are sorted once; a resample weighs each token by how often its window was drawn. */
export function klQuantiles(
  windows: readonly Pick<DivergenceWindow, 'kl'>[],
  bootstrap: ComparisonBootstrap,
): KlQuantiles {
  const sorted = sortTokens(windows);
  const sizes = windows.map(({ kl }) => kl.length);
  const once = new Uint32Array(windows.length).fill(1);
  const point = quantilesOf(sorted, once, sizes);
  const drawn = names.map(() => new Float64Array(Math.max(0, bootstrap.replicates)));
  const isDrawn = resampleWindows(windows.length, bootstrap, (times, replicate) => {
    for (const [at, value] of quantilesOf(sorted, times, sizes).entries()) {
      const list = drawn[at];
      if (list) list[replicate] = value;
    }
  });
  const estimates = names.map((name, at): readonly [string, Estimate] => {
    const list = drawn[at];
    return [
      name,
      { value: point[at] ?? 0, ci: isDrawn && list ? percentileInterval(list, bootstrap.alpha) : null },
    ];
  });
  return Object.fromEntries(estimates) as unknown as KlQuantiles;
}

interface SortedTokens {
  /** Ascending. */
  readonly values: Float64Array;
  /** The window of each. */
  readonly windows: Uint32Array;
}

function sortTokens(windows: readonly Pick<DivergenceWindow, 'kl'>[]): SortedTokens {
  const all = windows.flatMap(({ kl }, window) => Array.from(kl, (value) => ({ value, window })));
  all.sort((a, b) => a.value - b.value || a.window - b.window);
  return {
    values: Float64Array.from(all, ({ value }) => value),
    windows: Uint32Array.from(all, ({ window }) => window),
  };
}

/** From the largest token down, because three of the four quantiles lie near the top. */
function quantilesOf(sorted: SortedTokens, times: Uint32Array, sizes: readonly number[]): readonly number[] {
  const { values, windows } = sorted;
  let count = 0;
  for (const [window, size] of sizes.entries()) count += size * (times[window] ?? 0);
  const last = count - 1;
  const places = names.map((name) => {
    const position = last * klQuantileLevels[name];
    const low = Math.floor(position);
    return { low, high: Math.min(low + 1, last), share: position - low };
  });
  // Ranks from high to low; `rank` is that of the last repetition of the current token.
  const found = new Map<number, number>();
  const wanted = [...new Set(places.flatMap(({ low, high }) => [low, high]))].sort((a, b) => b - a);
  let rank = last;
  let next = 0;
  for (let at = values.length - 1; at >= 0 && next < wanted.length; at -= 1) {
    rank -= times[windows[at] ?? 0] ?? 0;
    for (let want = wanted[next]; want !== undefined && want > rank; want = wanted[next]) {
      found.set(want, values[at] ?? 0);
      next += 1;
    }
  }
  return places.map(({ low, high, share }) => {
    const [a, b] = [found.get(low) ?? 0, found.get(high) ?? 0];
    return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
  });
}
