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
    const values = quantilesOf(sorted, times, sizes);
    for (let at = 0; at < values.length; at += 1) {
      const list = drawn[at];
      if (list) list[replicate] = values[at] ?? 0;
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

/** Equal values stay in the order of their windows. */
function sortTokens(windows: readonly Pick<DivergenceWindow, 'kl'>[]): SortedTokens {
  const count = windows.reduce((sum, { kl }) => sum + kl.length, 0);
  const all = new Float64Array(count);
  const windowOf = new Uint32Array(count);
  let filled = 0;
  for (const [window, { kl }] of windows.entries()) {
    all.set(kl, filled);
    windowOf.fill(window, filled, filled + kl.length);
    filled += kl.length;
  }
  const order = Uint32Array.from(all.keys()).sort((a, b) => (all[a] ?? 0) - (all[b] ?? 0) || a - b);
  return {
    values: Float64Array.from(order, (token) => all[token] ?? 0),
    windows: order.map((token) => windowOf[token] ?? 0),
  };
}

/** From the largest token down, because three of the four quantiles lie near the top. */
function quantilesOf(sorted: SortedTokens, times: Uint32Array, sizes: readonly number[]): readonly number[] {
  const { values, windows } = sorted;
  let count = 0;
  for (let window = 0; window < times.length; window += 1) {
    count += (sizes[window] ?? 0) * (times[window] ?? 0);
  }
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
  let at = values.length;
  for (const want of wanted) {
    while (rank >= want && at > 0) {
      at -= 1;
      rank -= times[windows[at] ?? 0] ?? 0;
    }
    found.set(want, values[at] ?? 0);
  }
  return places.map(({ low, high, share }) => {
    const [a, b] = [found.get(low) ?? 0, found.get(high) ?? 0];
    return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
  });
}
