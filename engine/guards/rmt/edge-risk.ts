import type { Matrix } from '../common/matrix.ts';
import { type PowerIterationBudget, sigmaMax } from '../common/sigma-max.ts';

export interface EdgeRisk {
  /** σ̂ ÷ edge; 1 is what noise of this shape has. */
  readonly risk: number;
  readonly sigma: number;
  readonly edge: number;
}

/**
 * How far the largest singular value of standardised activations is above that of noise (spec 03 §4.3). All entries share
 * one mean and one variance. Undefined for what is no matrix, is empty, or is not finite: such activations have no risk,
 * and the guard must treat them as missing. `addActivationProbes` computes the same inside a graph.
 *
 * @example edgeRisk([1, 6, 4], activations, { iterations: 3, start: 'ones' })?.risk
 */
export function edgeRisk(
  shape: readonly number[],
  values: Float32Array,
  budget: PowerIterationBudget,
): EdgeRisk | undefined {
  const matrix = activationMatrix(shape, values);
  if (!matrix || values.length === 0) return undefined;
  const { mean, spread } = moments(values);
  if (!Number.isFinite(spread)) return undefined;
  const sigma = sigmaMax(matrix, budget, { shift: mean, spread });
  const edge = bulkEdge(matrix.rows, matrix.columns);
  return { risk: sigma / Math.max(edge, 1e-12), sigma, edge };
}

/** Where the singular values of an m × n matrix of independent standard entries end (Marchenko and Pastur 1967). */
export function bulkEdge(rows: number, columns: number): number {
  return rows === 0 || columns === 0 ? 0 : Math.sqrt(rows) + Math.sqrt(columns);
}

/** The last dimension gives the columns. */
function activationMatrix(shape: readonly number[], values: Float32Array): Matrix | undefined {
  const columns = shape.at(-1);
  if (shape.length < 2 || columns === undefined) return undefined;
  return { rows: shape.slice(0, -1).reduce((size, dimension) => size * dimension, 1), columns, values };
}

/** Not finite when an entry is not. */
function moments(values: Float32Array): { mean: number; spread: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, spread: Math.sqrt(Math.max(squares / values.length, 1e-12)) };
}
