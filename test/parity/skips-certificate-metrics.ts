import { isTruthy } from '../../engine/core/is-truthy.ts';
import { finiteNumber } from '../../engine/policy/finite-number.ts';
import { pplGates } from '../../engine/policy/gates.ts';
import { type GateLimits, gateLimits } from '../../engine/policy/limits.ts';
import { tierNamed, tierPolicies } from '../../engine/policy/tiers.ts';
import type { Interval } from '../../engine/report/run-report.ts';
import { goldenNumber } from './compare.ts';
import { certified } from './evaluation/certificate-metrics.ts';
import { acceptanceOf } from './evaluation/gates.ts';
import { asRecordedHere } from './evidence/make-certificate.ts';
import type { Golden, SkipRule } from './parity-types.ts';

/** Those of this file, and of the folder of certificates, which hold the same. */
export const certificateMetricsSkips: readonly SkipRule[] = rulesOf('certificate_metrics.json');

/** Certificates that ours refuses, and the reference makes; they have no manifest and no explanation either. */
const refusals = [
  'make-certificate',
  'manifest-expected.json',
  'explain-expected.json',
  'report-command-expected.json',
];

export const makeCertificateSkips: readonly SkipRule[] = [
  ...rulesOf('make-certificate'),
  ...refusals.flatMap(refusalRules),
  ...outcomeRules('make-certificate', ['/validation/primary_metric_acceptable', '/confidence/label']),
  ...outcomeRules('manifest-expected.json', ['/summary/overall_status']),
  ...outcomeRules('explain-expected.json', ['/metric']),
  {
    quirk: 'EQ-06',
    why: 'without final windows nothing can be compared, and so nothing is explained',
    file: 'explain-expected.json',
    applies: ({ input }) =>
      isReport(input.baseline) && hasLosses(input.subject) && measured(input.subject).length === 0,
  },
  {
    quirk: 'CQ-29',
    why: 'a guard that did not run counts neither as passed nor as failed',
    file: 'manifest-expected.json',
    applies: () => true,
    fields: ['/summary/gates_passed', '/summary/gates_total'],
  },
  {
    quirk: 'CQ-29',
    why: 'what guards of the reference decided is not in the reports, so it is not decided here',
    file: 'manifest-expected.json',
    applies: ({ input }) => hasFailedGuard(input),
    fields: ['/summary/overall_status'],
  },
  {
    quirk: 'CQ-35',
    why: 'pages about reports are this program’s own',
    file: 'report-markdown-expected.json',
    applies: () => true,
  },
];

function refusalRules(file: string): SkipRule[] {
  return [
    ...(file === 'make-certificate' ? [] : rulesOf(file).filter(({ fields }) => !fields)),
    {
      quirk: 'CQ-11',
      why: 'a baseline is the report of a run',
      file,
      applies: ({ input }) => isReport(input.baseline) && !Array.isArray(input.baseline.guards),
    },
    {
      quirk: 'CQ-13',
      why: 'the policy is what a run recorded as such, not pieces of the configuration of the Python tool',
      file,
      applies: ({ input }) =>
        isReport(input.baseline) &&
        !!input.subject.metrics?.primary_metric &&
        (!!input.subject.meta?.config?.guards?.metrics || !input.subject.meta?.auto?.tier),
    },
  ];
}

function outcomeRules(file: string, fields: readonly string[]): SkipRule[] {
  const rule = (quirk: string, why: string, applies: (input: Golden) => boolean): SkipRule => ({
    quirk,
    why,
    file,
    applies: ({ input }) => applies(input),
    fields,
  });
  return [
    rule(
      'CQ-10',
      'the stated basis decides, point and interval, where the reference lets the point alone decide',
      isPointOnly,
    ),
    rule(
      'CQ-14',
      'there is one ratio, from the windows, also where the report has none',
      ({ subject }) => finiteNumber(ratioOf(subject)) === undefined,
    ),
  ];
}

