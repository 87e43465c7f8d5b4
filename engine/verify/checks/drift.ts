import { recordedMetricsPolicy } from '../../certificate/recorded-policy.ts';
import type { Finding } from '../../core/findings.ts';
import { isFiniteNumber, listAt, numberAt, objectAt, valueAt } from '../../core/json-access.ts';
import type { Band } from '../../policy/limits.ts';
import { type CheckContext, found } from '../check-context.ts';
import { isDeclaredInvalid } from './metric.ts';

/** The policy's band where a tiers file gives no other (spec 04 §2.6.2). */
const BAND: Band = { min: 0.95, max: 1.05 };

/**
 * Final divided by preview against the policy's band (spec 04 §4.1.4). A wider band in the certificate does not widen
 * the check, it is itself worth telling (CQ-07). The band of the resolved policy does: it is under the policy's digest, and
 * an error where it is not named as an override.
 */
export function checkDrift({ certificate, strict }: CheckContext): readonly Finding[] {
  if (!strict || isDeclaredInvalid(certificate)) return [];
  const band = recordedMetricsPolicy(certificate).drift_band ?? BAND;
  return [...bandFindings(certificate, band), ...driftFindings(certificate, band)];
}

function driftFindings(certificate: unknown, band: Band): Finding[] {
  const final = numberAt(certificate, 'primary_metric', 'final');
  const preview = numberAt(certificate, 'primary_metric', 'preview');
  if (final === undefined || preview === undefined || preview <= 0) {
    return [found('V514', '/primary_metric/preview', 'The drift from preview to final cannot be computed.')];
  }
  const drift = final / preview;
  if (drift >= band.min && drift <= band.max) return [];
  const message = `The metric drifts by ${drift.toFixed(4)}× from preview to final; the band is ${band.min} to ${band.max}.`;
  return [found('V514', '/primary_metric/final', message, { expected: band, actual: drift })];
}

function bandFindings(certificate: unknown, band: Band): Finding[] {
  const own = recordedBand(certificate);
  if (!own || (own.min >= band.min && own.max <= band.max)) return [];
  const message = `The certificate carries the drift band ${own.min} to ${own.max}, wider than the policy's ${band.min} to ${band.max}.`;
  return [
    found('V515', '/primary_metric/drift_band', message, {
      severity: 'warning',
      expected: band,
      actual: own,
    }),
  ];
}

/** The band is an object or, in older files, a pair. */
function recordedBand(certificate: unknown): { min: number; max: number } | undefined {
  const pair = listAt(certificate, 'primary_metric', 'drift_band');
  const band = objectAt(certificate, 'primary_metric', 'drift_band');
  const min = pair ? pair[0] : valueAt(band, 'min');
  const max = pair ? pair[1] : valueAt(band, 'max');
  return isFiniteNumber(min) && isFiniteNumber(max) && min > 0 && min < max ? { min, max } : undefined;
}
