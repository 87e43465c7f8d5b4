import type { Matrix } from '../common/matrix.ts';

/**
 * How many rows are looked at, and at most how many times as many columns: enough to tell a rank of a third of them, and
 * little beside what the norms of the same matrix cost.
 */
const fewestRows = 64;
const mostRows = 256;
const columnsPerRow = 2;
/** The share of the squared norm that the directions of a low-rank change hold; the rest is rounding. */
const heldShare = 0.99;

/**
 * The rank of the change from one matrix to another, where it is low: how many directions hold 99 % of it, as merged
 * adapters leave behind. Null where the change is spread over all directions, as rounding is, or the matrix is too small
 * to tell.
 *
 * Rows and columns are sampled evenly, which a low rank survives; the eigenvalues of their products tell the directions.
 */
export function differenceRank(baseline: Matrix, subject: Matrix): number | null {
  const wanted = Math.min(
    mostRows,
    Math.max(fewestRows, Math.floor(Math.min(baseline.rows, baseline.columns) / 4)),
  );
  const rows = evenly(baseline.rows, wanted);
  const columns = evenly(baseline.columns, columnsPerRow * wanted);
  const limit = Math.floor(Math.min(rows.length, columns.length) / 3);
  if (limit < 2) return null;
  const sample = rows.map((row) =>
    Float64Array.from(columns, (column) => {
      const at = row * baseline.columns + column;
      return (subject.values[at] ?? Number.NaN) - (baseline.values[at] ?? Number.NaN);
    }),
  );
  const gram = products(sample);
  const total = gram.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  if (!(total > 0) || !Number.isFinite(total)) return null;
  return directionsHolding(gram, heldShare * total, limit);
}

/**
 * How many steps of a Cholesky factorisation with the largest pivot first it takes until what is left of the trace is
 * small. It needs at most as many as there are directions, and stops at the limit: a factor of a matrix of low rank ends
 * at its rank (Harbrecht, Peters and Schneider 2012).
 */
function directionsHolding(gram: readonly Float64Array[], wanted: number, limit: number): number | null {
  const diagonal = Float64Array.from(gram, (row, index) => row[index] ?? 0);
  const total = diagonal.reduce((sum, value) => sum + value, 0);
  const factors: Float64Array[] = [];
  for (let step = 1; step <= limit; step += 1) {
    const pivot = diagonal.indexOf(Math.max(...diagonal));
    const size = Math.sqrt(diagonal[pivot] ?? 0);
    if (!(size > 0)) return step - 1;
    const row = gram[pivot] ?? new Float64Array();
    const factor = Float64Array.from(diagonal, (_, index) => {
      const known = factors.reduce((sum, each) => sum + (each[index] ?? 0) * (each[pivot] ?? 0), 0);
      return ((row[index] ?? 0) - known) / size;
    });
    factors.push(factor);
    for (let index = 0; index < diagonal.length; index += 1)
      diagonal[index] = Math.max(0, (diagonal[index] ?? 0) - (factor[index] ?? 0) ** 2);
    if (diagonal.reduce((sum, value) => sum + value, 0) <= total - wanted) return step;
  }
  return null;
}

/** Of every row with every other; symmetric. */
function products(sample: readonly Float64Array[]): readonly Float64Array[] {
  const gram = sample.map(() => new Float64Array(sample.length));
  for (const [i, left] of sample.entries()) {
    for (const [j, right] of sample.slice(0, i + 1).entries()) {
      const sum = product(left, right);
      const [upper, lower] = [gram[j], gram[i]];
      if (upper) upper[i] = sum;
      if (lower) lower[j] = sum;
    }
  }
  return gram;
}

function evenly(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, index) => Math.floor((index * count) / taken));
}

function product(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}
