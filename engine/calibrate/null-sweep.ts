import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../core/json-access.ts';
import { rejectedFamilies, type TestingMethod } from '../guards/spectral/multiple-testing.ts';
import { roundDecimals } from '../numerics/round-decimals.ts';
import { guardEntryOf, share } from './sweep-reports.ts';

/** What runs without an edit say about the spectral guard, and the caps that they would not have exceeded. */
export interface NullSweepSummary {
  readonly tier: string;
  readonly n_runs: number;
  readonly observed: {
    readonly any_warning_rate: number;
    readonly selected_by_family_runs: Readonly<Record<string, number>>;
    readonly candidate_violations_by_family_total: Readonly<Record<string, number>>;
    readonly family_max_z: Readonly<Record<string, number>>;
  };
  readonly recommendations: {
    readonly family_caps: Readonly<Record<string, number>>;
    readonly multiple_testing: {
      readonly method: TestingMethod;
      readonly alpha: number;
      readonly m: number;
    };
  };
}

interface NullSweepOptions {
  readonly tier: string;
  /** By which share caps are above what was seen; 0.05 where it is not in [0, 1]. */
  readonly safetyMargin?: number;
  /** Share of runs that may warn; 0.01 where it is not in [0, 1]. */
  readonly targetWarningRate?: number;
}

/**
 * Summarizes reports of a null sweep (spec 03 §8). z-scores depend on weights alone, so seeds of one model's runs add
 * nothing; reports of several models do (Q35).
 */
export function summarizeNullSweep(reports: readonly unknown[], options: NullSweepOptions): NullSweepSummary {
  const margin = share(options.safetyMargin, 0.05);
  const target = share(options.targetWarningRate, 0.01);
  const entries = reports.map((report) => guardEntryOf(report, 'spectral'));
  const metrics = entries.map((entry) => objectAt(entry, 'metrics') ?? {});
  const selections = metrics.map((one) => objectAt(one, 'multiple_testing_selection') ?? {});
  const warned = entries.filter((entry, index) => hasWarning(entry, metrics[index] ?? {})).length;
  const rate = reports.length === 0 ? 0 : warned / reports.length;
  const largest = largestZ(metrics);
  const testing = lastTesting(metrics);
  const alpha = rate <= target ? testing.alpha : lowerAlpha(selections, testing, target);
  return {
    tier: options.tier.trim().toLowerCase(),
    n_runs: reports.length,
    observed: {
      any_warning_rate: rate,
      selected_by_family_runs: counted(
        selections.flatMap((one) => [...new Set(listAt(one, 'families_selected') ?? [])].map(String)),
      ),
      candidate_violations_by_family_total: candidates(selections),
      family_max_z: largest,
    },
    recommendations: {
      family_caps: Object.fromEntries(
        Object.entries(largest).map(([family, z]) => [family, roundDecimals(z * (1 + margin), 3)]),
      ),
      multiple_testing: { ...testing, alpha },
    },
  };
}

function hasWarning(entry: JsonObject | undefined, metrics: JsonObject): boolean {
  return (numberAt(metrics, 'caps_applied') ?? 0) !== 0 || (listAt(entry, 'violations') ?? []).length > 0;
}

/** Signed in the summary, sizes in the quantiles: the larger of both. */
function largestZ(metrics: readonly JsonObject[]): Record<string, number> {
  const largest: Record<string, number> = {};
  for (const one of metrics) {
    for (const name of ['family_z_summary', 'family_z_quantiles']) {
      for (const [family, summary] of Object.entries(objectAt(one, name) ?? {})) {
        const z = numberAt(summary, 'max');
        if (z !== undefined) largest[family] = Math.max(largest[family] ?? Number.NEGATIVE_INFINITY, z);
      }
    }
  }
  return largest;
}

type Testing = NullSweepSummary['recommendations']['multiple_testing'];

function lastTesting(metrics: readonly JsonObject[]): Testing {
  let testing: Testing = { method: 'bh', alpha: 0.05, m: 4 };
  for (const one of metrics) {
    const given = objectAt(one, 'multiple_testing');
    if (!given) continue;
    const method = textAt(given, 'method')?.trim().toLowerCase();
    testing = {
      method: method === undefined ? testing.method : method === 'bh' ? 'bh' : 'bonferroni',
      alpha: numberAt(given, 'alpha') ?? testing.alpha,
      m: numberAt(given, 'm') ?? testing.m,
    };
  }
  return testing;
}

/** Halves alpha until few enough runs have a family that is selected; unchanged when no value does it. */
function lowerAlpha(selections: readonly JsonObject[], testing: Testing, target: number): number {
  const tried: number[] = [];
  for (let alpha = testing.alpha; tried.length < 20; alpha /= 2) {
    tried.push(alpha);
    if (alpha <= 1e-6) break;
  }
  const isLow = (alpha: number): boolean => {
    const selected = selections.filter((one) => {
      const pValues = Object.entries(objectAt(one, 'family_pvalues') ?? {}).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      );
      return rejectedFamilies(Object.fromEntries(pValues), { ...testing, alpha }).length > 0;
    });
    return selected.length / selections.length <= target;
  };
  return [...tried, 1e-6].find(isLow) ?? testing.alpha;
}

function candidates(selections: readonly JsonObject[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const one of selections) {
    const counts = one.family_violation_counts;
    for (const [family, count] of Object.entries(isObject(counts) ? counts : {}))
      totals[family] = (totals[family] ?? 0) + Number(count);
  }
  return totals;
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
