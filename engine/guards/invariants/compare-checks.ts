import { compareCodePoints } from '../../core/compare-code-points.ts';
import { isFiniteNumber, isObject, listAt } from '../../core/json-access.ts';
import { canonicalJson } from '../../core/python-json.ts';
import type { InvariantChecks } from './capture-checks.ts';

export type InvariantSeverity = 'fatal' | 'warning';

/** As it stands in reports; further members by `type`. */
export interface InvariantViolation {
  readonly type: string;
  readonly severity: InvariantSeverity;
  readonly message: string;
  readonly [member: string]: unknown;
}

/** Compared by rules of their own, or not at all. */
const comparedOtherwise = ['layer_norm_paths', 'embedding_vocab_sizes', 'config_vocab_size'];

/** What changed between two checkpoints' checks, in the order in which it is looked for (spec 03 §2.3). */
export function compareChecks(
  baseline: InvariantChecks,
  current: InvariantChecks,
  severityOf: (check: string) => InvariantSeverity,
): InvariantViolation[] {
  return [
    ...missingNorms(baseline, current, severityOf('layer_norm_paths')),
    ...vocabularyChanges(baseline, current),
    ...Object.keys(baseline)
      .filter((check) => !comparedOtherwise.includes(check))
      .filter((check) => canonicalJson(baseline[check], 'B') !== canonicalJson(current[check], 'B'))
      .map((check) => ({
        type: 'invariant_violation',
        check,
        baseline: baseline[check],
        current: current[check] ?? null,
        severity: severityOf(check),
        message: `${check} is ${canonicalJson(current[check], 'A')}; the baseline has ${canonicalJson(baseline[check], 'A')}.`,
      })),
  ];
}

function missingNorms(
  baseline: InvariantChecks,
  current: InvariantChecks,
  severity: InvariantSeverity,
): InvariantViolation[] {
  const present = listAt(current, 'layer_norm_paths') ?? [];
  const missing = (listAt(baseline, 'layer_norm_paths') ?? [])
    .filter((path) => !present.includes(path))
    .map(String)
    .sort(compareCodePoints);
  if (missing.length === 0) return [];
  const message = `Normalisations of the baseline are missing: ${missing.join(', ')}.`;
  return [{ type: 'layer_norm_missing', missing, severity, message }];
}

function vocabularyChanges(baseline: InvariantChecks, current: InvariantChecks): InvariantViolation[] {
  const sizes = (checks: InvariantChecks) =>
    isObject(checks.embedding_vocab_sizes) ? checks.embedding_vocab_sizes : {};
  const after = sizes(current);
  return Object.entries(sizes(baseline))
    .filter(([module, rows]) => after[module] !== rows)
    .map(([module, rows]) => {
      const now = isFiniteNumber(after[module]) ? after[module] : null;
      return {
        type: 'tokenizer_mismatch',
        module,
        baseline: rows,
        current: now,
        severity: 'fatal',
        message: `${module} has ${now ?? 'no'} rows; the baseline has ${String(rows)}.`,
      };
    });
}
