import { pairingProblems } from '../../../engine/certificate/pairing-problems.ts';
import { nodeFromValue, plainValue } from '../../../engine/config/config-node.ts';
import { mergeProfile, packagedProfile } from '../../../engine/config/layers/profile-layer.ts';
import type { ProfileName } from '../../../engine/config/profile-overlays.ts';
import { finiteRatio } from '../../../engine/metrics/aggregate.ts';
import { ratioIntervalAgrees } from '../../../engine/metrics/interval-agreement.ts';
import { confidenceLabel } from '../../../engine/policy/confidence.ts';
import { pplGates } from '../../../engine/policy/gates.ts';
import { guardGates } from '../../../engine/policy/guard-gates.ts';
import { acceptanceRange, driftBand, gateLimits } from '../../../engine/policy/limits.ts';
import { rollbackReason } from '../../../engine/policy/run-status.ts';
import { coverageFloors, tierNamed, tierPolicies } from '../../../engine/policy/tiers.ts';
import type { Interval } from '../../../engine/report/run-report.ts';
import { goldenNumber, goldenNumbers } from '../compare.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { gateFlags } from './gate-flags.ts';

/** Decisions, in the default mode: where ours differ, a rule says so (spec 02 §7.3 to §7.6, §8.1, §8.2). */
export const gates = goldenCases(
  byOperation({
    validation_flags: ({ args, env }) => gateFlags(args, env),
    acceptance_config: ({ arg, env }) => ({ range: acceptanceOf(arg, env) ?? {} }),
    acceptance_report: ({ arg, env }) => ({ range: acceptanceOf(arg, env) ?? {} }),
    drift_config: ({ arg, env }) => ({ range: driftOf(arg, env) ?? {} }),
    drift_report: ({ arg, env }) => ({ range: driftOf(arg, env) ?? {} }),
    confidence_label: confidence,
    enforce_pairing_and_coverage: enforcement,
    ratio_ci_alignment: ({ source, ratio_ci: ratio, logloss_delta_ci: delta }, expected) => {
      const agrees =
        source !== 'paired_baseline' || ratioIntervalAgrees(goldenInterval(ratio), goldenInterval(delta));
      return agrees ? { ok: true } : expected.error ? expected : { error: 'the intervals disagree' };
    },
    finalize_status: status,
    validate_drift_gate: driftDecision,
    validate_guard_overhead: overheadDecision,
    apply_profile: profileOverConfig,
    coverage_requirements: () => coverageFloors,
    tier_metric_policies: () =>
      Object.fromEntries(Object.entries(tierPolicies).map(([tier, { metrics }]) => [tier, metrics])),
  }),
  {
    tolerance: (pointer) =>
      pointer === '/width' || pointer.startsWith('/metrics/') ? { absolute: 1e-12 } : {},
  },
);

export function acceptanceOf(report: Golden, env: Golden) {
  return acceptanceRange([
    { min: env.INVARLOCK_PM_ACCEPTANCE_MIN, max: env.INVARLOCK_PM_ACCEPTANCE_MAX },
    report.primary_metric?.acceptance_range,
    report.context?.primary_metric?.acceptance_range,
    report.context?.pm_acceptance_range,
    report.meta?.pm_acceptance_range,
  ]);
}

export function driftOf(report: Golden, env: Golden) {
  return driftBand([
    { min: env.INVARLOCK_PM_DRIFT_MIN, max: env.INVARLOCK_PM_DRIFT_MAX },
    report.primary_metric?.drift_band,
    report.context?.primary_metric?.drift_band,
    report.context?.pm_drift_band,
    report.meta?.pm_drift_band,
  ]);
}

export function confidence({ certificate }: Golden): Golden {
  const { kind = '', display_ci: interval, unstable = false } = certificate.primary_metric ?? {};
  return confidenceLabel({
    kind,
    acceptable: certificate.validation?.primary_metric_acceptable ?? false,
    displayInterval: interval ? goldenInterval(interval) : undefined,
    unstable,
  });
}

