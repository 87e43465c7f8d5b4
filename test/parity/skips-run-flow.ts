import { type ProfileName, profileOverlays } from '../../engine/config/profile-overlays.ts';
import { coverageFloors, tierNamed } from '../../engine/policy/tiers.ts';
import type { Golden, SkipRule } from './parity-types.ts';

const file = 'run_flow.json';

/** Where whole runs differ from the reference's on purpose, and why (spec 02 §10). */
export const runFlowSkips: readonly SkipRule[] = [
  {
    quirk: 'EQ-33',
    why: 'the provider can make any number of texts, so a release has as many as it needs',
    file,
    applies: ({ defects }) => defects.includes('EQ-33'),
  },
  {
    quirk: 'EQ-09',
    why: 'an evaluation that fails ends the run with its error, and no report says success',
    file,
    applies: ({ defects }) => defects.includes('EQ-09'),
    fields: ['/baseline', '/subject'],
  },
  {
    quirk: 'EQ-08',
    why: 'a profile raises counts to the floors of its tier, so that they can be reached',
    file,
    applies: ({ input }) => isBelowFloors(input),
    fields: ['/baseline/report'],
  },
  {
    quirk: 'EQ-07, EQ-08',
    why: 'with the counts raised the subject is evaluated, where the reference stops below the floors and gives E001 for E005',
    file,
    applies: ({ input }) => isBelowFloors(input) && input.baseline_damage === null,
    fields: ['/subject'],
  },
  {
    quirk: 'EQ-12',
    why: 'stride is seq_len everywhere where nobody sets it, so the subject pairs',
    file,
    applies: ({ defects }) => defects.includes('EQ-12'),
    fields: ['/baseline/report/data/stride', '/subject'],
  },
  {
    quirk: 'EQ-13',
    why: 'of a provider that is a mapping its kind is recorded, so the subject pairs',
    file,
    applies: ({ defects }) => defects.includes('EQ-13'),
    fields: ['/baseline/report/data/dataset', '/subject'],
  },
  {
    quirk: 'EQ-01',
    why: 'a sequence-to-sequence model is scored on the targets in both arms and both runs',
    file,
    applies: ({ input }) => isSeq2seq(input),
    fields: [
      ...inReports(['data/loss_type', 'provenance/provider_digest/masking_sha256', 'metrics/loss_type']),
      ...inReports(
        [
          'primary_metric',
          'primary_metric_tail',
          'logloss_preview',
          'logloss_final',
          'logloss_delta',
          'logloss_preview_ci',
          'logloss_final_ci',
          'logloss_delta_ci',
          'paired_delta_summary',
          'preview_total_tokens',
          'final_total_tokens',
          'masked_tokens_total',
          'masked_tokens_preview',
          'masked_tokens_final',
        ].map((key) => `metrics/${key}`),
      ),
      ...inReports(
        ['preview', 'final'].flatMap((arm) =>
          [
            'logloss',
            'labels',
            'token_counts',
            'masked_token_counts',
            'logloss_first3',
            'token_counts_first5',
          ].map((list) => `evaluation_windows/${arm}/${list}`),
        ),
      ),
    ],
  },
  {
    quirk: 'EQ-02',
    why: 'accuracy that nobody measured is not made up; a run whose metric does not fit its model is refused',
    file,
    applies: ({ defects }) => defects.includes('EQ-02'),
    fields: inReports([
      'data/loss_type',
      'metrics/loss_type',
      'metrics/primary_metric',
      'metrics/accuracy',
      'metrics/classification',
    ]),
  },
  {
    quirk: 'decision: exit codes of certify',
    why: 'a baseline that cannot be used is unusable input in every profile; nothing goes on without it',
    file,
    applies: ({ input }) => input.baseline_damage !== null && !['ci', 'release'].includes(input.profile),
    fields: ['/subject'],
  },
  {
    quirk: 'EQ-48',
    why: 'what duplicates took away is recorded in every profile',
    file,
    applies: () => true,
    fields: inReports(['data/window_plan/dedupe_adjustments', 'metrics/window_plan/dedupe_adjustments']),
  },
  {
    quirk: 'EQ-56',
    why: 'the coverage has one shape, in the report and in the certificate',
    file,
    applies: () => true,
    fields: inReports(['dataset_windows/stats/coverage']),
  },
  {
    quirk: 'own implementation',
    why: 'what loads the model and computes the mean is named truly; there is no torch that could have a seed',
    file,
    applies: () => true,
    fields: inReports([
      'provenance/reload_path_used',
      'metrics/reduction/implementation',
      'meta_seeds/torch',
    ]),
  },
];

function inReports(members: readonly string[]): string[] {
  return ['baseline', 'subject'].flatMap((arm) => members.map((member) => `/${arm}/report/${member}`));
}

function isSeq2seq({ config }: Golden): boolean {
  const { provider } = config.dataset;
  return (provider?.kind ?? provider) === 'seq2seq' || config.eval?.loss?.type === 'seq2seq';
}

/** Counts or replicates of the reference's run that are below the floors of its tier, under ci or release. */
function isBelowFloors({ profile, config, env }: Golden): boolean {
  const overlay = profileOverlays[profile as ProfileName];
  if (!overlay?.enforcesFloors) return false;
  const floors = coverageFloors[tierNamed(config.auto?.tier ?? '') ?? 'balanced'];
  const counts = ['PREVIEW', 'FINAL'].map((arm) =>
    profile === 'ci' ? Number(env?.[`INVARLOCK_CI_${arm}`] || overlay.windowsPerArm) : overlay.windowsPerArm,
  );
  const [preview = 0, final = 0] = counts;
  return preview < floors.preview || final < floors.final || (overlay.replicates ?? 0) < floors.replicates;
}