/** Where a certificate's metric and gates differ from the reference's on purpose, and why (spec 02 §10, spec 04 §9). */
function rulesOf(file: string): SkipRule[] {
  return [
    {
      quirk: 'EQ-02, EQ-03, EQ-04',
      why: 'accuracies of the reference are made up: its reports hold no answer of any example, and nothing is certified from them',
      file,
      applies: ({ input }) =>
        !/^ppl/u.test(input.subject.metrics?.primary_metric?.kind ?? 'ppl') || isClassification(input),
    },
    {
      quirk: '03/Q3',
      why: 'a guard whose verdict is not in the report has failed under ci and release, where the reference lets it pass',
      file,
      applies: ({ input }) => ['ci', 'release'].includes(input.subject.context?.profile),
      fields: ['/validation/invariants_pass', '/validation/spectral_stable', '/validation/rmt_stable'],
    },
    {
      quirk: 'EQ-06',
      why: 'without windows nothing can be compared, and no certificate is made',
      file,
      applies: ({ input }) =>
        isReport(input.baseline) && (!hasLosses(input.subject) || !hasLosses(input.baseline)),
    },
    {
      quirk: 'EQ-06',
      why: 'without pairs or replicates there is no interval against the baseline; the drift’s own is not shown as one',
      file,
      applies: ({ input, defects }) => defects.includes('EQ-06') || commonWindows(input) < 2,
      fields: [
        '/primary_metric/ci',
        '/primary_metric/display_ci',
        '/primary_metric/gating_basis',
        '/confidence/label',
        '/confidence/basis',
        '/confidence/width',
        '/validation/primary_metric_acceptable',
      ],
    },
    {
      quirk: 'CQ-12',
      why: 'the pairing says whether windows pair, not whether there is an interval; without pairs it is none',
      file,
      applies: ({ input, defects }) => commonWindows(input) < 2 || defects.includes('EQ-06'),
      fields: ['/window_stats/stats/pairing'],
    },
    {
      quirk: 'EQ-05',
      why: 'the stated basis decides, point and interval, where the reference lets the point alone decide',
      file,
      applies: ({ defects }) => defects.includes('EQ-05'),
      fields: ['/validation/primary_metric_acceptable'],
    },
    {
      quirk: 'EQ-11',
      why: 'a loss that is not finite keeps its place and makes its arm’s mean null; the other windows pair with their own',
      file,
      applies: ({ input }) => hasNonFinite(input.subject) || hasNonFinite(input.baseline),
      fields: [
        '/primary_metric/analysis_point_preview',
        '/primary_metric/analysis_point_final',
        '/primary_metric/ci',
        '/primary_metric/display_ci',
        '/confidence/width',
        '/confidence/label',
        '/window_stats/stats/pairing',
      ],
    },
    {
      quirk: 'EQ-10',
      why: 'the metric is computed from the windows, also where the report says that it had none',
      file,
      applies: ({ input }) => !!input.subject.metrics?.primary_metric?.invalid,
      fields: ['/primary_metric/preview', '/primary_metric/analysis_point_final'],
    },
    {
      quirk: 'CQ-14',
      why: 'there is one ratio, from the windows, so a report without one is not degraded by that',
      file,
      applies: ({ input }) =>
        finiteNumber(ratioOf(input.subject)) === undefined && !hasNonFinite(input.subject),
      fields: [
        '/primary_metric/degraded',
        '/primary_metric/degraded_reason',
        '/validation/primary_metric_acceptable',
        '/confidence/label',
      ],
    },
    {
      quirk: 'EQ-23',
      why: 'the telemetry has the masked tokens, too',
      file,
      applies: () => true,
      fields: ['total', 'preview', 'final'].map((part) => `/telemetry/masked_tokens_${part}`),
    },
    {
      quirk: 'own implementation',
      why: 'INVARLOCK_BOOTSTRAP_BCA counts when a run is configured, so the method that is recorded is the one that counts',
      file,
      applies: ({ input }) => input.env?.INVARLOCK_BOOTSTRAP_BCA !== undefined,
      fields: ['/window_stats/stats/bootstrap/method'],
    },
  ];
}

