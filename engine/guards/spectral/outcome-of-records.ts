import type { JsonObject } from '../../core/json-access.ts';
import type { GuardOutcome } from '../run/guard.ts';
import { attributeChange } from './attribute-change.ts';
import { judgeWeights } from './judge-weights.ts';
import type { SpectralBaseline } from './spectral-guard.ts';
import type { SpectralPolicy } from './spectral-policy.ts';
import type { WeightRecord } from './weight-record.ts';

/** The guard's outcome from the records of all weights: what a run reports, and what `verify` reaches again. */
export function outcomeOfRecords(
  records: readonly WeightRecord[],
  policy: SpectralPolicy,
  statistics?: JsonObject,
): GuardOutcome {
  const verdict = judgeWeights(records, policy, statistics as SpectralBaseline['statistics'] | undefined);
  const { passed, action, metrics, violations, paired } = verdict;
  return {
    status: passed ? 'passed' : 'failed',
    action,
    policy: { ...verdict.policy },
    metrics: { ...metrics, paired },
    violations: violations.map((violation): JsonObject => ({ ...violation })),
    warnings: metrics.modules_checked === 0 ? [nothingInScope(policy)] : [],
    errors: [],
    details: { attribution: attributeChange(records), weights: records },
    further: {
      final_z_scores: verdict.final_z_scores,
      module_family_map: verdict.module_family_map,
    },
  };
}

function nothingInScope({ scope }: SpectralPolicy): string {
  return `No matrix is in the scope ${scope}, so no z-score was computed; the distances of all weights were.`;
}
