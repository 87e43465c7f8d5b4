import { schemaErrors } from '../../certificate/certificate-schema.ts';
import type { Finding } from '../../core/findings.ts';
import { isObject, valueAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';

/** Flags that must be booleans wherever they stand (spec 04 §3). */
const FLAGS = [
  'preview_final_drift_acceptable',
  'primary_metric_acceptable',
  'invariants_pass',
  'spectral_stable',
  'rmt_stable',
  'guard_overhead_acceptable',
] as const;

/**
 * Is the document a certificate at all? Deviations from our schema are warnings as long as the essential parts are
 * there: every certificate of the reference deviates from its own schema (spec 04 CQ-01).
 */
export function checkSchema({ certificate }: Pick<CheckContext, 'certificate'>): readonly Finding[] {
  const fatal = [...essentialFindings(certificate)];
  if (fatal.length > 0) return fatal;
  return schemaErrors(certificate).map(({ pointer, message }) =>
    found('V505', pointer, `The certificate deviates from its schema: ${message}.`, { severity: 'warning' }),
  );
}

function* essentialFindings(certificate: unknown): Generator<Finding> {
  if (!isObject(certificate)) {
    yield found('E601', '', 'A certificate is a JSON object.');
    return;
  }
  if (certificate.schema_version !== 'v1') {
    const actual = certificate.schema_version;
    yield found('E601', '/schema_version', 'The schema_version must be "v1".', { expected: 'v1', actual });
  }
  if (typeof certificate.run_id !== 'string' || certificate.run_id === '') {
    yield found('E601', '/run_id', 'The run_id must be a text that is not empty.');
  }
  if (!hasMetric(certificate.primary_metric)) {
    yield found('E601', '/primary_metric', 'The primary_metric needs a kind or a final value.');
  }
  yield* flagFindings(certificate);
}

function hasMetric(metric: unknown): boolean {
  if (!isObject(metric)) return false;
  // The reference reads NaN here as a number, so a metric that is invalid still makes a certificate.
  const final = valueAt(metric, 'final');
  return typeof final === 'number' || (typeof metric.kind === 'string' && metric.kind !== '');
}

function* flagFindings(certificate: Readonly<Record<string, unknown>>): Generator<Finding> {
  if (!('validation' in certificate)) return;
  if (!isObject(certificate.validation)) {
    yield found('E601', '/validation', 'The validation flags must be an object.');
    return;
  }
  for (const flag of FLAGS) {
    const value = certificate.validation[flag];
    if (value !== undefined && typeof value !== 'boolean') {
      yield found('E601', `/validation/${flag}`, `The flag ${flag} must be true or false.`, {
        actual: value,
      });
    }
  }
}
