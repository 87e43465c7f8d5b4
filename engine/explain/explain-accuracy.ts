import type { Evidence } from '../certificate/evaluate-evidence.ts';
import { recordedLimits, recordedMetricsPolicy, recordedTier } from '../certificate/recorded-policy.ts';
import { exampleFloor } from '../policy/accuracy-gate.ts';
import type { Gate } from '../policy/gates.ts';
import { tierPolicies } from '../policy/tiers.ts';
import { points } from '../render/accuracy-rows.ts';
import type { GateExplanation } from './explanation.ts';
import { capitalised } from './wording.ts';

/** The gate on an accuracy against the baseline's: difference, interval, examples (spec 02 §7.4). */
export function explainAccuracy(
  certificate: unknown,
  evidence: Evidence,
  gate: Gate,
  examples: { readonly preview: number; readonly final: number; readonly available: number | undefined },
): GateExplanation {
  const { accuracy: policy } = recordedMetricsPolicy(certificate);
  const { tinyRelax } = recordedLimits(certificate);
  const floor = exampleFloor(policy, examples.available ?? examples.preview + examples.final);
  const isShort = examples.final < floor;
  const failed = gate.outcome === 'fail';
  const { measured, interval } = gate;
  const range = interval ? `interval ${interval.map(points).join(' to ')}` : 'no interval';
  return {
    name: gate.name,
    title: 'Accuracy against the baseline',
    status: failed ? 'fail' : 'pass',
    value: measured === null ? 'not known' : `${points(measured)} (${range})`,
    threshold: `at least ${points(policy.delta_min_pp)}${policy.hysteresis_delta_pp > 0 ? `, less ${policy.hysteresis_delta_pp} hysteresis` : ''}`,
    source: tinyRelax
      ? 'the aggressive tier, because INVARLOCK_TINY_RELAX is on'
      : `the ${recordedTier(certificate)} tier (accuracy.delta_min_pp in the resolved policy)`,
    why: [
      ...(failed || tinyRelax
        ? gate.reasons.map(capitalised)
        : ['The difference and the lower bound of its interval are within the limit.']),
      ...changes(evidence),
      ...(gate.hysteresisApplied
        ? [`Only the hysteresis lets it pass: the limit itself is ${points(policy.delta_min_pp)}.`]
        : []),
      ...(isShort ? [] : [`${examples.final} examples were answered; the floor is ${floor}.`]),
    ],
    advice: failed ? advice(gate, policy.delta_min_pp, isShort ? floor : undefined) : [],
    measured,
    interval: interval ?? null,
    limit: gate.limit ?? null,
  };
}

function changes({ accuracy }: Evidence): string[] {
  if (!accuracy || accuracy.pairs === 0) return [];
  const { lost, gained, pValue, pairs } = accuracy;
  return [
    `Of ${pairs} examples ${lost} were right before and are wrong now, ${gained} the other way round (McNemar's exact test: p = ${pValue.toFixed(4)}).`,
  ];
}

function advice({ measured, interval }: Gate, least: number, floor: number | undefined): string[] {
  if (measured === null) {
    return [
      'Look for NaN or infinite weights in the edited model, and run invarlock doctor on both model folders.',
    ];
  }
  const found: string[] = [];
  if (measured < least) {
    found.push(
      `The edit costs more answers than the limit allows: quantize with more bits or per channel, prune less, or leave sensitive layers out${widerTiers(least)}.`,
    );
  } else if (interval && interval[0] < least) {
    found.push(
      'The difference is within the limit, but the examples leave the interval too wide. Raise dataset.final_n and give more labelled rows to narrow it.',
    );
  }
  if (floor !== undefined)
    found.push(`Raise dataset.preview_n and dataset.final_n to ${floor}, or give more labelled rows.`);
  return found;
}

/** The tiers that allow a larger loss. */
function widerTiers(least: number): string {
  const wider = Object.entries(tierPolicies).filter(
    ([, { metrics }]) => metrics.accuracy.delta_min_pp < least,
  );
  const names = wider.map(([name, { metrics }]) => `${name} (${points(metrics.accuracy.delta_min_pp)})`);
  return names.length === 0 ? '' : `; or choose the tier ${names.join(' or ')}`;
}