/** Only classification counts, from which the reference makes up a metric. */
function isClassification({ subject }: Golden): boolean {
  return !subject.metrics?.primary_metric?.kind && !!subject.metrics?.classification;
}

/** The gate with the interval and the least ratio decides otherwise than the point alone, by the input alone. */
function isPointOnly({ subject, baseline, env }: Golden): boolean {
  const metric = certified({ subject: asRecordedHere(subject, env), baseline, env }).value?.primary_metric;
  if (!metric) return false;
  const limits = gateLimits({
    tier: tierNamed(subject.meta.auto?.tier ?? '') ?? 'balanced',
    targetPmRatio: subject.meta.auto?.target_pm_ratio ?? null,
    acceptanceRange: acceptanceOf(subject, env),
    tinyRelax: isTruthy(env.INVARLOCK_TINY_RELAX),
  });
  const { ratio_vs_baseline: ratio, display_ci: interval } = metric;
  const stated = metricOutcome(limits, ratio, interval ?? undefined);
  return stated !== metricOutcome({ ...limits, ratioMin: undefined }, ratio, undefined);
}

function metricOutcome(limits: GateLimits, ratio: number | null, ratioInterval: Interval | undefined) {
  return pplGates({
    limits,
    metrics: tierPolicies[limits.tier].metrics,
    ratio,
    ratioInterval,
    drift: 1,
    tokens: { preview: undefined, final: undefined, coverageOk: true },
    tail: { evaluated: false, passed: true, mode: 'off', observed: null },
  }).find(({ name }) => name === 'primary_metric_acceptable')?.outcome;
}

/** A guard, an invariant or the overhead is recorded as failed, or the invariants of both runs differ. */
function hasFailedGuard({ subject, baseline }: Golden): boolean {
  const { guards = [], guard_overhead: overhead, metrics } = subject;
  const recorded = [...guards, overhead, ...Object.values<Golden>(metrics?.invariants ?? {})];
  if (recorded.some((result) => result === false || result?.passed === false)) return true;
  const [ours, theirs] = [invariantsOf(subject), invariantsOf(baseline)];
  return !!ours && !!theirs && JSON.stringify(ours) !== JSON.stringify(theirs);
}

function invariantsOf(report: Golden): Golden {
  const guards: readonly Golden[] = Array.isArray(report?.guards) ? report.guards : [];
  return guards.find(({ name }) => name === 'invariants')?.details?.current_checks;
}

function ratioOf(report: Golden): unknown {
  return goldenNumber(report.metrics?.primary_metric?.ratio_vs_baseline ?? Number.NaN);
}

function lossesOf(report: Golden, arm: 'preview' | 'final'): readonly Golden[] | undefined {
  return report?.evaluation_windows?.[arm]?.logloss;
}

function hasLosses(report: Golden): boolean {
  return lossesOf(report, 'preview') !== undefined && lossesOf(report, 'final') !== undefined;
}

function hasNonFinite(report: Golden): boolean {
  const losses = (['preview', 'final'] as const).flatMap((arm) => lossesOf(report, arm) ?? []);
  return losses.some((loss) => !Number.isFinite(goldenNumber(loss ?? Number.NaN)));
}

/** Final windows that both runs have measured. */
function commonWindows({ subject, baseline }: Golden): number {
  const ids = new Set(measured(baseline));
  return measured(subject).filter((id) => ids.has(id)).length;
}

function measured(report: Golden): readonly Golden[] {
  const losses = lossesOf(report, 'final') ?? [];
  const ids: readonly Golden[] = report?.evaluation_windows?.final?.window_ids ?? [];
  return ids.filter((_, at) => Number.isFinite(goldenNumber(losses[at] ?? Number.NaN)));
}

function isReport(document: Golden): boolean {
  return typeof document === 'object' && document !== null && !Array.isArray(document);
}
