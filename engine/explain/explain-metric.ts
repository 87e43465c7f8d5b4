import type { Evidence } from '../certificate/evaluate-evidence.ts';
import { recordedLimits, recordedMetricsPolicy, recordedTier } from '../certificate/recorded-policy.ts';
import { numberAt } from '../core/json-access.ts';
import { type Gate, tokenFloor } from '../policy/gates.ts';
import type { GateLimits } from '../policy/limits.ts';
import { tierPolicies } from '../policy/tiers.ts';
import { countText } from '../render/certificate-view-facts.ts';
import type { GateExplanation } from './explanation.ts';
import { capitalised, short } from './wording.ts';

/** The gate on the ratio against the baseline: point, interval, tokens (spec 02 §7.4). */
export function explainMetric(certificate: unknown, evidence: Evidence, gate: Gate): GateExplanation {
  const limits = recordedLimits(certificate);
  const tokens = tokenFacts(certificate);
  const failed = gate.outcome === 'fail';
  return {
    name: gate.name,
    title: 'Primary metric against the baseline',
    status: failed ? 'fail' : 'pass',
    value: valueText(certificate, gate),
    threshold: thresholdText(limits),
    source: sourceText(certificate, limits),
    why: [
      ...(failed || limits.tinyRelax ? gate.reasons.map(capitalised) : passReasons(gate)),
      ...(gate.hysteresisApplied && gate.measured !== null
        ? [`Only the hysteresis lets it pass: the limit itself is ${short(limits.ratioLimit)}.`]
        : []),
      ...(tokens.isShort || limits.tinyRelax
        ? []
        : [`${countText(tokens.total)} tokens were evaluated; the floor is ${countText(tokens.floor)}.`]),
    ],
    advice: failed ? advice(gate, limits, tokens, evidence) : [],
    measured: gate.measured,
    interval: gate.interval ?? null,
    limit: gate.limit ?? null,
  };
}

function valueText(certificate: unknown, { measured, interval }: Gate): string {
  if (measured === null) return 'not finite';
  const alpha = numberAt(certificate, 'dataset', 'windows', 'stats', 'bootstrap', 'alpha');
  const level = alpha === undefined ? '' : `${short(100 * (1 - alpha))} % `;
  const range = interval
    ? `${level}interval ${interval.map((bound) => `${bound.toFixed(4)}x`).join(' to ')}`
    : 'no interval: there are no paired windows';
  return `${measured.toFixed(4)}x (${range})`;
}

function thresholdText({ ratioLimit, ratioLimitWithHysteresis, ratioMin }: GateLimits): string {
  const hysteresis = Number((ratioLimitWithHysteresis - ratioLimit).toPrecision(6));
  const most = `at most ${short(ratioLimit)}x${hysteresis > 0 ? `, plus ${hysteresis} hysteresis` : ''}`;
  return ratioMin === undefined ? most : `at least ${short(ratioMin)}x and ${most}`;
}

/** In the order in which they override each other (spec 04 §2.6.1). */
function sourceText(certificate: unknown, { ratioLimit, tinyRelax }: GateLimits): string {
  if (tinyRelax) return 'the aggressive tier, because INVARLOCK_TINY_RELAX is on';
  const range = numberAt(certificate, 'primary_metric', 'acceptance_range', 'max');
  const base = range ?? recordedMetricsPolicy(certificate).pm_ratio.ratio_limit_base;
  if (ratioLimit < base) return 'auto.target_pm_ratio of the run';
  if (range !== undefined) return 'the acceptance range of the run (primary_metric.acceptance_range)';
  return `the ${recordedTier(certificate)} tier (pm_ratio.ratio_limit_base in the resolved policy)`;
}

function passReasons({ interval }: Gate): string[] {
  return [
    interval
      ? 'The ratio and the bounds of its interval are within the limit.'
      : 'The ratio is within the limit.',
  ];
}

interface TokenFacts {
  readonly total: number;
  readonly floor: number;
  readonly isShort: boolean;
}

function tokenFacts(certificate: unknown): TokenFacts {
  const count = (arm: string) => numberAt(certificate, 'telemetry', `${arm}_total_tokens`) ?? 0;
  const available = numberAt(certificate, 'dataset', 'windows', 'stats', 'tokens_available');
  const floor = tokenFloor(recordedMetricsPolicy(certificate), available === undefined ? {} : { available });
  const total = count('preview') + count('final');
  return { total, floor, isShort: total < floor };
}

function advice(gate: Gate, limits: GateLimits, tokens: TokenFacts, { comparison }: Evidence): string[] {
  const { measured, interval } = gate;
  const most = limits.ratioLimitWithHysteresis;
  const least = limits.ratioMin;
  if (measured === null) {
    return [
      'Look for NaN or infinite weights in the edited model, and run invarlock doctor on both model folders.',
    ];
  }
  const found: string[] = [];
  if (measured > most) {
    found.push(
      'The edit costs more than the limit allows: quantize with more bits or per channel, prune less, or leave sensitive layers out.',
      `If this loss is acceptable, say so in the config, where it is recorded: ${widerLimits(limits)}primary_metric.acceptance_range.max.`,
    );
  } else if (interval && interval[1] > most) {
    found.push(
      `The ratio is within the limit, but ${comparison.pairs} windows leave the interval too wide. Raise dataset.final_n to narrow it.`,
    );
  }
  if (least !== undefined && (measured < least || (interval && interval[0] < least))) {
    found.push(
      'The subject is better than the range expects: check that baseline and subject are not exchanged, and that the edit was not tuned on this data.',
    );
  }
  if (tokens.isShort) {
    found.push(
      `Evaluate ${countText(tokens.floor - tokens.total)} more tokens: raise dataset.preview_n and dataset.final_n, or seq_len and stride.`,
    );
  }
  return found;
}

/** The tiers that allow a larger ratio. */
function widerLimits({ ratioLimit }: GateLimits): string {
  const wider = Object.entries(tierPolicies).filter(
    ([, { metrics }]) => metrics.pm_ratio.ratio_limit_base > ratioLimit,
  );
  const names = wider.map(([name, { metrics }]) => `${name} (${short(metrics.pm_ratio.ratio_limit_base)})`);
  return names.length === 0 ? '' : `the tier ${names.join(' or ')}, or `;
}
