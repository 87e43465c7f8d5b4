import { accuracyOf } from '../metrics/accuracy.ts';
import { perplexity } from '../metrics/aggregate.ts';
import { type Classification, classification } from '../metrics/classification.ts';
import type { DriftSummary } from '../metrics/drift.ts';
import type { ExampleRecord } from '../metrics/example-record.ts';
import { accuracyPrimaryMetric, pplPrimaryMetric } from '../metrics/primary-metric.ts';
import type { ReportInputs, ReportWindow } from './build-run-report.ts';
import type { ReportMetrics } from './run-report.ts';

/** The metric, and of an accuracy the counts that it was computed from. */
export function reportMetric(
  { metric: kind, preview, final, baseline, data }: ReportInputs,
  means: { readonly preview: number | null; readonly final: number | null },
  drift: DriftSummary,
): Pick<ReportMetrics, 'primary_metric'> & { classification?: Classification; accuracy?: number | null } {
  const reference = baseline ? { baselineFinal: baseline.metrics.primary_metric.final } : {};
  if (kind !== 'accuracy') {
    const points = { preview: perplexity(means.preview), final: perplexity(means.final) };
    const degenerateDrift = drift.degenerate_reason;
    return { primary_metric: pplPrimaryMetric({ kind, ...points, ...reference, degenerateDrift }) };
  }
  const records = { preview: recordsOf(preview), final: recordsOf(final) };
  const points = { preview: accuracyOf(records.preview), final: accuracyOf(records.final) };
  const examples = { preview: records.preview.length, final: records.final.length };
  return {
    primary_metric: accuracyPrimaryMetric({ ...points, ...reference, examples }),
    classification: classification(records, data.selection?.tasks?.lengthNormalized ?? false),
    accuracy: points.final,
  };
}

/** What was answered, of the windows of labelled data. */
export function recordsOf(windows: readonly ReportWindow[]): readonly ExampleRecord[] {
  return windows.flatMap(({ record }) => (record ? [record] : []));
}
