import { finiteNumber } from '../../engine/policy/finite-number.ts';
import { goldenNumber } from './compare.ts';
import type { Golden, SkipRule } from './parity-types.ts';

const file = 'certificate_metrics.json';

/** Where a certificate's metric and gates differ from the reference's on purpose, and why (spec 02 §10, spec 04 §11). */
export const certificateMetricsSkips: readonly SkipRule[] = [
  {
    quirk: 'EQ-02, EQ-03, EQ-04',
    why: 'accuracy is not measured, so no certificate is made of it',
    file,
    applies: ({ input }) => !String(input.subject.metrics.primary_metric?.kind).startsWith('ppl'),
  },
  {
    quirk: 'EQ-06',
    why: 'without windows nothing can be compared, and no certificate is made',
    file,
    applies: ({ input }) => !hasLosses(input.subject) || !hasLosses(input.baseline),
  },
  {
    quirk: 'EQ-06',
    why: 'without pairs or replicates there is no interval against the baseline; the drift’s own is not shown as one',
    file,
    applies: ({ defects }) => defects.includes('EQ-06'),
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
    quirk: 'own computation',
    why: 'the ratio is computed from the windows, so a report without one is not degraded by that',
    file,
    applies: ({ input }) => finiteNumber(ratioOf(input.subject)) === undefined,
    fields: ['/primary_metric/degraded', '/primary_metric/degraded_reason'],
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

function ratioOf(report: Golden): unknown {
  return goldenNumber(report.metrics.primary_metric?.ratio_vs_baseline ?? Number.NaN);
}

function lossesOf(report: Golden, arm: 'preview' | 'final'): readonly Golden[] | undefined {
  return report.evaluation_windows?.[arm]?.logloss;
}

function hasLosses(report: Golden): boolean {
  return lossesOf(report, 'preview') !== undefined && lossesOf(report, 'final') !== undefined;
}

function hasNonFinite(report: Golden): boolean {
  const losses = (['preview', 'final'] as const).flatMap((arm) => lossesOf(report, arm) ?? []);
  return losses.some((loss) => !Number.isFinite(goldenNumber(loss ?? Number.NaN)));
}

/** Final windows that both runs have. */
function commonWindows({ subject, baseline }: Golden): number {
  const ids = new Set(baseline.evaluation_windows?.final?.window_ids ?? []);
  return (subject.evaluation_windows?.final?.window_ids ?? []).filter((id: Golden) => ids.has(id)).length;
}
