/** A weight or an activation as it is stored, row after row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Integers are codes whose scales are not at hand. */
  readonly values: Float32Array | Int8Array | Uint8Array;
}

/** Any tensor as a matrix: the first dimension gives the rows, the others together the columns (spec 03 §3.1). */
export function asMatrix(shape: readonly number[], values: Matrix['values']): Matrix {
  const [rows = 1, ...rest] = shape;
  return { rows, columns: rest.reduce((size, dimension) => size * dimension, 1), values };
}
