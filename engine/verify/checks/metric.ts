import type { Finding } from '../../core/findings.ts';
import { isFiniteNumber, numberAt, objectAt, textAt, valueAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';

/** Relative and absolute; the reference's, independent of `--tolerance` (spec 04 §4.1.1). */
const RATIO_TOLERANCE = 1e-6;

/** The recorded ratio against the two recorded values it is made of (spec 04 §4.1.1). */
export function checkMetric({ certificate }: CheckContext): readonly Finding[] {
  const metric = objectAt(certificate, 'primary_metric');
  if (!metric || Object.keys(metric).length === 0) {
    return [found('V510', '/primary_metric', 'The certificate has no primary metric.')];
  }
  if (isDeclaredInvalid(certificate)) {
    return [
      found(
        'V510',
        '/primary_metric/invalid',
        'The primary metric is recorded as invalid, so nothing is certified.',
      ),
    ];
  }
  const kind = textAt(metric, 'kind') ?? '';
  return kind.startsWith('ppl') ? perplexityFindings(certificate) : otherFindings(metric);
}

/** The metric says of itself that it has no usable value (spec 04 §4.1.1). */
export function isDeclaredInvalid(certificate: unknown): boolean {
  const invalid = valueAt(certificate, 'primary_metric', 'invalid');
  const reason = textAt(certificate, 'primary_metric', 'degraded_reason')?.trim().toLowerCase() ?? '';
  return (
    Boolean(invalid) ||
    reason.startsWith('non_finite') ||
    ['primary_metric_invalid', 'evaluation_error'].includes(reason)
  );
}

function perplexityFindings(certificate: unknown): Finding[] {
  const final = numberAt(certificate, 'primary_metric', 'final');
  if (final === undefined) {
    const message = 'primary_metric.final is not a finite number, but the metric is not recorded as invalid.';
    return [found('V510', '/primary_metric/final', message)];
  }
  const baseline = valueAt(certificate, 'baseline_ref', 'primary_metric', 'final');
  const baselineAt = '/baseline_ref/primary_metric/final';
  if (!isFiniteNumber(baseline)) {
    return [
      found(
        'V511',
        baselineAt,
        'The baseline value of the primary metric is missing, so the ratio cannot be checked.',
      ),
    ];
  }
  if (baseline <= 0) {
    return [
      found('V511', baselineAt, `The baseline value must be above 0 (it is ${baseline}).`, {
        actual: baseline,
      }),
    ];
  }
  const ratio = numberAt(certificate, 'primary_metric', 'ratio_vs_baseline');
  if (ratio === undefined) return [missingRatio()];
  const expected = final / baseline;
  if (Math.abs(ratio - expected) <= RATIO_TOLERANCE * Math.max(1, Math.abs(ratio), Math.abs(expected)))
    return [];
  const message = `primary_metric.ratio_vs_baseline is ${ratio.toFixed(12)}, but final divided by the baseline is ${expected.toFixed(12)}.`;
  return [found('E602', '/primary_metric/ratio_vs_baseline', message, { expected, actual: ratio })];
}

function otherFindings(metric: Readonly<Record<string, unknown>>): Finding[] {
  if (isFiniteNumber(metric.ratio_vs_baseline) || isFiniteNumber(metric.delta_pp)) return [];
  return [missingRatio()];
}

function missingRatio(): Finding {
  return found(
    'V510',
    '/primary_metric/ratio_vs_baseline',
    'primary_metric.ratio_vs_baseline is not a finite number.',
  );
}
