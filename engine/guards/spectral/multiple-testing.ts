import { compareCodePoints } from '../../core/compare-code-points.ts';
import { erfc } from '../../numerics/erf.ts';

export type TestingMethod = 'bh' | 'bonferroni';

/** How several families are tested at once. */
export interface MultipleTesting {
  readonly method: TestingMethod;
  readonly alpha: number;
  /** How many families are counted at least. */
  readonly m: number;
}

/** Two-sided p-value of a standard normal deviate; 1 for what is not a finite number (spec 03 §3.7). */
export function pValueOfZ(z: number): number {
  return Number.isFinite(z) ? erfc(Math.abs(z) / Math.SQRT2) : 1;
}

/**
 * The families whose p-value is small enough (spec 03 §3.7): Benjamini and Hochberg 1995 for `bh`, Bonferroni otherwise.
 * Values outside [0, 1] are never small enough, and nothing is when alpha is not in (0, 1].
 *
 * @example rejectedFamilies({ ffn: 0.001, attn: 0.2 }, { method: 'bh', alpha: 0.05, m: 4 }) // ['ffn']
 */
export function rejectedFamilies(
  pValues: Readonly<Record<string, number>>,
  { method, alpha, m }: MultipleTesting,
): string[] {
  const families = Object.keys(pValues).sort(compareCodePoints);
  if (!(alpha > 0 && alpha <= 1)) return [];
  const count = Math.max(m, families.length, 1);
  const valid = families.map((family) => pValues[family] ?? Number.NaN).filter((p) => p >= 0 && p <= 1);
  const limit = method === 'bh' ? stepUpLimit(valid, alpha, count) : alpha / count;
  return families.filter((family) => {
    const p = pValues[family] ?? Number.NaN;
    return p >= 0 && p <= limit;
  });
}

/** The bound of the largest rank whose p-value is within its own bound; no value reaches a negative one. */
function stepUpLimit(pValues: readonly number[], alpha: number, count: number): number {
  let limit = -1;
  for (const [index, p] of [...pValues].sort((a, b) => a - b).entries()) {
    const bound = (alpha * (index + 1)) / count;
    if (p <= bound) limit = bound;
  }
  return limit;
}
