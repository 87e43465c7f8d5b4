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

function eightWay(values: ArrayLike<number>, from: number, count: number): number {
  const at = (index: number) => values[from + index] ?? 0;
  let r0 = at(0);
  let r1 = at(1);
  let r2 = at(2);
  let r3 = at(3);
  let r4 = at(4);
  let r5 = at(5);
  let r6 = at(6);
  let r7 = at(7);
  const even = count - (count % 8);
  for (let index = 8; index < even; index += 8) {
    r0 += at(index);
    r1 += at(index + 1);
    r2 += at(index + 2);
    r3 += at(index + 3);
    r4 += at(index + 4);
    r5 += at(index + 5);
    r6 += at(index + 6);
    r7 += at(index + 7);
  }
  let total = r0 + r1 + (r2 + r3) + (r4 + r5 + (r6 + r7));
  for (let index = even; index < count; index += 1) total += at(index);
  return total;
}
