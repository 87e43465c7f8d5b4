import { type ProfileName, profileOverlays } from '../../engine/config/profile-overlays.ts';
import { isPointOnlyInReference, isUpperBoundInHysteresis } from '../fixtures/reference-gate-arguments.ts';
import type { Golden, SkipRule } from './parity-types.ts';
import { certificateMetricsSkips } from './skips-certificate-metrics.ts';
import { runFlowSkips } from './skips-run-flow.ts';
import { syntheticSkips } from './skips-synthetic.ts';

/** Where the evaluation differs from the reference's on purpose, and why (spec 02 §10). */
export const evaluationSkips: readonly SkipRule[] = [
  ...runFlowSkips,
  ...certificateMetricsSkips,
  ...syntheticSkips,
  {
    quirk: 'EQ-44',
    why: 'the gate looks at the quantile itself, where the reference looks at another one of the same rounded label',
    file: 'tail_stats.json',
    applies: ({ input }) => input.op === 'evaluate' && isShadowed(Number(input.policy?.quantile)),
    fields: ['/passed', '/warned', '/violations'],
  },
  {
    quirk: 'EQ-33',
    why: 'the provider can make any number of texts, not only as many as it has base texts',
    file: 'capacity_and_plan.json',
    applies: ({ defects }) => defects.includes('EQ-33'),
    fields: [
      '/capacity/total_tokens',
      '/capacity/available_nonoverlap',
      '/capacity/available_unique',
      '/capacity/candidate_unique',
      '/capacity/candidate_limit',
    ],
  },
  {
    quirk: 'EQ-17',
    why: 'padding is told by length; a real token may have the id of the padding',
    file: 'windows_providers.json',
    applies: ({ defects }) => defects.includes('EQ-17'),
    fields: ['/preview/attention_masks', '/final/attention_masks'],
  },
  {
    quirk: 'EQ-18',
    why: 'a row that cannot be tokenized leaves the places of the others as they are',
    file: 'windows_providers.json',
    applies: ({ defects }) => defects.includes('EQ-18'),
    fields: ['/preview/indices', '/final/indices'],
  },
  {
    quirk: 'EQ-15',
    why: 'a line that is no object is skipped, and the lines behind it are read',
    file: 'windows_providers.json',
    applies: ({ defects }) => defects.includes('EQ-15'),
  },
  {
    quirk: 'EQ-19',
    why: 'data without pairs has a code',
    file: 'windows_providers.json',
    applies: ({ defects }) => defects.includes('EQ-19'),
  },
  {
    quirk: 'decision: vision-text is not in 0.1.0',
    why: 'the provider is not there',
    file: 'windows_providers.json',
    applies: ({ input }) => String(input.provider).startsWith('vision_text'),
  },
  {
    quirk: 'EQ-43',
    why: 'the alias of accuracy can be compared, too',
    file: 'primary_metric.json',
    applies: ({ defects }) => defects.includes('EQ-43'),
  },
  {
    quirk: 'EQ-02',
    why: 'accuracy that nobody measured is not made up from the windows',
    file: 'primary_metric.json',
    applies: ({ defects }) => defects.includes('EQ-02'),
    fields: ['/preview', '/final', '/ratio_vs_baseline', '/invalid', '/degraded', '/degraded_reason'],
  },
  {
    quirk: 'EQ-05',
    why: 'the stated basis decides, point and interval, where the reference lets the point alone decide',
    file: 'gates.json',
    applies: ({ input }) => input.op === 'validation_flags' && isPointOnlyInReference(input.args),
    fields: ['/primary_metric_acceptable', '/hysteresis_applied'],
  },
  {
    quirk: 'EQ-46',
    why: 'an upper bound that only the hysteresis lets pass says so, too',
    file: 'gates.json',
    applies: ({ input }) => input.op === 'validation_flags' && isUpperBoundInHysteresis(input.args),
    fields: ['/hysteresis_applied'],
  },
  {
    quirk: 'CQ-18',
    why: 'that a model has experts is a fact and not a decision',
    file: 'gates.json',
    applies: ({ input }) => input.op === 'validation_flags' && !!input.args.moe,
    fields: ['/moe_observed', '/moe_identity_ok'],
  },
  {
    quirk: 'CQ-11',
    why: 'a metric without an interval keeps its basis',
    file: 'gates.json',
    applies: ({ input }) => input.op === 'confidence_label' && !input.certificate.primary_metric?.display_ci,
    fields: ['/basis'],
  },
  {
    quirk: 'decision: exit codes of certify',
    why: 'a baseline that cannot be used is unusable input, which exits with 2 in every profile that stops for nothing else',
    file: 'pairing_schedule.json',
    applies: ({ input }) => input.op === 'validate_and_harvest',
    fields: ['/exit_code'],
  },
  {
    quirk: 'EQ-08',
    why: 'a profile raises counts and never lowers them',
    file: 'gates.json',
    applies: ({ input }) => input.op === 'apply_profile' && asksForMore(input),
    fields: ['/dataset/preview_n', '/dataset/final_n', '/eval/bootstrap/replicates'],
  },
  {
    quirk: 'EQ-10',
    why: 'nothing is made up where there is no data or no usable window',
    file: 'evaluation_loop.json',
    applies: ({ input, defects }) => defects.includes('EQ-10') && hasNothingToScore(input),
  },
  {
    quirk: 'EQ-54',
    why: 'an overflow is infinite and does not end the evaluation',
    file: 'evaluation_loop.json',
    applies: ({ input, defects }) =>
      defects.includes('EQ-10') && input.losses.some((loss: Golden) => Number(loss) > 709),
  },
  {
    quirk: 'EQ-10',
    why: 'numbers that do not exist are null, where the reference puts a placeholder or the other arm',
    file: 'evaluation_loop.json',
    applies: ({ defects }) => defects.includes('EQ-10'),
    fields: [
      '/metrics/primary_metric/preview',
      '/metrics/primary_metric/final',
      '/metrics/primary_metric/degraded_reason',
      '/metrics/logloss_preview',
      '/metrics/logloss_final',
      '/metrics/logloss_delta',
      '/metrics/logloss_preview_ci',
      '/metrics/logloss_final_ci',
      '/metrics/logloss_delta_ci',
      '/metrics/paired_delta_summary/mean',
      '/metrics/paired_delta_summary/mean_unweighted',
      '/metrics/paired_delta_summary/mean_preview_weighted',
    ],
  },
  {
    quirk: 'EQ-11',
    why: 'a loss that is not finite keeps its place, so that the windows behind it pair with their own',
    file: 'evaluation_loop.json',
    applies: ({ defects }) => defects.includes('EQ-11'),
    fields: [
      '/metrics/logloss_delta_ci',
      '/metrics/paired_delta_summary',
      '/evaluation_windows/preview/logloss',
      '/evaluation_windows/final/logloss',
    ],
  },
  {
    quirk: 'CQ-03',
    why: 'windows are always recorded: without them nobody can compute the numbers again',
    file: 'evaluation_loop.json',
    applies: ({ input }) =>
      ['0', 'false', 'no'].includes(String(input.env?.INVARLOCK_STORE_EVAL_WINDOWS ?? '').toLowerCase()),
    fields: ['preview', 'final'].flatMap((arm) => [
      ...['input_ids', 'attention_masks', 'labels'].map((list) => `/evaluation_windows/${arm}/${list}`),
      `/metrics/window_pairing_${arm}`,
    ]),
  },
  {
    quirk: 'own implementation',
    why: 'the mean over tokens is the same; what computes it is named truly',
    file: 'evaluation_loop.json',
    applies: () => true,
    fields: ['/metrics/reduction/implementation'],
  },
];

function hasNothingToScore({ windows }: Golden): boolean {
  return !windows?.some(({ attention_mask: mask }: Golden) => !mask || mask.some((bit: number) => bit !== 0));
}

/** A configuration that asks for more windows or replicates than its profile brings. */
function asksForMore({ profile, config }: Golden): boolean {
  const { windowsPerArm = 0, replicates = 0 } = profileOverlays[profile as ProfileName] ?? {};
  const { dataset, eval: evaluation } = config;
  return (
    Math.max(dataset?.preview_n ?? 0, dataset?.final_n ?? 0) > windowsPerArm ||
    (evaluation?.bootstrap?.replicates ?? 0) > (replicates || Number.POSITIVE_INFINITY)
  );
}

/** A quantile whose label, in rounded percent, one of the four usual ones above it takes. */
function isShadowed(quantile: number): boolean {
  const label = (share: Golden) => Math.round(100 * share);
  return [0.5, 0.9, 0.95, 0.99].some((usual) => quantile < usual && label(quantile) === label(usual));
}
