import { accuracyGate } from '../../../engine/policy/accuracy-gate.ts';
import { type Gate, pplGates } from '../../../engine/policy/gates.ts';
import { gateInputsOf, isAccuracy } from '../../fixtures/reference-gate-arguments.ts';
import { goldenNumber } from '../compare.ts';
import type { Golden } from '../parity-types.ts';

/**
 * Our decisions under the names of the reference's flags. A guard that did not run has no flag of ours; the reference writes
 * true, so here it counts as one that did not fail (spec 02 §7.4).
 */
export function gateFlags(args: Golden, env: Readonly<Record<string, string>>): Golden {
  const inputs = gateInputsOf(args, env);
  const all = pplGates(inputs);
  const decided = isAccuracy(args) ? all.map((gate) => accuracyInstead(gate, args, inputs)) : all;
  return {
    ...Object.fromEntries(decided.map(({ name, outcome }) => [name, outcome !== 'fail'])),
    ...(decided.some(({ hysteresisApplied }) => hysteresisApplied) ? { hysteresis_applied: true } : {}),
  };
}

/** The vectors give differences of accuracy in points already. */
function accuracyInstead(
  gate: Gate,
  args: Golden,
  { limits, metrics }: ReturnType<typeof gateInputsOf>,
): Gate {
  if (gate.name !== 'primary_metric_acceptable') return gate;
  const { ratio_vs_baseline: delta, n_final: examples } = args.primary_metric;
  const capacity = args.dataset_capacity ?? {};
  return accuracyGate({
    policy: metrics.accuracy,
    deltaPp: delta === undefined || delta === null ? null : goldenNumber(delta),
    examples: examples ?? undefined,
    available: capacity.examples_available ?? undefined,
    tinyRelax: limits.tinyRelax,
  });
}
