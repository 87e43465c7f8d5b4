import { asMatrix } from '../../../engine/guards/common/matrix.ts';
import { matrixNorms, normCollapse, stableRank } from '../../../engine/guards/common/matrix-norms.ts';
import { sigmaMax } from '../../../engine/guards/common/sigma-max.ts';
import { goldenCases } from '../golden-cases.ts';
import { tensorValues } from './golden-tensor.ts';

/** Spec 03 §3.1. The file says 2e-5; values of exactly 0 or 1e-12 are the same double. */
export const estimators = goldenCases(
  ({ matrix: tensor, power_iter_calls: calls }) => {
    const values = tensorValues(tensor);
    const matrix = asMatrix(tensor.shape, values);
    const sigma = calls.map(({ iters, init }: { iters: number; init: string }) =>
      sigmaMax(matrix, { iterations: iters, start: init === 'ones' ? 'ones' : 'e0' }),
    );
    if (!(values instanceof Float32Array)) return { sigma };
    const norms = matrixNorms(matrix);
    const { rows, columns } = norms;
    return {
      sigma,
      frobenius_norm_sq: norms.frobeniusSquared,
      row_col_norms: {
        row_min: rows.min,
        row_median: rows.median,
        row_max: rows.max,
        col_min: columns.min,
        col_median: columns.median,
        col_max: columns.max,
      },
      stable_rank_with_sigma_iters4_ones: stableRank(
        norms,
        sigmaMax(matrix, { iterations: 4, start: 'ones' }),
      ),
      norm_collapse: normCollapse(norms),
    };
  },
  {
    tolerance: { relative: 2e-5 },
    expected: ({ true_sigma_max_float64_for_information: _, ...expected }) => expected,
  },
);
