import {
  isFiniteNumber,
  isObject,
  listAt,
  numberAt,
  objectAt,
  textAt,
  valueAt,
} from '../core/json-access.ts';
import { isAccuracyKind, isPplKind, type MetricFacts, type MetricKind, metricKinds } from './metric-kinds.ts';
import { metricPoint, type PointOptions } from './metric-point.ts';

/** The primary metric as a report records it. Numbers that do not exist are NaN; they are written as null. */
export interface MetricSnapshot extends MetricFacts {
  readonly kind: MetricKind;
  readonly preview: number;
  readonly final: number;
  /** final ÷ baseline's final for perplexity, final − baseline's final for accuracy. */
  readonly ratio_vs_baseline: number;
  readonly invalid: boolean;
  readonly degraded: boolean;
  readonly degraded_reason?: string;
  readonly n_preview?: number;
  readonly n_final?: number;
  readonly counts_source?: string;
  /** The counts were not measured. */
  readonly estimated?: boolean;
}

/**
 * The primary metric from what a report holds (spec 02 §5.2): accuracy from its classification counts, everything else from
 * its windows. Accuracy that nobody measured is not made up from the windows (EQ-02).
 */
export function metricSnapshot(
  report: unknown,
  kind: MetricKind,
  baseline: unknown,
  options: PointOptions = {},
): MetricSnapshot {
  const isAccuracy = isAccuracyKind(kind);
  const classification = isAccuracy ? objectAt(report, 'metrics', 'classification') : undefined;
  const counted = { preview: filled(classification, 'preview'), final: filled(classification, 'final') };
  const windows = counted.preview || counted.final ? counted : objectAt(report, 'evaluation_windows');
  const preview = metricPoint(kind, valueAt(windows, 'preview'), options);
  const final = metricPoint(kind, valueAt(windows, 'final'), options);
  const reference = baselineFinal(kind, baseline, options.reference ?? false);
  const ratio =
    reference === undefined ? Number.NaN : isAccuracy ? final - reference : ratioOf(final, reference);
  const invalid = !(Number.isFinite(preview) && Number.isFinite(final));
  const reason = invalid
    ? 'non_finite_pm'
    : reference !== undefined && !Number.isFinite(ratio)
      ? 'non_finite_delta'
      : undefined;
  return {
    kind,
    ...metricKinds[kind],
    preview,
    final,
    ratio_vs_baseline: ratio,
    invalid,
    degraded: reason !== undefined,
    ...(reason === undefined ? {} : { degraded_reason: reason }),
    ...(classification ? countFacts(classification) : {}),
  };
}

/** The baseline's final value when it is of the same family and can be compared with. */
function baselineFinal(kind: MetricKind, baseline: unknown, takesInfinity: boolean): number | undefined {
  const metric = valueAt(baseline, 'metrics', 'primary_metric');
  const other = (textAt(metric, 'kind') ?? '').toLowerCase();
  const final = valueAt(metric, 'final');
  if (typeof final !== 'number') return undefined;
  if (isPplKind(kind) && isPplKind(other)) {
    return final > 0 && (takesInfinity || Number.isFinite(final)) ? final : undefined;
  }
  return isAccuracyKind(kind) && isAccuracyKind(other) && 0 <= final && final <= 1 ? final : undefined;
}

function ratioOf(final: number, reference: number): number {
  return final / reference;
}

function countFacts(
  classification: unknown,
): Pick<MetricSnapshot, 'n_preview' | 'n_final' | 'counts_source' | 'estimated'> {
  const preview = exampleCount(classification, 'preview');
  const final = exampleCount(classification, 'final');
  const source = textAt(classification, 'counts_source');
  return {
    ...(preview === undefined ? {} : { n_preview: preview }),
    ...(final === undefined ? {} : { n_final: final }),
    ...(source ? { counts_source: source, estimated: source !== 'measured' } : {}),
  };
}

function exampleCount(classification: unknown, arm: string): number | undefined {
  const total = numberAt(classification, arm, 'total');
  return total === undefined ? listAt(classification, arm, 'example_correct')?.length : Math.trunc(total);
}

function filled(classification: unknown, arm: string): unknown {
  const counts = valueAt(classification, arm);
  return isObject(counts) && Object.keys(counts).length > 0 ? counts : undefined;
}

/** What a run knows of its own health beside the numbers (spec 02 §5.3). */
export interface MetricHealth {
  readonly invalid?: boolean;
  readonly degraded?: boolean;
  readonly degraded_reason?: string | null;
}

/** A recorded metric with the run's health merged in: the run's verdict and reason win. */
export function withHealth<T extends object>(metric: T, health: MetricHealth): T & MetricHealth {
  return {
    ...metric,
    ...(health.invalid ? { invalid: true, degraded: true } : {}),
    ...(health.degraded ? { degraded: true } : {}),
    ...(health.degraded_reason ? { degraded_reason: health.degraded_reason } : {}),
  };
}

/** Whether a recorded block has both values; E402 says which is missing. */
export function blockProblem(
  block: unknown,
): { readonly reason: string; readonly preview?: unknown; readonly final?: unknown } | undefined {
  const [preview, final] = [valueAt(block, 'preview'), valueAt(block, 'final')];
  if (typeof preview !== 'number' || typeof final !== 'number') return { reason: 'missing preview/final' };
  if (isFiniteNumber(preview) && isFiniteNumber(final)) return undefined;
  return { reason: 'non-finite primary_metric values', preview, final };
}
