import { budgetOf, type EstimatorSettings } from '../common/estimator-settings.ts';
import type { Matrix } from '../common/matrix.ts';
import { matrixNorms, normCollapse, stableRank } from '../common/matrix-norms.ts';
import { sigmaMax } from '../common/sigma-max.ts';

/** A two-dimensional weight of a module, in the orientation in which it is stored. */
export interface ModuleWeight {
  /** Path of the module, without `.weight`. */
  readonly path: string;
  readonly className: string;
  readonly weight: Matrix;
}

/** The numbers that are kept of one weight; the weight itself can go. */
export interface WeightMeasurement {
  readonly path: string;
  readonly className: string;
  /** Told otherwise than by the name, as the graph of an ONNX model does. */
  readonly family?: string;
  readonly sigma: number;
  /** Undefined where it was not asked for, or integers are stored without their scales. */
  readonly degeneracy?: Degeneracy;
}

export interface Degeneracy {
  readonly stable_rank: number;
  readonly norm_collapse: number;
}

/** Measures one weight. Integers without scales count as neutral: σ̂ = 1 (spec 03 §3.1). */
export function measureWeight(
  { path, className, weight }: ModuleWeight,
  settings: { readonly estimator: EstimatorSettings; readonly withDegeneracy: boolean },
): WeightMeasurement {
  if (!(weight.values instanceof Float32Array)) return { path, className, sigma: 1 };
  const sigma = sigmaMax(weight, budgetOf(settings.estimator));
  if (!settings.withDegeneracy) return { path, className, sigma };
  const norms = matrixNorms(weight);
  const degeneracy = { stable_rank: stableRank(norms, sigma), norm_collapse: normCollapse(norms) };
  return { path, className, sigma, degeneracy };
}
