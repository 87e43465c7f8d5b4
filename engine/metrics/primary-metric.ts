import type { PrimaryMetric } from '../report/run-report.ts';
import { finiteRatio } from './aggregate.ts';

export const pplKinds = ['ppl_causal', 'ppl_mlm', 'ppl_seq2seq'] as const;
export type PplKind = (typeof pplKinds)[number];

/**
 * The primary metric block of a perplexity kind (spec 02 §5.1, §5.2). `baselineFinal` is absent on a baseline run.
 */
export function pplPrimaryMetric(inputs: {
  readonly kind: PplKind;
  readonly preview: number | null;
  readonly final: number | null;
  readonly baselineFinal?: number | null;
}): PrimaryMetric {
  const { kind, preview, final, baselineFinal } = inputs;
  const ratio = baselineFinal === undefined ? null : finiteRatio(final, baselineFinal);
  const invalid = preview === null || final === null;
  const reason = invalid
    ? 'non_finite_pm'
    : baselineFinal !== undefined && ratio === null
      ? 'non_finite_delta'
      : undefined;
  return {
    kind,
    unit: 'ppl',
    direction: 'lower',
    aggregation_scope: 'token',
    paired: true,
    gating_basis: 'upper',
    supports_bootstrap: true,
    preview,
    final,
    ratio_vs_baseline: ratio,
    invalid,
    degraded: reason !== undefined,
    ...(reason ? { degraded_reason: reason } : {}),
  };
}