/** What the reference's sentence about each problem has to name. */
export const NAMED = {
  stats: /window stats/u,
  window_pairing_reason: /window_pairing_reason/u,
  window_match_fraction: /window_match_fraction|perfect pairing/u,
  window_overlap_fraction: /window_overlap_fraction/u,
  paired_windows: /paired_windows/u,
  counts: /counts|coverage/u,
  coverage: /coverage|counts/u,
  replicates: /replicates|bootstrap/u,
} as const;

/** Both refuse for the same reason, or neither does. */
function enforcement({ stats, profile, tier }: Golden, expected: Golden): Golden {
  const isStrict = ['ci', 'release'].includes(
    String(profile ?? '')
      .trim()
      .toLowerCase(),
  );
  const [first] = isStrict ? pairingProblems(stats, tierNamed(String(tier)) ?? 'balanced') : [];
  if (!first) return { ok: true };
  return NAMED[first.field].test(expected.message ?? '') ? expected : { error: first.message };
}

function status({ guards, metrics, config }: Golden): Golden {
  const { kind = '', preview, final } = metrics.primary_metric ?? {};
  const tail = metrics.primary_metric_tail;
  const reason = rollbackReason({
    kind,
    preview: goldenNumber(preview),
    final: goldenNumber(final),
    tailFailed: tail?.mode === 'fail' && !!tail.evaluated && !tail.passed,
    guardsPassed: Object.values<Golden>(guards).every(({ passed }) => !!passed),
    ...(config.max_pm_ratio === undefined ? {} : { maxRatio: config.max_pm_ratio }),
  });
  return { status: reason === undefined ? 'success' : 'rollback' };
}

function driftDecision({ preview, final, min_ratio: min, max_ratio: max }: Golden): Golden {
  const [before, after] = [finite(preview), finite(final)];
  const drift = finiteRatio(after, before);
  const [gate] = pplGates({
    limits: gateLimits({ tier: 'balanced', driftBand: min === undefined ? undefined : { min, max } }),
    metrics: tierPolicies.balanced.metrics,
    ratio: 1,
    ratioInterval: undefined,
    drift,
    tokens: { preview: undefined, final: undefined, coverageOk: true },
    tail: { evaluated: false, passed: true, mode: 'off', observed: null },
  }).filter(({ name }) => name === 'preview_final_drift_acceptable');
  const passed = gate?.outcome === 'pass';
  return {
    passed,
    checks: { drift_gate: passed },
    metrics: drift === null ? {} : { drift_ratio: drift, preview: before, final: after },
  };
}

function overheadDecision({ bare_final: bare, guarded_final: guarded, threshold }: Golden): Golden {
  const ratio = finiteRatio(finite(guarded), finite(bare));
  const facts = { ratio, ...(threshold === undefined ? {} : { threshold }) };
  const gate = guardGates({ overhead: facts }, { maxCaps: 5, tinyRelax: false }).at(-1);
  // Nothing to compare is no pass.
  const passed = gate?.outcome === 'pass';
  return {
    passed,
    checks: { guard_overhead: passed },
    metrics:
      ratio === null
        ? {}
        : {
            overhead_ratio: ratio,
            overhead_percent: 100 * (ratio - 1),
            bare_ppl: bare,
            guarded_ppl: guarded,
          },
  };
}

function profileOverConfig({ profile, env, config }: Golden): Golden {
  const source = { kind: 'profile', label: profile } as const;
  const root = nodeFromValue(config, source);
  if (root.kind !== 'mapping') throw new Error('the configuration is no mapping');
  const layer = packagedProfile(profile as ProfileName, env, new Map(), []);
  const merged = plainValue(mergeProfile(root, layer)) as Golden;
  const { dataset, eval: evaluation, primary_metric: metric = null, guards = null } = merged;
  return { dataset, eval: evaluation, primary_metric: metric, guards };
}

function goldenInterval(bounds: Golden): Interval {
  const [low = Number.NaN, high = Number.NaN] = goldenNumbers(bounds);
  return [low, high];
}

function finite(value: Golden): number | null {
  return value === null || value === undefined ? null : goldenNumber(value);
}
