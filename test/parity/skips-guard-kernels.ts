import { tierNamed, tierPolicies } from '../../engine/policy/tiers.ts';
import { goldenNumber } from './compare.ts';
import { isComparable } from './guards/guard-overhead.ts';
import { isRefused } from './guards/policy-application.ts';
import { lacksBaseline, losesModules } from './guards/rmt-guard.ts';
import { changedTargets, varianceRun } from './guards/variance-guard.ts';
import type { Golden, SkipRule } from './parity-types.ts';

const rmtDecision = ['/validate/passed', '/validate/action', '/validate/violations', '/validate/metrics'];

export const guardKernelSkips: readonly SkipRule[] = [
  {
    quirk: '03/Q3',
    why: 'a guard that has nothing to compare is not evaluated, never passed',
    file: 'rmt_guard.json',
    applies: (facts) =>
      !['ci', 'release'].includes(facts.input.profile ?? '') &&
      !facts.input.policy.activation_required &&
      lacksBaseline(facts.input),
    fields: ['/prepare/ready', '/prepare/error', ...rmtDecision, '/edge_risk_by_module'],
  },
  {
    quirk: '03/Q5',
    why: 'a module without finite activations is a violation',
    file: 'rmt_guard.json',
    applies: ({ input }) => !lacksBaseline(input) && losesModules(input),
    fields: rmtDecision,
  },
  {
    quirk: '03 §5.9',
    why: 'details repeat the metrics; provenance holds digests of weights and data that the case does not give',
    file: 'variance_guard.json',
    applies: () => true,
    fields: ['/validate/details', '/validate/metrics/ab_provenance'],
  },
  {
    quirk: '03/Q22',
    why: 'a scale belongs to the module that it was proposed for, not to the first one of its kind',
    file: 'variance_guard.json',
    applies: ({ input }) => {
      const run = varianceRun(input);
      const [first] = run.targets;
      return changedTargets(run).some(({ path }) => path !== first?.path);
    },
    fields: ['/weights_changed_ratio'],
  },
  {
    quirk: '03/Q23',
    why: 'weights that were scaled for a comparison are restored from a copy, bit for bit',
    file: 'variance_guard.json',
    applies: ({ input }) => changedTargets(varianceRun(input)).length === 0,
    fields: ['/weights_changed_ratio'],
  },
  {
    quirk: '03/Q24',
    why: 'monitor_only and tap are honoured wherever they are set',
    file: 'variance_guard.json',
    applies: ({ input: { policy } }) =>
      policy.monitor_only === true || (policy.tap !== undefined && policy.tap !== USUAL_TAP),
  },
  {
    quirk: '03/Q27',
    why: 'a window that is not finite in one arm counts in neither, so pairs stay pairs',
    file: 'variance_guard.json',
    applies: ({ input: { loss_no_ve: without, loss_with_ve: withScales } }) => {
      const bad = (losses: Golden[]) => losses.map((loss) => !Number.isFinite(goldenNumber(loss)));
      const [a, b] = [bad(without), bad(withScales)];
      const count = (flags: boolean[]) => flags.filter(Boolean).length;
      return count(a.map((flag, index) => flag || b[index] === true)) > Math.max(count(a), count(b));
    },
  },
  {
    quirk: '03/Q26',
    why: 'the guard does not apply to an architecture without targets; it does not fail',
    file: 'variance_guard.json',
    applies: ({ input }) => varianceRun(input).targets.length === 0,
    fields: ['/validate/passed', '/validate/action', '/validate/violations', '/validate/errors'],
  },
  {
    quirk: '03/Q24',
    why: 'monitor_only and tap are honoured wherever they are set',
    file: 'policy_application.json',
    applies: ({ input: { guard, policy } }) => guard === 'variance' && policy.tap !== USUAL_TAP,
    fields: ['/policy_in_effect_after_prepare/tap', '/tap_patterns', '/monitor_only_flag'],
  },
  {
    quirk: '03 §1.4',
    why: 'the reference assigns what it cannot use; a guard of ours does not run with it',
    file: 'policy_application.json',
    applies: ({ input }) => isRefused(input),
  },
  {
    quirk: '03/Q31',
    why: "a tier's policy states what certificates record for it, where the reference leaves it to the guard",
    file: 'policies.json',
    applies: ({ input: { op } }) => op === 'resolve_tier_policies',
    fields: ['/policies/spectral/correction_enabled'],
  },
  {
    quirk: '03/Q31',
    why: "a tier's policy states what certificates record for it, where the reference leaves it to the guard",
    file: 'policies.json',
    applies: ({ input: { tier } }) => tier?.toLowerCase() === 'aggressive',
    fields: ['/policies/variance/max_adjusted_modules', '/policies/variance/predictive_one_sided'],
  },
  {
    quirk: '03/Q21',
    why: 'the adjustment for an edit changes a value that nothing reads, and no run makes it',
    file: 'policies.json',
    applies: ({ input: { edit_name: edit } }) => edit === 'quant_rtn',
    fields: ['/policies/rmt/deadband'],
  },
  {
    quirk: '03 §1.3',
    why: 'a cap that is a number becomes {kappa} in a configuration as it does in a tiers file',
    file: 'policies.json',
    applies: ({ input }) => capsOf(input).some((cap) => typeof cap === 'number'),
    fields: ['/policies/spectral/family_caps/*'],
  },
  {
    quirk: '01 §2.1',
    why: 'an unknown guard, and a section that is no mapping, are errors of the configuration',
    file: 'policies.json',
    applies: ({ input: { explicit_overrides: overrides } }) =>
      Object.entries<Golden>(overrides ?? {}).some(
        ([guard, value]) =>
          !['spectral', 'rmt', 'variance', 'invariants'].includes(guard) || value !== Object(value),
      ),
  },
  {
    quirk: '03/Q14',
    why: 'the scope ffn+proj measures and checks the same modules, so a policy may have it',
    file: 'policies.json',
    applies: ({ input: { op, scope } }) => op === 'create_custom_spectral_policy' && scope === 'ffn+proj',
  },
  {
    quirk: '03 §1.3',
    why: 'no run reaches the presets, so there are none',
    file: 'policies.json',
    applies: ({ input: { op } }) => UNREACHED.includes(op),
  },
  {
    quirk: '03/Q24',
    why: 'no setting of the variance guard is dropped',
    file: 'policies.json',
    applies: ({ input: { op } }) => op === 'guard_overrides_from_config',
  },
  {
    quirk: '03/Q31',
    why: 'the resolved policy is the one that the guards used, not one put together afterwards',
    file: 'digests.json',
    applies: ({ input: { op } }) => op === 'build_resolved_policies',
  },
  {
    quirk: '03/Q30',
    why: 'one rule: without two usable metrics the overhead is not evaluated, and never passed',
    file: 'guard_overhead.json',
    applies: ({ input }) => !isComparable(input),
    fields: [
      '/validator',
      '/report_payload',
      '/certificate_passed',
      '/certificate_section/passed',
      '/certificate_section/checks',
      '/certificate_section/evaluated',
      '/certificate_section/overhead_ratio',
      '/certificate_section/overhead_percent',
      '/certificate_section/bare_ppl',
      '/certificate_section/guarded_ppl',
    ],
  },
  {
    quirk: '03 §7.3',
    why: 'another attempt is another, weaker edit; clipping alone does not make it one',
    file: 'calibration.json',
    applies: ({ input: { op } }) => op === 'adjust_edit_params',
  },
  {
    quirk: '03/Q2',
    why: "the flag follows the guard's own verdict, which a fatal violation decides too",
    file: 'guard_certificate_blocks.json',
    applies: ({ input }) => (entryIn(input, 'spectral')?.metrics.fatal_violations ?? 0) > 0,
    fields: ['/guard_validation_flags/spectral_stable'],
  },
  {
    quirk: '03/Q3',
    why: 'a guard that is not there has no flag that is true',
    file: 'guard_certificate_blocks.json',
    applies: () => true,
    fields: ['/guard_validation_flags/invariants_pass', '/guard_validation_flags/guard_overhead_acceptable'],
  },
  {
    quirk: '03/Q3',
    why: 'a guard that is not there has no flag that is true',
    file: 'guard_certificate_blocks.json',
    applies: ({ input }) => !entryIn(input, 'spectral'),
    fields: ['/guard_validation_flags/spectral_stable'],
  },
  {
    quirk: '03/Q3',
    why: 'a guard that is not there, or could not be prepared, is neither stable nor evaluated',
    file: 'guard_certificate_blocks.json',
    applies: ({ input }) => entryIn(input, 'rmt')?.metrics.prepared !== true,
    fields: ['/guard_validation_flags/rmt_stable', '/rmt/stable', '/rmt/status', '/rmt/evaluated'],
  },
  {
    quirk: '03/Q31',
    why: 'the block shows the settings that the guard used',
    file: 'guard_certificate_blocks.json',
    applies: ({ input }) => input.report.meta.auto.tier === 'balanced' && entryIn(input, 'spectral'),
    fields: ['/spectral/policy/correction_enabled', '/spectral/policy/max_spectral_norm'],
  },
  {
    quirk: '03/Q31',
    why: 'the block shows the settings that the guard used',
    file: 'guard_certificate_blocks.json',
    applies: ({ input }) => {
      const used = entryIn(input, 'spectral')?.metrics.sigma_quantile;
      const tier = tierNamed(input.report.meta.auto.tier) ?? 'balanced';
      return used !== undefined && used !== tierPolicies[tier].spectral.sigma_quantile;
    },
    fields: ['/spectral/sigma_quantile', '/spectral/summary/sigma_quantile'],
  },
  {
    quirk: '03 §7.4',
    why: 'no edit of ours, and no report that we read, has a map of ranks',
    file: 'structure.json',
    applies: ({ input }) => 'rank_map' in (input.report.edit?.deltas ?? {}),
  },
];

function entryIn({ report }: Golden, name: string): Golden {
  return report.guards.find((entry: Golden) => entry.name === name);
}

/** Functions of the reference that make policies and that no run of it calls. */
const UNREACHED = [
  'get_spectral_policy',
  'get_rmt_policy',
  'get_variance_policy',
  'policy_for_model_size',
  'check_drift',
  'enforce_validation_gate',
];

function capsOf({ explicit_overrides: overrides }: Golden): Golden[] {
  return Object.values(overrides?.spectral?.family_caps ?? {});
}

const USUAL_TAP = 'transformer.h.*.mlp.c_proj';
