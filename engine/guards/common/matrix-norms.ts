import type { Matrix } from './matrix.ts';
import { NORM_FLOOR } from './sigma-max.ts';

/** Norms of one matrix, gathered in one pass. */
export interface MatrixNorms {
  /** ‖W‖²; 0 when it is not finite. */
  readonly frobeniusSquared: number;
  readonly rows: NormExtremes;
  readonly columns: NormExtremes;
}

interface NormExtremes {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Squared Frobenius norm, and the extremes of row and column norms (spec 03 §3.1). */
export function matrixNorms({ rows, columns, values }: Matrix): MatrixNorms {
  const rowNorms = new Float64Array(rows);
  const columnNorms = new Float64Array(columns);
  let all = 0;
  for (let row = 0; row < rows; row += 1) {
    let squares = 0;
    for (let column = 0; column < columns; column += 1) {
      const value = values[row * columns + column] ?? 0;
      squares += value * value;
      columnNorms[column] = (columnNorms[column] ?? 0) + value * value;
    }
    rowNorms[row] = squares;
    all += squares;
  }
  return {
    frobeniusSquared: Number.isFinite(all) ? all : 0,
    rows: extremes(rowNorms),
    columns: extremes(columnNorms),
  };
}

/** ‖W‖² ÷ σ²: how many directions carry the matrix. */
export function stableRank({ frobeniusSquared }: MatrixNorms, sigma: number): number {
  return frobeniusSquared / Math.max(sigma * sigma, 1e-12);
}

/** How small the smallest row or column is against the median one; near 0 when one has vanished. */
export function normCollapse({ rows, columns }: MatrixNorms): number {
  return Math.min(rows.min / Math.max(rows.median, 1e-12), columns.min / Math.max(columns.median, 1e-12));
}

/** What is not a number counts as the largest. */
function extremes(squares: Float64Array): NormExtremes {
  const norms = squares.map((square) => Math.max(Math.sqrt(square), NORM_FLOOR)).sort();
  const at = (index: number) => norms[index] ?? Number.NaN;
  const half = norms.length >> 1;
  const median = norms.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
  return { min: at(0), median, max: at(norms.length - 1) };
}
