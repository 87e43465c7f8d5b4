import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { type ExplainOptions, explainCertificate } from '../../../engine/explain/explain-certificate.ts';
import type { GateExplanation } from '../../../engine/explain/explanation.ts';
import { explanationLines } from '../../../engine/explain/explanation-lines.ts';
import { type TierPolicy, tierPolicies } from '../../../engine/policy/tiers.ts';
import type { RunReport } from '../../../engine/report/run-report.ts';
import { type FixtureOptions, makeReports } from '../../fixtures/run-report.ts';

interface Case extends FixtureOptions {
  readonly meta?: Partial<RunReport['meta']>;
  readonly policy?: TierPolicy;
  readonly explain?: ExplainOptions;
}

function explain({ meta, policy, explain: options, ...fixture }: Case = {}) {
  const { baseline, subject } = makeReports(fixture);
  const { value, findings } = buildCertificate({
    baseline,
    subject: { ...subject, meta: { ...subject.meta, ...meta } },
    generatedAt: new Date(2025, 10, 2, 12),
    environment: {},
    toolVersion: '0.1.0',
    ...(policy && { policy }),
  });
  expect(value, JSON.stringify(findings)).toBeDefined();
  return explainCertificate(value, options)!;
}

function gate(input: Case, name: string): GateExplanation {
  return explain(input).gates.find((one) => one.name === name)!;
}

function tail(policy: Partial<TierPolicy['metrics']['pm_tail']>): TierPolicy {
  const { balanced } = tierPolicies;
  return {
    ...balanced,
    metrics: { ...balanced.metrics, pm_tail: { ...balanced.metrics.pm_tail, ...policy } },
  };
}

const METRIC = 'primary_metric_acceptable';
const DRIFT = 'preview_final_drift_acceptable';
const TAIL = 'primary_metric_tail_acceptable';

