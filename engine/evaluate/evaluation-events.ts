import type { DriftSummary } from '../metrics/drift.ts';
import type { PairingStatistics } from '../metrics/pairing.ts';
import type { Coverage, PrimaryMetric } from '../report/run-report.ts';
import type { ArmSlices } from './slice-arms.ts';

export interface EvaluationEvent {
  readonly operation: string;
  readonly level: 'INFO' | 'WARNING' | 'ERROR';
}

export interface EvaluationFacts {
  readonly notes: ArmSlices['notes'];
  /** Windows that were scored, and those of them whose loss is not finite. */
  readonly preview: { readonly windows: number; readonly nonFinite: number };
  readonly final: { readonly windows: number; readonly nonFinite: number };
  readonly metric: Pick<PrimaryMetric, 'preview' | 'final'>;
  readonly drift: Pick<DriftSummary, 'degenerate'>;
  readonly pairing: Pick<PairingStatistics, 'window_match_fraction' | 'window_overlap_fraction'>;
  /** There is a baseline to pair with. */
  readonly isPaired: boolean;
  readonly coverage: Coverage | undefined;
}

/** What an evaluation has to report about itself, in the order in which it finds out (spec 02 §4.7). */
export function evaluationEvents(facts: EvaluationFacts): readonly EvaluationEvent[] {
  const { preview, final, metric, pairing } = facts;
  const events: EvaluationEvent[] = facts.notes.map((operation) => ({ operation, level: 'WARNING' }));
  const warn = (operation: string, applies: boolean) => {
    if (applies) events.push({ operation, level: 'WARNING' });
  };
  if (preview.windows + final.windows > 0) events.push({ operation: 'label_alignment', level: 'INFO' });
  warn('non_finite_preview_losses_filtered', preview.nonFinite > 0);
  warn('non_finite_final_losses_filtered', final.nonFinite > 0);
  const isMissing = (arm: typeof preview, value: number | null) => arm.windows > 0 && value === null;
  warn('primary_metric_invalid', isMissing(preview, metric.preview) || isMissing(final, metric.final));
  warn('degenerate_delta_samples', facts.drift.degenerate);
  if (facts.isPaired && pairing.window_match_fraction < 0.999999)
    events.push({ operation: 'window_pairing_mismatch', level: 'ERROR' });
  warn('window_overlap_warning', facts.isPaired && pairing.window_overlap_fraction > 0);
  const { coverage } = facts;
  const parts = [coverage?.preview, coverage?.final, coverage?.replicates];
  warn(
    'bootstrap_coverage_warning',
    parts.some((part) => part?.ok === false),
  );
  return events;
}
