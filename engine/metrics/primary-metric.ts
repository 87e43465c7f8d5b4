import type { PrimaryMetric } from '../report/run-report.ts';
import { finiteRatio } from './aggregate.ts';
import type { DriftSummary } from './drift.ts';
import { metricKinds } from './metric-kinds.ts';

export type PplKind = 'ppl_causal' | 'ppl_mlm' | 'ppl_seq2seq';

export type EvaluatedKind = PplKind | 'accuracy';

/**
 * The primary metric block of an accuracy that was measured (spec 02 §5.2, EQ-02 to EQ-04): a share of right answers, and
 * its difference from the baseline's as a proportion.
 */
export function accuracyPrimaryMetric(inputs: {
  readonly preview: number | null;
  readonly final: number | null;
  /** Absent on a baseline run. */
  readonly baselineFinal?: number | null;
  readonly examples: { readonly preview: number; readonly final: number };
}): PrimaryMetric {
  const { preview, final, baselineFinal, examples } = inputs;
  const isKnown = final !== null && baselineFinal !== null && baselineFinal !== undefined;
  const ratio = isKnown ? final - baselineFinal : null;
  const isMissing = preview === null || final === null;
  const reason = isMissing
    ? 'non_finite_pm'
    : baselineFinal !== undefined && ratio === null
      ? 'non_finite_delta'
      : undefined;
  return {
    kind: 'accuracy',
    ...metricKinds.accuracy,
    preview,
    final,
    ratio_vs_baseline: ratio,
    n_preview: examples.preview,
    n_final: examples.final,
    counts_source: 'measured',
    estimated: false,
    invalid: isMissing,
    degraded: reason !== undefined,
    ...(reason ? { degraded_reason: reason } : {}),
  };
}

/**
 * The primary metric block of a perplexity kind (spec 02 §5.1, §5.2) with its health (§4.3): a run whose drift is
 * degenerate has too little to say to be relied on. `baselineFinal` is absent on a baseline run.
 */
export function pplPrimaryMetric(inputs: {
  readonly kind: PplKind;
  readonly preview: number | null;
  readonly final: number | null;
  readonly baselineFinal?: number | null;
  /** Why the run's drift is degenerate; absent when it is not. */
  readonly degenerateDrift?: DriftSummary['degenerate_reason'];
}): PrimaryMetric {
  const { kind, preview, final, baselineFinal, degenerateDrift } = inputs;
  const ratio = baselineFinal === undefined ? null : finiteRatio(final, baselineFinal);
  const isMissing = preview === null || final === null;
  const hasNoRatio = baselineFinal !== undefined && ratio === null;
  const reason = isMissing
    ? 'non_finite_pm'
    : hasNoRatio
      ? 'non_finite_delta'
      : degenerateDrift && `degenerate_delta:${degenerateDrift}`;
  return {
    kind,
    ...metricKinds[kind],
    preview,
    final,
    ratio_vs_baseline: ratio,
    invalid: isMissing || degenerateDrift !== undefined,
    degraded: reason !== undefined,
    ...(reason ? { degraded_reason: reason } : {}),
  };
}
