import { abGate } from '../../../engine/guards/variance/ab-gate.ts';
import { predictiveGate, settledPredictive } from '../../../engine/guards/variance/predictive-gate.ts';
import { variancePolicy } from '../../../engine/guards/variance/variance-policy.ts';
import type { Interval } from '../../../engine/report/run-report.ts';
import { goldenNumbers } from '../compare.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** Spec 03 §5.8. The code of a reason is compared; its text is for people. */
export const varianceGates = goldenCases(byOperation({ predictive_gate: predictive, ab_gate: ab }), {
  tolerance: { relative: 1e-9 },
  expected: ({ predictive_state_before_gate: _, ...expected }) =>
    'reason_code' in expected ? { ...expected, reason: undefined } : expected,
});

function predictive({ mean_delta: meanDelta, delta_ci: bounds, min_effect, one_sided }: Golden): Golden {
  const [low, high] = goldenNumbers(bounds ?? []);
  const interval: Interval | undefined = low === undefined || high === undefined ? undefined : [low, high];
  const reason = predictiveGate({ meanDelta, interval, minimumEffect: min_effect, oneSided: one_sided });
  return { passed: reason === 'ci_gain_met', reason };
}

function ab({ policy: raw, ppl_no_ve: without, ppl_with_ve: withScales, ...input }: Golden): Golden {
  // A guard that is only constructed does not read this key (spec 03 §5.1).
  const { absolute_floor_ppl: _, ...read } = raw;
  const { value: policy } = variancePolicy(read);
  if (!policy) throw new Error('the policy cannot be used');
  const gain = (without - withScales) / Math.max(without, 1e-9);
  const nothing = { delta_ci: [null, null], gain_ci: [null, null], mean_delta: null } as const;
  const forced = input.predictive_state_forced;
  const state = settledPredictive(forced ? { ...forced, ...nothing } : undefined, input.ratio_ci);
  // Without a minimal effect in the policy the reference does not ask for one.
  const limits = { ...policy, min_effect_lognll: raw.min_effect_lognll ?? null };
  const result = { gain, pplWithout: without, pplWith: withScales, ratioInterval: input.ratio_ci };
  const reason = abGate(result, limits, state.passed);
  return {
    ab_gain: gain,
    should_enable: reason === 'criteria_met',
    reason_code: reason,
    predictive_gate_after: state,
  };
}
