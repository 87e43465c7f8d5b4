import { expect, test } from 'vitest';
import { allGatesPass, type Gate, type GateInputs, pplGates } from '../../../engine/policy/gates.ts';
import type { GuardFacts } from '../../../engine/policy/guard-gates.ts';
import { gateLimits } from '../../../engine/policy/limits.ts';
import { tierNamed, tierPolicies } from '../../../engine/policy/tiers.ts';
import { golden, goldenCases } from '../../fixtures/golden-cases.ts';

const cases = goldenCases('evaluation/gates').filter(({ input }) => input.op === 'validation_flags');
const pplKinds = ['ppl_causal', 'ppl_mlm', 'ppl_seq2seq'];

// Skipped by input: accuracy, which no run of this version measures (EQ-02), and a ratio that does not exist under
// INVARLOCK_TINY_RELAX, which the reference accepts and this gate does not: nothing was measured.
const used = cases.filter(({ input: { args, env } }) => {
  const accuracy = String(args.primary_metric?.kind ?? '').endsWith('accuracy');
  return !accuracy && !(env.INVARLOCK_TINY_RELAX && args.ppl.ratio_vs_baseline === 'NaN');
});

test.each(used.map((c) => [c.name, c] as const))('%s', (_, { input, expected }) => {
  const gates = pplGates(inputsOf(input.args, input.env));
  const flags = Object.fromEntries(gates.map(({ name, outcome }) => [name, outcome !== 'fail']));
  const { hysteresis_applied = false, moe_observed, moe_identity_ok, ...decisions } = expected;
  expect(flags).toEqual(decisions);
  expect(gates.some((gate) => gate.hysteresisApplied)).toBe(hysteresis_applied);
  for (const { outcome, reasons } of gates) expect(outcome === 'pass' || reasons.length > 0).toBe(true);
});

const passing: GateInputs = {
  limits: gateLimits({ tier: 'balanced' }),
  metrics: tierPolicies.balanced.metrics,
  ratio: 1.05,
  ratioInterval: [1.04, 1.06],
  drift: 1,
  tokens: { preview: 30_000, final: 30_000, coverageOk: true },
  tail: { evaluated: true, passed: true, mode: 'warn', observed: 0.1 },
};

// The stated basis decides, where the reference looks at the point alone (EQ-05).
test.each<[string, Partial<GateInputs>, Gate['outcome'], string]>([
  ['all is well', {}, 'pass', ''],
  [
    'the upper bound is over the limit',
    { ratioInterval: [1, 1.2] },
    'fail',
    'the upper bound of the interval',
  ],
  ['the upper bound is within the hysteresis', { ratioInterval: [1, 1.1015] }, 'pass', ''],
  [
    'the upper bound is not a number',
    { ratioInterval: [1, Number.NaN] },
    'fail',
    'the upper bound of the interval',
  ],
  ['there is no interval', { ratioInterval: undefined }, 'pass', ''],
  ['the point is over the limit', { ratio: 1.2 }, 'fail', 'the ratio is above'],
  ['the ratio does not exist', { ratio: null }, 'fail', 'not finite'],
  ['the point is below the range', { limits: ranged(1.06, 1.1) }, 'fail', 'the ratio is below'],
  [
    'the lower bound is below the range',
    { limits: ranged(1.045, 1.1) },
    'fail',
    'the lower bound of the interval',
  ],
  ['there are too few tokens', { tokens: { preview: 10, final: 10, coverageOk: true } }, 'fail', '20 tokens'],
])('the primary metric when %s', (_, change, outcome, reason) => {
  const gates = pplGates({ ...passing, ...change });
  expect(gates[0]).toMatchObject({ name: 'primary_metric_acceptable', outcome });
  expect(gates[0]?.reasons.join('; ')).toContain(reason);
  expect(allGatesPass(gates)).toBe(outcome === 'pass');
});

