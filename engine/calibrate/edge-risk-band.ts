import { compareCodePoints } from '../core/compare-code-points.ts';
import { type JsonObject, numberAt, objectAt } from '../core/json-access.ts';
import { guardEntryOf, share } from './sweep-reports.ts';

/** How far edge risks rose in runs that ought to pass, and the band that they would not have left. */
export interface EdgeRiskBand {
  /** Runs in which the rmt guard measured both models. */
  readonly evaluated_runs: number;
  readonly largest_rise_by_family: Readonly<Record<string, number>>;
  /** Of families that rose at all; nothing is recommended for one that never did. */
  readonly epsilon_by_family: Readonly<Record<string, number>>;
}

/**
 * The ε that a sweep recommends: the largest rise of each family with a margin over it, rounded up to a thousandth. The
 * reference has no such sweep, because its runs compare a model with itself (spec 03 Q1).
 */
export function summarizeEdgeRisks(reports: readonly unknown[], safetyMargin: number): EdgeRiskBand {
  const margin = 1 + share(safetyMargin, 0.05);
  const rises = reports.map(edgeRiskRises).filter((one) => one !== undefined);
  const largest: Record<string, number> = {};
  for (const rise of rises)
    for (const [family, value] of Object.entries(rise))
      largest[family] = Math.max(largest[family] ?? Number.NEGATIVE_INFINITY, value);
  return {
    evaluated_runs: rises.length,
    largest_rise_by_family: largest,
    epsilon_by_family: Object.fromEntries(
      Object.entries(largest)
        .filter(([, rise]) => rise > 0)
        .map(([family, rise]) => [family, Math.ceil(rise * margin * 1000) / 1000]),
    ),
  };
}

/** By which share every family's risk rose over the baseline's; undefined where the guard compared nothing. */
export function edgeRiskRises(report: unknown): Readonly<Record<string, number>> | undefined {
  const metrics: JsonObject = objectAt(guardEntryOf(report, 'rmt'), 'metrics') ?? {};
  const base = objectAt(metrics, 'edge_risk_by_family_base');
  const current = objectAt(metrics, 'edge_risk_by_family');
  if (!base || !current) return undefined;
  const rises = Object.keys(base)
    .sort(compareCodePoints)
    .flatMap((family) => {
      const [before, after] = [numberAt(base, family), numberAt(current, family)];
      // As the guard does: a family without a risk in the baseline is not judged.
      return before === undefined || after === undefined || !(before > 0)
        ? []
        : [[family, after / before - 1] as const];
    });
  return rises.length === 0 ? undefined : Object.fromEntries(rises);
}
