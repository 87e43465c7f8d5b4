import type { Mt19937 } from './mt19937.ts';

/**
 * Standard normal numbers as NumPy's `RandomState.standard_normal` draws them: by the polar method, which gives two at a
 * time (Marsaglia and Bray 1964).
 */
export function legacyGauss(generator: Mt19937): () => number {
  let kept: number | undefined;
  return () => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * nextDouble(generator) - 1;
      const y = 2 * nextDouble(generator) - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      kept = factor * x;
      return factor * y;
    }
  };
}

/** 53 bits of two words. */
function nextDouble(generator: Mt19937): number {
  const high = generator.next32() >>> 5;
  const low = generator.next32() >>> 6;
  return (high * 2 ** 26 + low) / 2 ** 53;
}