test.each<[string, Case, string, Partial<Record<'status' | 'threshold' | 'source', string>>, RegExp[]]>([
  [
    'a pass names limit, hysteresis, tier and tokens',
    {},
    METRIC,
    {
      status: 'pass',
      threshold: 'at most 1.10x, plus 0.002 hysteresis',
      source: expect.stringContaining('balanced tier'),
    },
    [/within the limit/u, /51,200 tokens were evaluated; the floor is 50,000/u],
  ],
  [
    'a ratio above the limit says how to lower it or allow it',
    { shift: 0.2 },
    METRIC,
    { status: 'fail' },
    [/The ratio is above 1\.102\./u, /more bits/u, /the tier aggressive \(1\.20\)/u],
  ],
  [
    'hysteresis is named when it decides',
    { shift: Math.log(1.1005) },
    METRIC,
    { status: 'pass' },
    [/Only the hysteresis/u],
  ],
  [
    'the acceptance range of the run is the threshold',
    { meta: { pm_acceptance_range: { min: 0.98, max: 1.01 } } },
    METRIC,
    {
      status: 'fail',
      threshold: 'at least 0.98x and at most 1.01x, plus 0.002 hysteresis',
      source: expect.stringContaining('acceptance range of the run'),
    },
    [/above 1\.012/u],
  ],
  [
    'a smaller target is the threshold',
    { meta: { auto: { enabled: true, tier: 'balanced', probes: 0, target_pm_ratio: 1.05 } } },
    METRIC,
    { threshold: 'at most 1.05x, plus 0.002 hysteresis', source: 'auto.target_pm_ratio of the run' },
    [],
  ],
  [
    'too few tokens say how many are missing',
    { windows: 100 },
    METRIC,
    { status: 'fail' },
    [/25600 tokens were evaluated, fewer than the floor of 50000/u, /Evaluate 24,400 more tokens/u],
  ],
  [
    'a subject that is better than the range expects',
    { shift: -0.1, meta: { pm_acceptance_range: { min: 0.98, max: 1.1 } } },
    METRIC,
    { status: 'fail' },
    [/below 0\.98/u, /not exchanged/u],
  ],
  [
    'a wide interval asks for more windows',
    { shift: Math.log(1.1015) },
    METRIC,
    { status: 'fail' },
    [/the upper bound of the interval is above/iu, /Raise dataset\.final_n/u],
  ],
  [
    'the default drift band',
    {},
    DRIFT,
    { status: 'pass', threshold: '0.95x to 1.05x', source: 'the default band' },
    [],
  ],
  [
    'the drift band of the run, not the fixed one',
    { drift: 0.1, meta: { pm_drift_band: { min: 0.9, max: 1.2 } } },
    DRIFT,
    { status: 'pass', threshold: '0.90x to 1.20x', source: expect.stringContaining('of the run') },
    [],
  ],
  [
    'a drift of the data',
    { drift: 0.1, explain: { baselineDrift: 1.1052 } },
    DRIFT,
    { status: 'fail' },
    [/outside 0\.95 to 1\.05/u, /The baseline drifts as well \(1\.1052x\)/u],
  ],
  [
    'a drift of the edit',
    { drift: 0.1, explain: { baselineDrift: 1.001 } },
    DRIFT,
    { status: 'fail' },
    [/The baseline does not drift/u],
  ],
  ['a drift of nobody knows what', { drift: 0.1 }, DRIFT, { status: 'fail' }, [/may be of different kinds/u]],
  [
    'a tail within its thresholds',
    {},
    TAIL,
    { status: 'pass', threshold: 'P95 at most 0.20, share at most 1.00, ε 0.0001' },
    [],
  ],
  [
    'a tail that warns names the worst windows',
    { policy: tail({ quantile_max: 0.01 }) },
    TAIL,
    { status: 'warn', threshold: expect.stringContaining('at most 0.01') },
    [/above 0\.01\./u, /does not decide/u, /window \d+ \(\+0\.0\d+\), window/u],
  ],
  [
    'a tail that fails',
    { policy: tail({ mode: 'fail', mass_max: 0.5 }) },
    TAIL,
    { status: 'fail' },
    [/100\.0 % of the windows lost more than ε, above 50\.0 %/u],
  ],
  ['a tail that is off', { policy: tail({ mode: 'off' }) }, TAIL, { status: 'not_evaluated' }, [/is off/u]],
  [
    'a tail of too few windows',
    { windows: 30 },
    TAIL,
    { status: 'not_evaluated' },
    [/30 paired windows, fewer than the 50/u],
  ],
  [
    'a tail without thresholds',
    { policy: tail({ quantile_max: null, mass_max: null }) },
    TAIL,
    { status: 'not_evaluated' },
    [/no threshold/u],
  ],
  ['a guard that did not run', {}, 'spectral', { status: 'not_evaluated' }, [/not among those of the run/u]],
])('%s', (_name, input, name, expected, sentences) => {
  const found = gate(input, name);
  expect(found).toMatchObject(expected);
  const text = [...found.why, ...found.advice].join(' ');
  for (const sentence of sentences) expect(text).toMatch(sentence);
});

test('a gate that passes asks for nothing', () => {
  expect(explain().gates.flatMap(({ advice }) => advice)).toEqual([]);
});

test('the lines name each gate once; quiet ones only what is wrong', () => {
  const explanation = explain({ shift: 0.2 });
  const lines = explanationLines(explanation);
  expect(lines[0]).toMatch(/^FAIL {2}The perplexity of/u);
  expect(lines.filter((line) => /^\S.*: (?:PASS|FAIL|WARN|NOT EVALUATED)$/u.test(line))).toHaveLength(
    explanation.gates.length,
  );
  const quiet = explanationLines(explanation, true).join('\n');
  expect(quiet).toContain('Primary metric against the baseline: FAIL');
  expect(quiet).not.toContain('Drift from preview');
});

test('a certificate without windows cannot be explained', () => {
  expect(explainCertificate({ primary_metric: { kind: 'ppl_causal' } })).toBeUndefined();
});
