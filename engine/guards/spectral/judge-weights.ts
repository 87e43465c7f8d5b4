import { familyDistances, findPairedViolations } from './paired-limits.ts';
import {
  judgeSpectral,
  prepareSpectral,
  type SpectralBaseline,
  type SpectralOutcome,
} from './spectral-guard.ts';
import type { SpectralPolicy } from './spectral-policy.ts';
import { measurements, type WeightRecord } from './weight-record.ts';

/** What the spectral guard says of the weights of two models. */
export interface WeightsVerdict extends SpectralOutcome {
  readonly paired: {
    /** Weights of which any value differs. */
    readonly changed_weights: number;
    readonly compared_weights: number;
    readonly family_distance: Readonly<Record<string, number | null>>;
    readonly violations: number;
  };
}

/**
 * The verdict of the spectral guard from the records of all weights: z-scores and caps, degeneracy, and the limits on each
 * weight against itself. The guard and `verify` both call it, so what is written and what is checked cannot drift apart.
 */
export function judgeWeights(
  records: readonly WeightRecord[],
  policy: SpectralPolicy,
  statistics?: SpectralBaseline['statistics'],
): WeightsVerdict {
  const baseline = prepareSpectral(
    measurements(records, 'baseline'),
    policy,
    statistics === undefined ? {} : { statistics },
  );
  const outcome = judgeSpectral(baseline, measurements(records, 'subject'), policy);
  const found = policy.paired ? findPairedViolations(records, policy.paired) : [];
  const passed = outcome.passed && found.length === 0;
  const { metrics } = outcome;
  return {
    ...outcome,
    passed,
    action: passed ? outcome.action : 'abort',
    violations: [...found, ...outcome.violations],
    metrics: {
      ...metrics,
      violations_found: metrics.violations_found + found.length,
      fatal_violations: metrics.fatal_violations + found.length,
    },
    paired: {
      changed_weights: records.filter(({ changed_elements: changed }) => changed > 0).length,
      compared_weights: records.length,
      family_distance: familyDistances(records),
      violations: found.length,
    },
  };
}
