import { type Evidence, evaluateEvidence } from '../../certificate/evaluate-evidence.ts';
import { guardFacts } from '../../certificate/guard-facts.ts';
import { recordedLimits, recordedMetricsPolicy } from '../../certificate/recorded-policy.ts';
import { numberAt, objectAt, textAt, valueAt } from '../../core/json-access.ts';
import { outcomesOf } from './recorded-examples.ts';
import { readBootstrap, type WindowsReading } from './recorded-windows.ts';

/**
 * Metric, interval, tail and gates again, from the windows and the policy that a certificate holds; undefined when its
 * bootstrap settings cannot be run. What `verify` compares with and what `report explain` explains.
 */
export function recordedEvidence(
  certificate: unknown,
  windows: Extract<WindowsReading, { kind: 'complete' }>,
): Evidence | undefined {
  const bootstrap = readBootstrap(certificate, windows.final.length);
  if (!bootstrap) return undefined;
  // The recorded counts decide, not the flag beside them.
  const coverage = (arm: string) => {
    const counts = objectAt(certificate, 'dataset', 'windows', 'stats', 'coverage', arm);
    const used = numberAt(counts, 'used');
    const required = numberAt(counts, 'required');
    return used !== undefined && required !== undefined && used >= required;
  };
  return evaluateEvidence({
    ...windows,
    kind: (textAt(certificate, 'primary_metric', 'kind') ?? '').trim().toLowerCase(),
    bootstrap,
    limits: recordedLimits(certificate),
    metrics: recordedMetricsPolicy(certificate),
    tokensAvailable: numberAt(certificate, 'dataset', 'windows', 'stats', 'tokens_available'),
    coverageOk: coverage('preview') && coverage('final'),
    ...(windows.examples
      ? {
          outcomes: outcomesOf(windows.examples, {
            ...windows,
            baselinePreview: windows.baselinePreview ?? [],
          }),
        }
      : {}),
    examplesAvailable: numberAt(certificate, 'dataset', 'windows', 'stats', 'examples_available'),
    guards: guardFacts(
      {
        invariants: valueAt(certificate, 'invariants'),
        spectral: valueAt(certificate, 'spectral'),
        rmt: valueAt(certificate, 'rmt'),
        guard_overhead: valueAt(certificate, 'guard_overhead'),
      },
      textAt(certificate, 'meta', 'profile') ?? '',
    ),
  });
}
