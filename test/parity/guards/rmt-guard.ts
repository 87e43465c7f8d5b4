import { budgetOf } from '../../../engine/guards/common/estimator-settings.ts';
import { edgeRisk } from '../../../engine/guards/rmt/edge-risk.ts';
import { isRmtModule, rmtFamilies, rmtFamily } from '../../../engine/guards/rmt/rmt-families.ts';
import { judgeRmt, rmtContract } from '../../../engine/guards/rmt/rmt-guard.ts';
import { type RmtPolicy, rmtPolicy } from '../../../engine/guards/rmt/rmt-policy.ts';
import { sampledWindows, windowWeight } from '../../../engine/guards/rmt/sample-windows.ts';
import { type RmtScores, scoreFamilies } from '../../../engine/guards/rmt/score-families.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { tensorValues } from './golden-tensor.ts';
import { withoutMessages } from './without-messages.ts';

/** Spec 03 §4: scores in the reference's families and hooks, the decision in ours. */
export const rmtGuard = goldenCases(
  (input, expected) => {
    const { value: policy, findings } = policyOf(input);
    if (!policy || 'raises' in expected) {
      const refused = findings.some(({ pointer }) => pointer === '/guards/rmt/epsilon');
      return refused ? withoutMessages(expected) : { findings };
    }
    const baseline = scores(input, policy, input.activations_base);
    const subject = scores(input, policy, subjectActivations(input));
    const isRequired = ['ci', 'release'].includes(input.profile ?? '') || policy.activation_required;
    const outcome = judgeRmt({ baseline, subject, policy, isRequired });
    const { prepared } = outcome.metrics;
    const { q, deadband, margin, correct, epsilon_default, epsilon_by_family } = policy;
    return {
      prepare: {
        ready: prepared,
        baseline_metrics: prepared
          ? { edge_risk_by_family: baseline.byFamily, measurement_contract: rmtContract(policy) }
          : {},
        policy_applied: input.policy,
        ...(prepared ? {} : { error: 'unavailable' }),
      },
      baseline_edge_risk_by_module: baseline.byModule,
      validate: withoutMessages({
        ...outcome,
        metrics: prepared ? outcome.metrics : { prepared },
        violations: outcome.violations.map(({ severity: _, type, ...violation }: Golden) =>
          type === 'epsilon_band' ? violation : { type, ...violation },
        ),
      }),
      edge_risk_by_module: prepared ? subject.byModule : {},
      policy_snapshot: { q, deadband, margin, correct, epsilon_default, epsilon_by_family },
    };
  },
  { tolerance: { relative: 5e-5 }, expected: comparable },
);

/** A policy that is only handed to `prepare` meets the constructor's ε of each family; a run assigns it first. */
function policyOf({ policy, policy_set_as_attributes_first: isAssigned }: Golden) {
  const built = Object.fromEntries(rmtFamilies.map((family) => [family, 0.1]));
  return rmtPolicy(
    isAssigned ? policy : { ...policy, epsilon_by_family: { ...built, ...policy.epsilon_by_family } },
  );
}

/** Whether the reference has nothing to compare with. */
export function lacksBaseline(input: Golden): boolean {
  const { value: policy } = policyOf(input);
  return !!policy && Object.keys(scores(input, policy, input.activations_base).byModule).length === 0;
}

/** Whether a module that the baseline has gives nothing in the subject. */
export function losesModules(input: Golden): boolean {
  const { value: policy } = policyOf(input);
  if (!policy) return false;
  const after = scores(input, policy, subjectActivations(input)).byModule;
  const before = scores(input, policy, input.activations_base).byModule;
  return Object.keys(before).some((module) => after[module] === undefined);
}

function subjectActivations({ activations_base: base, activations_subject: subject }: Golden): Golden {
  return typeof subject === 'string' ? base : subject;
}

function scores(input: Golden, policy: RmtPolicy, activations: Golden): RmtScores {
  const { modules, window_count_available: available, attention_masks: masks } = input;
  const classes = new Map<string, string>(
    modules.map(({ name, class: className }: Golden) => [name, className]),
  );
  const reference = { reference: true };
  const hooked = [...classes].filter(([path, className]) => isRmtModule(path, className, reference));
  const sampled = input.calibration_data_given ? sampledWindows(available, policy.sampling) : [];
  const windows = sampled.map((index) => ({
    weight: windowWeight(masks?.[index]?.length ?? 0, masks?.[index]),
    risks: Object.fromEntries(hooked.map(([path]) => [path, [riskOf(activations[path]?.[index], policy)]])),
  }));
  return scoreFamilies(windows, (path) => rmtFamily(path, classes.get(path) ?? '', reference));
}

function riskOf(tensor: Golden, policy: RmtPolicy): number | undefined {
  if (!tensor) return undefined;
  const values = tensorValues(tensor);
  if (!(values instanceof Float32Array)) throw new Error('activations are float32');
  return edgeRisk(tensor.shape, values, budgetOf(policy.estimator))?.risk;
}

/** Violations that the reference wrote as Python's text become objects; texts for people go. */
function comparable(expected: Golden): Golden {
  if ('raises' in expected) return withoutMessages(expected);
  const { prepare, validate } = expected;
  const violations = validate.violations.map((violation: Golden) => {
    if (typeof violation !== 'string') return violation;
    const { type } = /'type': '(?<type>\w+)'/u.exec(violation)?.groups ?? {};
    return { type };
  });
  return withoutMessages({
    ...expected,
    prepare: { ...prepare, ...(prepare.error === undefined ? {} : { error: 'unavailable' }) },
    validate: { ...validate, violations },
  });
}
