import { isFiniteNumber } from '../../core/json-access.ts';
import type { RunReport } from '../../report/run-report.ts';

/**
 * Latency of the subject beside the baseline's; undefined when the subject's was not measured. A baseline without a
 * measurement gives no comparison (spec 04 §2.3.15, CQ-21).
 *
 * The key says what it is, a mean per token. The reference calls the same number `latency_ms_p50`, which its own
 * schema then refuses.
 */
export function systemOverhead(reports: { readonly subject: RunReport; readonly baseline: RunReport }) {
  const edited = reports.subject.metrics.latency_ms_per_tok;
  const baseline = reports.baseline.metrics.latency_ms_per_tok;
  if (!isFiniteNumber(edited)) return undefined;
  if (!isFiniteNumber(baseline)) return { latency_ms_per_tok: { edited } };
  const ratio = baseline === 0 ? null : edited / baseline;
  return { latency_ms_per_tok: { edited, baseline, delta: edited - baseline, ratio } };
}
