import { valueAt } from '../core/json-access.ts';
import { acceptanceRange, type Band, driftBand } from '../policy/limits.ts';
import type { RunReport } from '../report/run-report.ts';

/** The bounds that a run was given, wherever its report has them, strongest first (spec 02 §7.3). */
export function reportBands({ context, meta }: RunReport): {
  readonly acceptanceRange: Band | undefined;
  readonly driftBand: Band | undefined;
} {
  const sources = (inMetric: string, beside: string) =>
    [
      valueAt(context, 'primary_metric', inMetric),
      valueAt(context, beside),
      valueAt(meta, beside),
    ] as Parameters<typeof driftBand>[0];
  return {
    acceptanceRange: acceptanceRange(sources('acceptance_range', 'pm_acceptance_range')),
    driftBand: driftBand(sources('drift_band', 'pm_drift_band')),
  };
}
