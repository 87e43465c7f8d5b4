import type { Matrix } from './matrix.ts';

/** How much work an estimate may do, and from which vector it starts. */
export interface PowerIterationBudget {
  readonly iterations: number;
  /** `ones`: every column; `e0`: the first column only. */
  readonly start: 'ones' | 'e0';
}

/** The matrix that is measured is (values − shift) ÷ spread; it is never formed. */
interface Standardization {
  readonly shift: number;
  readonly spread: number;
}

/** The reference's floor is a float32 (spec 03 §3.1). */
export const NORM_FLOOR = Math.fround(1e-12);

/**
 * A lower estimate of the largest singular value by a fixed number of power iterations, without a test of convergence
 * (spec 03 §3.1). The start vector lies on the columns as stored, so a matrix must not be transposed between two arms.
 * 0 for what is empty, not finite, or stored as integers without their scales.
 *
 * The result is a float32, as the reference's: two modules are then equally far from their mean to the last bit, and what
 * is ordered by distance keeps the order of the model.
 *
 * The product with the transposed matrix is gathered in the same pass over the rows, so an iteration reads the matrix once.
 *
 * @example sigmaMax({ rows: 2, columns: 2, values: Float32Array.of(3, 0, 0, 1) }, { iterations: 4, start: 'ones' })
 */
export function sigmaMax(
  { rows, columns, values }: Matrix,
  { iterations, start }: PowerIterationBudget,
  { shift, spread }: Standardization = { shift: 0, spread: 1 },
): number {
  if (rows === 0 || columns === 0 || !(values instanceof Float32Array)) return 0;
  let direction = new Float64Array(columns).fill(start === 'ones' ? 1 : 0);
  direction[0] = 1;
  scaleToUnit(direction);
  let sigma = 0;
  for (let iteration = 0; iteration < Math.max(1, iterations); iteration += 1) {
    const next = new Float64Array(columns);
    let squares = 0;
    for (let row = 0; row < rows; row += 1) {
      const from = row * columns;
      let left = 0;
      for (let column = 0; column < columns; column += 1)
        left += ((values[from + column] ?? 0) - shift) * (direction[column] ?? 0);
      left /= spread;
      squares += left * left;
      for (let column = 0; column < columns; column += 1)
        next[column] = (next[column] ?? 0) + left * ((values[from + column] ?? 0) - shift);
    }
    sigma = Math.max(Math.sqrt(squares), NORM_FLOOR);
    if (!Number.isFinite(sigma)) return 0;
    for (let column = 0; column < columns; column += 1) next[column] = (next[column] ?? 0) / spread / sigma;
    scaleToUnit(next);
    direction = next;
  }
  return Math.fround(sigma);
}

function scaleToUnit(vector: Float64Array): void {
  let squares = 0;
  for (const entry of vector) squares += entry * entry;
  const norm = Math.max(Math.sqrt(squares), NORM_FLOOR);
  for (let index = 0; index < vector.length; index += 1) vector[index] = (vector[index] ?? 0) / norm;
}
