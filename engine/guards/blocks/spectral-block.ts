import { isObject, type JsonObject, listAt, numberAt, objectAt } from '../../core/json-access.ts';
import { tierPolicies } from '../../policy/tiers.ts';
import { contractFacts, type GuardBlockInputs } from './guard-entry.ts';

/** The certificate's `spectral` (spec 03 §3.10). Settings are the ones that the guard used (Q31). */
export function spectralBlock(inputs: GuardBlockInputs): JsonObject {
  const { tier, entry, baseline } = inputs;
  const usual = tierPolicies[tier].spectral;
  const metrics = objectAt(entry, 'metrics') ?? {};
  const setting = (name: string): unknown => metrics[name] ?? usual[name];
  const capsApplied = numberAt(metrics, 'violations_found') || numberAt(metrics, 'caps_applied') || 0;
  const capsExceeded = metrics.caps_exceeded === true;
  const maxCaps = setting('max_caps');
  const testing = setting('multiple_testing');
  const families = Object.entries(objectAt(metrics, 'family_z_summary') ?? {});
  const policy = objectAt(entry, 'policy');
  const { top_z_scores: farthest, family_z_quantiles: quantiles } = metrics;
  const violations = (listAt(entry, 'violations') ?? []).filter(isObject);
  return {
    tier,
    caps_applied: capsApplied,
    summary: {
      ...norms(metrics, baseline),
      sigma_quantile: setting('sigma_quantile'),
      deadband: setting('deadband'),
      stability_score: numberAt(metrics, 'stability_score') ?? 1,
      status: capsApplied === 0 ? 'stable' : 'capped',
      max_caps: maxCaps,
      caps_exceeded: capsExceeded,
      ...('modules_checked' in metrics ? { modules_checked: metrics.modules_checked } : {}),
    },
    families: Object.fromEntries(families),
    family_caps: setting('family_caps'),
    ...(policy ? { policy } : {}),
    sigma_quantile: setting('sigma_quantile'),
    deadband: setting('deadband'),
    max_caps: maxCaps,
    multiple_testing: testing,
    bh_family_count: numberAt(testing, 'm'),
    ...(families.length > 0
      ? {
          caps_applied_by_family: Object.fromEntries(
            families.map(([family, summary]) => [family, numberAt(summary, 'violations') ?? 0]),
          ),
        }
      : {}),
    ...(isObject(farthest) ? { top_z_scores: withoutFamilies(farthest) } : {}),
    ...(violations.length > 0 ? { top_violations: violations.slice(0, 5).map(shortened) } : {}),
    ...(isObject(quantiles) ? { family_z_quantiles: quantiles } : {}),
    evaluated: entry !== undefined,
    ...contractFacts(inputs),
    caps_exceeded: capsExceeded,
  };
}

/** Ratios are 1 where the baseline's norms are not known. */
function norms(metrics: JsonObject, baseline: JsonObject | undefined): JsonObject {
  const max = numberAt(metrics, 'max_spectral_norm') ?? 0;
  const mean = numberAt(metrics, 'mean_spectral_norm') ?? 0;
  const before = {
    max: numberAt(baseline, 'max_spectral_norm') ?? null,
    mean: numberAt(baseline, 'mean_spectral_norm') ?? null,
  };
  const ratio = (now: number, then: number | null) => (then !== null && then > 0 ? now / then : 1);
  return {
    max_sigma_ratio: ratio(max, before.max),
    median_sigma_ratio: ratio(mean, before.mean),
    max_spectral_norm: max,
    mean_spectral_norm: mean,
    baseline_max_spectral_norm: before.max,
    baseline_mean_spectral_norm: before.mean,
  };
}

function withoutFamilies(farthest: JsonObject): JsonObject {
  const lists = Object.entries(farthest).map(([family, modules]) => [
    family,
    (Array.isArray(modules) ? modules : []).map(({ module, z }) => ({ module, z })),
  ]);
  return Object.fromEntries(lists);
}

function shortened({ module, family, kappa = null, severity, z_score: z }: JsonObject): JsonObject {
  return { module, family, kappa, severity, ...(z === undefined ? {} : { z_score: z }) };
}
