import { type BareLoss, overheadOfEntries } from '../guards/overhead/sampled-overhead.ts';
import type { RunReport, WindowRecords } from '../report/run-report.ts';
import type { ArmGuards } from './run-guards.ts';

/** A report with what the guards found; one that failed is a reason to go back to the model before the edit. */
export function withGuards(report: RunReport, guards: ArmGuards | undefined): RunReport {
  if (!guards) return report;
  const overhead = overheadOfEntries(`${report.context.profile}_profile`, bareLosses(report), guards.entries);
  const failed = guards.entries.filter(({ passed }) => passed === false).map(({ name }) => name);
  return {
    ...report,
    ...(guards.weightChanges ? { edit: { ...report.edit, weights: guards.weightChanges } } : {}),
    guards: guards.entries,
    ...(overhead ? { guard_overhead: overhead } : {}),
    metrics: { ...report.metrics, guard_timings: guards.timings },
    flags: {
      guard_recovered: failed.length > 0,
      rollback_reason: failed.length > 0 ? `guards failed: ${failed.join(', ')}` : null,
    },
  };
}

function bareLosses({ evaluation_windows: { preview, final } }: RunReport): readonly BareLoss[] {
  const losses = (records: WindowRecords) =>
    records.window_ids.map((id, index) => ({
      id,
      loss: records.logloss[index] ?? null,
      weight: records.token_counts[index] ?? 0,
    }));
  return [...losses(preview), ...losses(final)];
}

const operations: Readonly<Partial<Record<string, string>>> = {
  prepared: 'prepared',
  not_evaluated: 'not_evaluated',
  not_applicable: 'not_applicable',
};

/** Events of the log: one line per guard, a warning where it failed or did not judge (spec 04 §6). */
export function guardEvents({ entries, timings }: ArmGuards) {
  return entries.map(({ name, status, action, violations, reason }) => ({
    operation: operations[status] ?? 'validated',
    level: status === 'failed' || status === 'not_evaluated' ? ('WARNING' as const) : ('INFO' as const),
    data: {
      guard: name,
      status,
      action,
      violations: Array.isArray(violations) ? violations.length : 0,
      ...(reason === undefined ? {} : { reason }),
      duration_s: timings[name] ?? 0,
    },
  }));
}
