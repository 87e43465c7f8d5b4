import type { Evidence } from '../certificate/evaluate-evidence.ts';
import { recordedMetricsPolicy } from '../certificate/recorded-policy.ts';
import type { IdentifiedLoss } from '../metrics/paired-baseline.ts';
import type { Gate } from '../policy/gates.ts';
import type { GateExplanation } from './explanation.ts';
import { capitalised, short } from './wording.ts';

const WORST_WINDOWS = 3;

/** The gate on the worst windows (spec 02 §7.2). In mode warn a violation is shown and does not decide. */
export function explainTail(
  certificate: unknown,
  { tail, accuracy }: Evidence,
  gate: Gate,
  windows: { readonly final: readonly IdentifiedLoss[]; readonly baselineFinal: readonly IdentifiedLoss[] },
): GateExplanation {
  const policy = recordedMetricsPolicy(certificate).pm_tail;
  const label = `P${Math.round(100 * policy.quantile)}`;
  const violated = tail.evaluated && !tail.passed;
  const quantile = gate.measured === null ? 'no paired window' : `${label} ${gate.measured.toFixed(4)}`;
  return {
    name: gate.name,
    title: 'Tail of the log-loss differences',
    status: !tail.evaluated ? 'not_evaluated' : !violated ? 'pass' : tail.mode === 'fail' ? 'fail' : 'warn',
    value: `${quantile}, share above ε ${tail.stats.tail_mass.toFixed(4)}`,
    threshold: [
      `${label} ${policy.quantile_max === null ? 'any' : `at most ${short(policy.quantile_max)}`}`,
      `share ${policy.mass_max === null ? 'any' : `at most ${short(policy.mass_max)}`}`,
      `ε ${policy.epsilon}`,
    ].join(', '),
    source: `pm_tail of the resolved policy, mode ${policy.mode}`,
    why: accuracy
      ? ['The tail is about the log-losses of perplexity kinds.']
      : tail.evaluated
        ? decidedReasons(tail, label)
        : undecidedReasons(tail, policy),
    advice: violated ? [`Look at the windows that lost most: ${worstText(windows)}.`] : [],
    measured: gate.measured,
    interval: null,
    limit: gate.limit ?? null,
  };
}

function decidedReasons(tail: Evidence['tail'], label: string): string[] {
  if (tail.passed) return ['No part of the tail is above its threshold.'];
  const found = tail.violations.map((violation) =>
    violation.type === 'quantile_max_exceeded'
      ? `${label} of the differences is ${violation.observed.toFixed(4)}, above ${short(violation.threshold)}.`
      : `${(100 * violation.observed).toFixed(1)} % of the windows lost more than ε, above ${(100 * violation.threshold).toFixed(1)} %.`,
  );
  return tail.mode === 'fail' ? found : [...found, 'The mode is warn: it is shown and does not decide.'];
}

function undecidedReasons(
  { stats, mode }: Evidence['tail'],
  policy: { readonly min_windows: number },
): string[] {
  if (mode === 'off') return [capitalised('the tail policy is off')];
  if (stats.n < policy.min_windows)
    return [
      `There are ${stats.n} paired windows, fewer than the ${policy.min_windows} that the policy asks for.`,
    ];
  return ['The policy has no threshold for the tail.'];
}

function worstText({
  final,
  baselineFinal,
}: {
  readonly final: readonly IdentifiedLoss[];
  readonly baselineFinal: readonly IdentifiedLoss[];
}): string {
  const baseline = new Map(baselineFinal.map(({ id, loss }) => [id, loss]));
  const worst = final
    .flatMap(({ id, loss }) => {
      const before = baseline.get(id);
      return typeof loss === 'number' && typeof before === 'number' ? [{ id, delta: loss - before }] : [];
    })
    .sort((a, b) => b.delta - a.delta || a.id - b.id)
    .slice(0, WORST_WINDOWS);
  return worst.map(({ id, delta }) => `window ${id} (+${delta.toFixed(4)})`).join(', ');
}
