import { compareCodePoints } from '../core/compare-code-points.ts';
import { intervalAt, type JsonObject, listAt, numberAt, objectAt } from '../core/json-access.ts';
import { edgeRiskRises } from './edge-risk-band.ts';
import { guardEntryOf } from './sweep-reports.ts';
import type { SweepRun } from './sweep-runs.ts';

export type SweepRow = Readonly<Record<string, string | number | boolean | null>>;

/** What one run of a null sweep measured, as a row of its table (spec 03 §8). */
export function nullRow(run: SweepRun, report: unknown): SweepRow {
  const metrics: JsonObject = objectAt(guardEntryOf(report, 'spectral'), 'metrics') ?? {};
  const selection = objectAt(metrics, 'multiple_testing_selection') ?? {};
  const selected = (listAt(selection, 'families_selected') ?? []).map(String);
  const caps = metrics.caps_exceeded;
  const row: Record<string, string | number | boolean | null> = {
    ...identifying(run),
    caps_applied: numberAt(metrics, 'caps_applied') ?? 0,
    caps_exceeded: typeof caps === 'boolean' || typeof caps === 'number' ? caps : null,
    selected_families: selected.join(','),
  };
  for (const name of ['family_z_summary', 'family_z_quantiles']) {
    for (const [family, summary] of Object.entries(objectAt(metrics, name) ?? {})) {
      const z = numberAt(summary, 'max');
      const before = row[`max_z_${family}`];
      if (z !== undefined) row[`max_z_${family}`] = typeof before === 'number' ? Math.max(before, z) : z;
    }
  }
  for (const [family, count] of Object.entries(objectAt(selection, 'family_violation_counts') ?? {})) {
    row[`candidate_${family}`] = Number(count);
    row[`selected_${family}`] = selected.includes(family) ? 1 : 0;
  }
  for (const [family, rise] of Object.entries(edgeRiskRises(report) ?? {})) row[`edge_rise_${family}`] = rise;
  return row;
}

/** What one run of a variance sweep measured. */
export function varianceRow(run: SweepRun, report: unknown): SweepRow {
  const gate = objectAt(guardEntryOf(report, 'variance'), 'metrics', 'predictive_gate') ?? {};
  const interval = intervalAt(gate, 'delta_ci');
  return {
    ...identifying(run),
    windows: run.windows ?? null,
    predictive_evaluated: gate.evaluated === true,
    predictive_mean_delta: numberAt(gate, 'mean_delta') ?? null,
    predictive_delta_ci_lo: interval?.[0] ?? null,
    predictive_delta_ci_hi: interval?.[1] ?? null,
    predictive_ci_width: interval ? interval[1] - interval[0] : null,
  };
}

/** Rows as CSV (RFC 4180); the columns are all that any row has, sorted. */
export function csvText(rows: readonly SweepRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].sort(compareCodePoints);
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(','));
  return `${[columns.map(csvCell).join(','), ...lines].join('\n')}\n`;
}

function identifying({ tier, seed, subject }: SweepRun): SweepRow {
  return { tier, seed, ...(subject === undefined ? {} : { subject }) };
}

function csvCell(value: SweepRow[string] | undefined): string {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