test('guards that did not run are not evaluated, and do not fail the run', () => {
  const gates = pplGates(passing);
  const outcomes = gates.map(({ name, outcome }) => `${name}: ${outcome}`);
  expect(outcomes).toEqual([
    'primary_metric_acceptable: pass',
    'preview_final_drift_acceptable: pass',
    'primary_metric_tail_acceptable: pass',
    'invariants_pass: not_evaluated',
    'spectral_stable: not_evaluated',
    'rmt_stable: not_evaluated',
    'guard_overhead_acceptable: not_evaluated',
  ]);
  expect(allGatesPass(gates)).toBe(true);
});

test('a waived drift says so', () => {
  const gates = pplGates({ ...passing, drift: 2, limits: gateLimits({ tier: 'balanced', tinyRelax: true }) });
  expect(gates[1]).toMatchObject({
    outcome: 'pass',
    reasons: [expect.stringContaining('outside'), 'waived by INVARLOCK_TINY_RELAX'],
  });
});

function ranged(min: number, max: number) {
  return gateLimits({ tier: 'balanced', acceptanceRange: { min, max } });
}

// biome-ignore lint/suspicious/noExplicitAny: the golden arguments have many shapes.
function inputsOf(args: any, env: Readonly<Record<string, string>>): GateInputs {
  const tier = tierNamed(args.tier) ?? 'balanced';
  const { metrics, spectral } = tierPolicies[tier];
  const limits = gateLimits({
    tier,
    targetPmRatio: args.target_ratio ?? null,
    acceptanceRange: rangeOf(args.pm_acceptance_range),
    driftBand: args.pm_drift_band,
    tinyRelax: env.INVARLOCK_TINY_RELAX !== undefined,
  });
  const isPpl = pplKinds.includes(args.primary_metric?.kind);
  const own = isPpl ? golden(args.primary_metric.ratio_vs_baseline) : Number.NaN;
  const { _ppl_metrics: totals, pm_tail: tail, dataset_capacity: capacity } = args;
  const coverage = totals?.bootstrap?.coverage;
  const covered = (arm: { used: number; required: number; ok: boolean } | undefined) =>
    !!arm && (arm.ok || arm.used >= arm.required);
  return {
    limits,
    metrics,
    ratio: Number.isFinite(own) ? own : golden(args.ppl.ratio_vs_baseline),
    ratioInterval: args.ppl.ratio_ci ?? undefined,
    drift: golden(args.ppl.preview_final_ratio),
    tokens: {
      preview: known(totals?.preview_total_tokens),
      final: known(totals?.final_total_tokens),
      ...(capacity?.tokens_available ? { available: capacity.tokens_available } : {}),
      coverageOk: covered(coverage?.preview) && covered(coverage?.final),
    },
    tail: {
      evaluated: !!tail?.evaluated,
      passed: !!tail?.passed,
      mode: String(tail?.mode ?? 'warn')
        .trim()
        .toLowerCase(),
      observed: null,
    },
    guards: guardsOf(args),
    maxCaps: Number(spectral.max_caps),
    // Only where the reference has a metric of its own does it leave the interval aside.
    reference: isPpl,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function guardsOf({ invariants, spectral, rmt, guard_overhead: overhead }: any): GuardFacts {
  return {
    invariants,
    rmt,
    spectral: {
      capsApplied: spectral.caps_applied,
      ...(spectral.max_caps ? { maxCaps: spectral.max_caps } : {}),
    },
    ...(overhead ? { overhead: overheadOf(overhead) } : {}),
  };
}

function overheadOf(overhead: { passed?: boolean; overhead_ratio?: unknown; overhead_threshold?: number }) {
  return {
    ...(overhead.passed === undefined ? {} : { passed: overhead.passed }),
    ...(overhead.overhead_ratio === undefined ? {} : { ratio: golden(overhead.overhead_ratio) }),
    ...(overhead.overhead_threshold === undefined ? {} : { threshold: overhead.overhead_threshold }),
  };
}

/** The reference's function takes one bound alone; configuration always gives both. */
function rangeOf(range: { min?: unknown; max?: unknown } | undefined) {
  const max = golden(range?.max);
  return range && Number.isFinite(max) ? { min: golden(range.min), max } : undefined;
}

function known(total: unknown): number | undefined {
  const number = total === null || total === undefined ? Number.NaN : golden(total);
  return Number.isFinite(number) ? number : undefined;
}
