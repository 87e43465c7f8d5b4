/**
 * Reductions in NumPy's order of additions (spec 02 §6.1). Ties between bootstrap means are counted, so the last bit
 * matters.
 */

/** Mean by pairwise summation; NaN for nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** Pairwise sum. */
export function sum(values: ArrayLike<number>): number {
  return pairwise(values, 0, values.length);
}

/** Standard deviation with `ddof` delta degrees of freedom. */
export function standardDeviation(values: ArrayLike<number>, ddof: 0 | 1): number {
  const center = mean(values);
  const squares = Float64Array.from(values, (value) => (value - center) ** 2);
  return Math.sqrt(sum(squares) / (values.length - ddof));
}

/** Linear interpolation in a sorted list (NumPy's default method), q in [0, 1]. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const last = sorted.length - 1;
  const position = last * q;
  if (!(position < last)) return sorted[last] ?? Number.NaN;
  const index = Math.max(0, Math.floor(position));
  const share = position - index;
  const a = sorted[index] ?? Number.NaN;
  const b = sorted[index + 1] ?? Number.NaN;
  return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
}

/** NumPy's `percentile` of a sorted list; p in [0, 100]. */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  return quantile(sorted, p / 100);
}

/** True when every |a − reference| ≤ 1e-8 + 1e-5·|reference|. */
export function allClose(values: ArrayLike<number>, reference: number): boolean {
  const tolerance = 1e-8 + 1e-5 * Math.abs(reference);
  for (let index = 0; index < values.length; index += 1) {
    if (!(Math.abs((values[index] ?? Number.NaN) - reference) <= tolerance)) return false;
  }
  return true;
}

function pairwise(values: ArrayLike<number>, from: number, count: number): number {
  if (count < 8) {
    let total = 0;
    for (let index = from; index < from + count; index += 1) total += values[index] ?? 0;
    return total;
  }
  if (count > 128) {
    const half = Math.floor(count / 2);
    const left = half - (half % 8);
    return pairwise(values, from, left) + pairwise(values, from + left, count - left);
  }
  return eightWay(values, from, count);
}

/** Reads the values in place: a helper would be made anew for every call, and bootstraps call it often. */
function eightWay(values: ArrayLike<number>, from: number, count: number): number {
  let r0 = values[from] ?? 0;
  let r1 = values[from + 1] ?? 0;
  let r2 = values[from + 2] ?? 0;
  let r3 = values[from + 3] ?? 0;
  let r4 = values[from + 4] ?? 0;
  let r5 = values[from + 5] ?? 0;
  let r6 = values[from + 6] ?? 0;
  let r7 = values[from + 7] ?? 0;
  const end = from + count;
  const even = end - (count % 8);
  for (let index = from + 8; index < even; index += 8) {
    r0 += values[index] ?? 0;
    r1 += values[index + 1] ?? 0;
    r2 += values[index + 2] ?? 0;
    r3 += values[index + 3] ?? 0;
    r4 += values[index + 4] ?? 0;
    r5 += values[index + 5] ?? 0;
    r6 += values[index + 6] ?? 0;
    r7 += values[index + 7] ?? 0;
  }
  let total = r0 + r1 + (r2 + r3) + (r4 + r5 + (r6 + r7));
  for (let index = even; index < end; index += 1) total += values[index] ?? 0;
  return total;
}
