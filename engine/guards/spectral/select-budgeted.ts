import { compareCodePoints } from '../../core/compare-code-points.ts';
import { type MultipleTesting, pValueOfZ, rejectedFamilies, type TestingMethod } from './multiple-testing.ts';

/** A violation that counts against the budget; without a z-score it is always selected. */
interface BudgetedViolation {
  readonly family: string;
  readonly z_score?: number;
}

export type Selected<V> = V & { readonly p_value: number | null; readonly selected: boolean };

/** What was tested, as it stands in reports (spec 03 §3.8). */
export interface TestingRecord {
  readonly method: TestingMethod;
  readonly alpha: number;
  readonly m: number;
  readonly families_tested: readonly string[];
  readonly families_selected: readonly string[];
  readonly family_pvalues: Readonly<Record<string, number>>;
  /** Size of the z-score that has the family's p-value; the first one where p-values are too small to differ. */
  readonly family_max_abs_z: Readonly<Record<string, number>>;
  readonly family_violation_counts: Readonly<Record<string, number>>;
  readonly default_selected_without_pvalue: number;
}

/**
 * Tests the families that have violations, each by its smallest p-value, and selects all violations of the families that
 * are rejected (spec 03 §3.7). `m` absent: the number of families tested.
 */
export function selectBudgeted<V extends BudgetedViolation>(
  violations: readonly V[],
  testing: Omit<MultipleTesting, 'm'> & { readonly m: number | undefined },
): { readonly violations: readonly Selected<V>[]; readonly record: TestingRecord } {
  const pValues: Record<string, number> = {};
  const largest: Record<string, number> = {};
  const counts: Record<string, number> = {};
  for (const { family, z_score: z } of violations) {
    if (z === undefined || !Number.isFinite(z)) continue;
    counts[family] = (counts[family] ?? 0) + 1;
    const p = pValueOfZ(z);
    if (p >= (pValues[family] ?? Number.POSITIVE_INFINITY)) continue;
    pValues[family] = p;
    largest[family] = Math.abs(z);
  }
  const tested = Object.keys(pValues).sort(compareCodePoints);
  const { method, alpha } = testing;
  const m = Math.max(testing.m ?? tested.length, tested.length, 1);
  const rejected = rejectedFamilies(pValues, { method, alpha, m });
  const selected = violations.map((violation): Selected<V> => {
    const z = violation.z_score;
    const hasValue = z !== undefined && Number.isFinite(z);
    return {
      ...violation,
      p_value: hasValue ? pValueOfZ(z) : null,
      selected: !hasValue || rejected.includes(violation.family),
    };
  });
  const record = {
    method,
    alpha,
    m,
    families_tested: tested,
    families_selected: rejected,
    family_pvalues: pValues,
    family_max_abs_z: largest,
    family_violation_counts: counts,
    default_selected_without_pvalue: selected.filter(({ p_value: p }) => p === null).length,
  };
  return { violations: selected, record };
}
