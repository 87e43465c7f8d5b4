import type { Finding } from '../../core/findings.ts';
import { isFiniteNumber, listAt, numberAt, objectAt, valueAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';
import { isDeclaredInvalid } from './metric.ts';

/** The policy's band (spec 04 §2.6.2). */
const BAND = { min: 0.95, max: 1.05 } as const;

/**
 * Final divided by preview against the policy's band (spec 04 §4.1.4). A wider band in the certificate does not widen
 * the check, it is itself worth telling (CQ-07).
 */
export function checkDrift({ certificate, strict }: CheckContext): readonly Finding[] {
  if (!strict || isDeclaredInvalid(certificate)) return [];
  return [...bandFindings(certificate), ...driftFindings(certificate)];
}

function driftFindings(certificate: unknown): Finding[] {
  const final = numberAt(certificate, 'primary_metric', 'final');
  const preview = numberAt(certificate, 'primary_metric', 'preview');
  if (final === undefined || preview === undefined || preview <= 0) {
    return [found('V514', '/primary_metric/preview', 'The drift from preview to final cannot be computed.')];
  }
  const drift = final / preview;
  if (drift >= BAND.min && drift <= BAND.max) return [];
  const message = `The metric drifts by ${drift.toFixed(4)}× from preview to final; the band is ${BAND.min} to ${BAND.max}.`;
  return [found('V514', '/primary_metric/final', message, { expected: BAND, actual: drift })];
}

function bandFindings(certificate: unknown): Finding[] {
  const own = recordedBand(certificate);
  if (!own || (own.min >= BAND.min && own.max <= BAND.max)) return [];
  const message = `The certificate carries the drift band ${own.min} to ${own.max}, wider than the policy's ${BAND.min} to ${BAND.max}.`;
  return [
    found('V515', '/primary_metric/drift_band', message, {
      severity: 'warning',
      expected: BAND,
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
