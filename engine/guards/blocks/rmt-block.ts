import { compareCodePoints } from '../../core/compare-code-points.ts';
import { isFiniteNumber, type JsonObject, listAt, numberAt, objectAt } from '../../core/json-access.ts';
import { tierPolicies } from '../../policy/tiers.ts';
import { contractFacts, type GuardBlockInputs, isFilled } from './guard-entry.ts';

/** The certificate's `rmt` (spec 03 §4.7). What was not compared is not stable (Q3). */
export function rmtBlock(inputs: GuardBlockInputs): JsonObject {
  const { tier, entry, baseline } = inputs;
  const metrics = objectAt(entry, 'metrics') ?? {};
  const usual = tierPolicies[tier].rmt;
  const own = numbers(metrics.edge_risk_by_family_base);
  const base = Object.keys(own).length > 0 ? own : numbers(baseline?.edge_risk_by_family);
  const current = numbers(metrics.edge_risk_by_family);
  const byFamily = numbers(metrics.epsilon_by_family);
  const fallback =
    numberAt(entry, 'policy', 'epsilon_default') ??
    numberAt(usual, 'epsilon_default') ??
    numberAt(metrics, 'epsilon_default') ??
    0;
  const names = [base, current, byFamily, numbers(usual.epsilon_by_family)].flatMap((map) =>
    Object.keys(map),
  );
  const families = [...new Set(names)]
    .sort(compareCodePoints)
    .map(
      (family) =>
        [family, familyFacts(base[family] ?? 0, current[family] ?? 0, byFamily[family] ?? fallback)] as const,
    );
  const compared = families.flatMap(([, { ratio, delta }]) =>
    ratio === null || delta === null ? [] : [{ ratio, delta }],
  );
  const deltas = compared.map(({ delta }) => delta);
  const isEvaluated = entry !== undefined && metrics.prepared !== false;
  const violations = listAt(entry, 'violations') ?? [];
  const isStable =
    isEvaluated && (typeof metrics.stable === 'boolean' ? metrics.stable : violations.length === 0);
  return {
    tier,
    edge_risk_by_family_base: base,
    edge_risk_by_family: current,
    epsilon_default: fallback,
    epsilon_by_family: byFamily,
    epsilon_violations: listAt(metrics, 'epsilon_violations') ?? [],
    stable: isStable,
    status: isStable ? 'stable' : isEvaluated ? 'unstable' : 'not_evaluated',
    max_edge_ratio: compared.length === 0 ? null : Math.max(...compared.map(({ ratio }) => ratio)),
    max_edge_delta: compared.length === 0 ? null : Math.max(...deltas),
    mean_edge_delta:
      compared.length === 0 ? null : deltas.reduce((sum, delta) => sum + delta, 0) / deltas.length,
    families: Object.fromEntries(families),
    evaluated: isEvaluated,
    ...measuredFacts(metrics),
    ...(isFilled(entry?.policy) ? { policy: entry?.policy } : {}),
    ...contractFacts(inputs),
  };
}

/** What our guard records so that its verdict can be found again. */
function measuredFacts(metrics: JsonObject): JsonObject {
  const names = [
    'edge_risk_by_module_base',
    'edge_risk_by_module',
    'module_family_map',
    'non_finite_modules',
    'sampled_windows',
    'unavailable_modules',
  ];
  return Object.fromEntries(names.filter((name) => name in metrics).map((name) => [name, metrics[name]]));
}

function familyFacts(before: number, after: number, epsilon: number) {
  const isKnown = before > 0;
  return {
    edge_base: before,
    edge_cur: after,
    epsilon,
    allowed: isKnown ? (1 + epsilon) * before : null,
    ratio: isKnown ? after / before : null,
    delta: isKnown ? after / before - 1 : null,
  };
}

function numbers(value: unknown): Record<string, number> {
  const entries = Object.entries(objectAt(value) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => isFiniteNumber(entry[1])));
}
