import type { PrimaryMetric } from '../report/run-report.ts';
import { finiteRatio } from './aggregate.ts';
import type { DriftSummary } from './drift.ts';
import { metricKinds } from './metric-kinds.ts';

export const pplKinds = ['ppl_causal', 'ppl_mlm', 'ppl_seq2seq'] as const;
export type PplKind = (typeof pplKinds)[number];

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
