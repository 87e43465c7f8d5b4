import { budgetOf, type EstimatorSettings } from '../common/estimator-settings.ts';
import { asMatrix } from '../common/matrix.ts';
import { matrixNorms, normCollapse, stableRank } from '../common/matrix-norms.ts';
import { sigmaMax } from '../common/sigma-max.ts';
import type { WeightNumbers } from '../run/weight-survey.ts';

/** Everything that is measured of one tensor alone, from one copy of its values. */
export function measureTensor(
  shape: readonly number[],
  values: Float32Array,
  estimator: EstimatorSettings,
): WeightNumbers {
  if (shape.length !== 2) return common(values);
  const matrix = asMatrix(shape, values);
  const norms = matrixNorms(matrix);
  const sigma = sigmaMax(matrix, budgetOf(estimator));
  return {
    ...common(values),
    sigma,
    stableRank: stableRank(norms, sigma),
    normCollapse: normCollapse(norms),
  };
}

function common(values: Float32Array): Pick<WeightNumbers, 'isFinite' | 'isZero' | 'norm' | 'zeroShare'> {
  let squares = 0;
  let zeros = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    squares += value * value;
    if (value === 0) zeros += 1;
  }
  const isSound = Number.isFinite(squares);
  return {
    isFinite: isSound,
    isZero: zeros === values.length,
    norm: isSound ? Math.sqrt(squares) : 0,
    zeroShare: values.length === 0 ? 0 : zeros / values.length,
  };
}
