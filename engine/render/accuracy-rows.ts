import { recordedMetricsPolicy } from '../certificate/recorded-policy.ts';
import { intervalAt, numberAt, textAt } from '../core/json-access.ts';
import { isAccuracyKind } from '../metrics/metric-kinds.ts';
import type { FactRow } from './certificate-view.ts';
import { presentRows } from './present-rows.ts';

/** How an accuracy compares with the baseline's, where a perplexity has a ratio; empty for other kinds. */
export function accuracyRows(certificate: unknown): readonly FactRow[] {
  if (!isAccuracyKind(textAt(certificate, 'primary_metric', 'kind') ?? '')) return [];
  const change = (key: string) => numberAt(certificate, 'primary_metric', 'mcnemar', key);
  const least = recordedMetricsPolicy(certificate).accuracy.delta_min_pp;
  return presentRows([
    ['Difference from the baseline', points(deltaPp(certificate))],
    ['Interval of the difference', intervalText(certificate) ?? 'none: no paired examples'],
    ['Least difference', points(least)],
    ['Examples', countText(numberAt(certificate, 'primary_metric', 'n_final'))],
    ['Right before, wrong now', countText(change('lost'))],
    ['Wrong before, right now', countText(change('gained'))],
    [
      "McNemar's exact test",
      change('p_value') === undefined ? undefined : `p = ${change('p_value')?.toFixed(4)}`,
    ],
    [
      'Ties, counted as wrong',
      countText(numberAt(certificate, 'metrics', 'classification', 'final', 'ties_total')),
    ],
  ]);
}

/** One sentence on an accuracy; undefined for other kinds and where there is nothing to compare. */
export function accuracyHeadline(certificate: unknown): string | undefined {
  const kind = textAt(certificate, 'primary_metric', 'kind') ?? '';
  const final = numberAt(certificate, 'primary_metric', 'final');
  const baseline = numberAt(certificate, 'baseline_ref', 'primary_metric', 'final');
  const delta = deltaPp(certificate);
  if (!isAccuracyKind(kind) || final === undefined || baseline === undefined || delta === undefined) {
    return undefined;
  }
  const subject = textAt(certificate, 'meta', 'model_id') ?? 'the subject';
  const other = textAt(certificate, 'baseline_ref', 'model_id') ?? 'the baseline';
  const interval = intervalText(certificate);
  const least = recordedMetricsPolicy(certificate).accuracy.delta_min_pp;
  return `${subject} answers ${percent(final)} right and ${other === subject ? 'the baseline' : other} ${percent(baseline)}: ${points(delta)}${interval === undefined ? '' : ` (interval ${interval})`}; the limit is ${points(least)}.`;
}

/** In percentage points; of a file that lacks them, from the two accuracies. */
function deltaPp(certificate: unknown): number | undefined {
  const final = numberAt(certificate, 'primary_metric', 'final');
  const baseline = numberAt(certificate, 'baseline_ref', 'primary_metric', 'final');
  const isKnown = final !== undefined && baseline !== undefined;
  return (
    numberAt(certificate, 'primary_metric', 'delta_pp') ?? (isKnown ? 100 * (final - baseline) : undefined)
  );
}

/** The reference repeats a single value where it has no interval; only one of paired examples is one. */
function intervalText(certificate: unknown): string | undefined {
  if (intervalAt(certificate, 'primary_metric', 'ci') === undefined) return undefined;
  return intervalAt(certificate, 'primary_metric', 'display_ci')?.map(points).join(' to ');
}

/** Signed percentage points. */
export function points(value: number): string;
export function points(value: number | undefined): string | undefined;
export function points(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)} pp`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function countText(count: number | undefined): string | undefined {
  return count === undefined ? undefined : String(count);
}
