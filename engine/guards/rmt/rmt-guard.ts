import { compareCodePoints } from '../../core/compare-code-points.ts';
import type { EstimatorSettings } from '../common/estimator-settings.ts';
import { type EpsilonViolation, epsilonViolations } from './epsilon-rule.ts';
import type { RmtPolicy } from './rmt-policy.ts';
import type { WindowSampling } from './sample-windows.ts';
import type { RmtScores } from './score-families.ts';

/** The guard's entry in a report. `passed` is null where nothing could be compared: not evaluated (Q3). */
export interface RmtOutcome {
  readonly passed: boolean | null;
  readonly action: 'continue' | 'warn' | 'abort';
  readonly metrics: RmtMetrics;
  readonly violations: readonly RmtViolation[];
}

interface RmtMetrics {
  readonly prepared: boolean;
  readonly stable: boolean;
  readonly edge_risk_by_family_base: Readonly<Record<string, number>>;
  readonly edge_risk_by_family: Readonly<Record<string, number>>;
  readonly epsilon_by_family: Readonly<Record<string, number>>;
  readonly epsilon_violations: readonly EpsilonViolation[];
  readonly measurement_contract: RmtContract;
}

type RmtViolation = { readonly severity: 'error'; readonly message: string } & (
  | ({ readonly type: 'epsilon_band' } & EpsilonViolation)
  | {
      readonly type: 'activation_missing' | 'non_finite_activation';
      readonly module: string;
      readonly edge_base: number;
    }
  | { readonly type: 'preparation' }
);

export interface RmtContract {
  readonly estimator: EstimatorSettings;
  readonly activation_sampling: { readonly windows: WindowSampling };
}

/**
 * Compares the activations of the subject with the baseline's (spec 03 §4.5, §4.6). A module that had a risk and has none
 * now, because it is missing or not finite, is a violation; the reference lets it pass (Q5).
 *
 * @example judgeRmt({ baseline, subject, policy, isRequired: profile === 'ci' }).passed
 */
export function judgeRmt({
  baseline,
  subject,
  policy,
  isRequired,
}: {
  readonly baseline: RmtScores;
  readonly subject: RmtScores;
  readonly policy: RmtPolicy;
  /** Under ci and release, and where the policy says so, having nothing to compare is a failure. */
  readonly isRequired: boolean;
}): RmtOutcome {
  const bands = { default: policy.epsilon_default, byFamily: policy.epsilon_by_family };
  const isPrepared = Object.keys(baseline.byModule).length > 0;
  const outside = epsilonViolations(baseline.byFamily, subject.byFamily, bands);
  const violations = isPrepared
    ? [...outside.map(asViolation), ...missing(baseline, subject)]
    : [unprepared()];
  const mustFail = isRequired || policy.activation_required;
  const passed = isPrepared ? violations.length === 0 : mustFail ? false : null;
  return {
    passed,
    action: passed === null ? 'warn' : passed ? 'continue' : 'abort',
    metrics: {
      prepared: isPrepared,
      stable: passed === true,
      edge_risk_by_family_base: baseline.byFamily,
      edge_risk_by_family: subject.byFamily,
      epsilon_by_family: policy.epsilon_by_family,
      epsilon_violations: outside,
      measurement_contract: rmtContract(policy),
    },
    violations,
  };
}

export function rmtContract({ estimator, sampling }: RmtPolicy): RmtContract {
  return { estimator, activation_sampling: { windows: sampling } };
}

function asViolation(violation: EpsilonViolation): RmtViolation {
  const { family, edge_base: before, edge_cur: after, allowed } = violation;
  const message = `The edge risk of ${family} is ${after.toFixed(4)}, above ${allowed.toFixed(4)}; the baseline has ${before.toFixed(4)}.`;
  return { type: 'epsilon_band', severity: 'error', ...violation, message };
}

/** One window suffices: the baseline's activations were finite in all of them. */
function missing(baseline: RmtScores, subject: RmtScores): RmtViolation[] {
  const broken = new Set(subject.nonFinite);
  return Object.entries(baseline.byModule)
    .filter(([module]) => broken.has(module) || subject.byModule[module] === undefined)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([module, before]) => ({
      type: broken.has(module) ? 'non_finite_activation' : 'activation_missing',
      severity: 'error',
      module,
      edge_base: before,
      message: broken.has(module)
        ? `${module} gives activations in the subject that are not finite.`
        : `${module} gives no activations in the subject.`,
    }));
}

function unprepared(): RmtViolation {
  const message = 'The baseline has no activations that could be compared.';
  return { type: 'preparation', severity: 'error', message };
}
