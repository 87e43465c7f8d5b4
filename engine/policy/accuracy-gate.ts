import type { Interval } from '../report/run-report.ts';
import { DEFAULT_MAX_CAPS, driftGate, type Gate, type GateInputs } from './gates.ts';
import { guardGates } from './guard-gates.ts';
import type { MetricsPolicy } from './tiers.ts';

export interface AccuracyInputs {
  readonly policy: MetricsPolicy['accuracy'];
  /** Subject − baseline in percentage points (spec 02 EQ-03); null when it could not be computed. */
  readonly deltaPp: number | null;
  /** Paired interval of that difference, in points; absent when there is none. */
  readonly interval?: Interval | undefined;
  /** Examples of the final arm; undefined when nobody counted them. */
  readonly examples: number | undefined;
  /** Examples that the data could give, when known. */
  readonly available?: number | undefined;
  readonly tinyRelax: boolean;
}

/**
 * The gate of an accuracy (spec 02 §7.4): it must not fall by more than the tier allows, on enough examples. Where there is an
 * interval its lower bound counts as well, because that is the basis that the metric states.
 */
export function accuracyGate(inputs: AccuracyInputs): Gate {
  const { policy, deltaPp, interval, tinyRelax } = inputs;
  const least = policy.delta_min_pp - Math.max(0, policy.hysteresis_delta_pp);
  const isMeasured = deltaPp !== null && Number.isFinite(deltaPp);
  const reasons: string[] = [];
  if (!isMeasured) reasons.push('the difference from the baseline is not finite');
  else if (deltaPp < least) reasons.push(`the accuracy fell by more than ${-least} percentage points`);
  if (interval && !(interval[0] >= least)) {
    reasons.push(`the lower bound of the interval is below ${least} percentage points`);
  }
  const floor = exampleFloor(policy, inputs.available);
  const { examples } = inputs;
  if (!tinyRelax && examples !== undefined && examples < floor) {
    reasons.push(`${examples} examples were evaluated, fewer than the floor of ${floor}`);
  }
  const waived = tinyRelax && !isMeasured;
  const passed = reasons.length === 0 || waived;
  const isWithinHysteresis = passed && isMeasured && deltaPp < policy.delta_min_pp;
  return {
    name: 'primary_metric_acceptable',
    outcome: passed ? 'pass' : 'fail',
    measured: isMeasured ? deltaPp : null,
    ...(interval ? { interval } : {}),
    limit: { min: least },
    basis: interval ? 'lower' : 'point',
    reasons: waived ? [...reasons, 'waived by INVARLOCK_TINY_RELAX'] : reasons,
    ...(isWithinHysteresis ? { hysteresisApplied: true } : {}),
  };
}

/** The gates of an accuracy, in the order of `pplGates`. */
export function accuracyGates(
  inputs: Omit<AccuracyInputs, 'tinyRelax'> &
    Pick<GateInputs, 'limits' | 'metrics' | 'drift' | 'guards' | 'maxCaps'>,
): readonly Gate[] {
  const { guards = {}, maxCaps = DEFAULT_MAX_CAPS, limits, metrics } = inputs;
  const { tinyRelax } = limits;
  return [
    accuracyGate({ ...inputs, tinyRelax }),
    driftGate(inputs),
    {
      name: 'primary_metric_tail_acceptable',
      outcome: 'not_evaluated',
      measured: null,
      basis: `p${Math.round(100 * metrics.pm_tail.quantile)}`,
      reasons: ['the tail is about the log-losses of perplexity kinds'],
    },
    ...guardGates(guards, { maxCaps, tinyRelax }),
  ];
}

/** The fewest examples that count (spec 02 §7.4). */
export function exampleFloor(policy: MetricsPolicy['accuracy'], available: number | undefined): number {
  const share = available === undefined ? 0 : Math.ceil(available * policy.min_examples_fraction);
  return Math.max(policy.min_examples, share);
}
