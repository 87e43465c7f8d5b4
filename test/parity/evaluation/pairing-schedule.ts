import { checkSchedule } from '../../../engine/data/check-schedule.ts';
import { readSchedule } from '../../../engine/data/read-schedule.ts';
import { providerParity } from '../../../engine/digests/provider-parity.ts';
import { foreignInterval } from '../../../engine/metrics/foreign-interval.ts';
import { foreignLosses } from '../../../engine/metrics/foreign-losses.ts';
import { foreignWeightedMean } from '../../../engine/metrics/metric-point.ts';
import { pairLosses } from '../../../engine/metrics/paired-baseline.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** What a subject is pinned to, and whether two runs belong together (spec 02 §2.9, §2.11, §5.4). */
export const pairingSchedule = goldenCases(
  byOperation({
    extract_pairing_schedule: ({ report }) => ({ schedule: readSchedule(report) ?? null }),
    validate_and_harvest: harvest,
    enforce_provider_parity: ({ subject, baseline, profile }, expected) => {
      const problem = isStrict(profile) ? providerParity(subject ?? {}, baseline ?? {}) : undefined;
      return problem ? { ...expected, code: problem.code } : { ok: true };
    },
    pair_logloss_windows: ({ run, baseline }) => {
      const pairs = pairLosses(foreignLosses(run), foreignLosses(baseline));
      // Fewer than two pairs are none for the reference.
      if (pairs.length < 2) return { paired: null };
      return {
        paired: { run: pairs.map(({ subject }) => subject), baseline: pairs.map((pair) => pair.baseline) },
      };
    },
    weighted_mean: ({ values, weights }) => ({ value: foreignWeightedMean(values, weights) }),
    coerce_interval: ({ value }) => ({ interval: foreignInterval(value) ?? [Number.NaN, Number.NaN] }),
  }),
  { tolerance: (pointer) => (pointer === '/value' ? { relative: 1e-15 } : {}) },
);

/** What the reference's sentence about each of our reasons has to hold. */
const REASONS: Readonly<Record<string, RegExp>> = {
  sections: /missing|invalid/u,
  lengths: /coherence error/u,
  ids: /non-int/u,
  empty: /empty/u,
  masks: /attention_masks/u,
  labels: /labels/u,
  counts: /token_counts/u,
  'repeated ids in preview': /duplicate window_ids detected in preview/u,
  'repeated ids in final': /duplicate window_ids detected in final/u,
  'shared ids': /window_ids overlap/u,
  'repeated tokens in preview': /duplicate token sequences detected in preview/u,
  'repeated tokens in final': /duplicate token sequences detected in final/u,
  'shared tokens': /token sequence overlap/u,
  preview_hash: /preview_hash/u,
  final_hash: /final_hash/u,
  dataset_hash: /dataset_hash/u,
  seq_len: /sequence length/u,
  stride: /stride/u,
  dataset: /dataset mismatch/u,
  split: /split/u,
  tokenizer: /tokenizer/u,
};

function harvest(input: Golden, expected: Golden): Golden {
  const { config, schedule, baseline_data: recorded, profile, tokenizer_hash: tokenizerHash } = input;
  const { seq_len: seqLen, stride, provider: dataset, split } = config.dataset;
  const { value, findings } = checkSchedule(schedule, {
    settings: {
      ...(seqLen === undefined ? {} : { seqLen }),
      ...(stride === undefined ? {} : { stride }),
      ...(dataset === undefined ? {} : { dataset }),
      ...(split === undefined ? {} : { split }),
    },
    recorded,
    ...(tokenizerHash === null ? {} : { tokenizerHash }),
    isStrict: isStrict(profile),
  });
  if (!value) return refusal(findings.at(-1), profile, expected);
  return {
    ok: {
      effective_preview: value.preview,
      effective_final: value.final,
      preview_count: value.preview,
      final_count: value.final,
      dataset_meta: { ...value.inherited, loss_type: input.loss_type },
      window_plan: value.windowPlan,
    },
  };
}

/** Under ci and release a code; elsewhere the reference only exits, and with 1 where unusable input is 2 here. */
function refusal(finding: Golden, profile: Golden, expected: Golden): Golden {
  if (!isStrict(profile)) return { error: 'Exit', exit_code: 2 };
  if (!REASONS[finding.reason]?.test(expected.message ?? ''))
    return { error: `${finding.reason}: ${finding.message}` };
  return { ...expected, code: finding.code };
}

function isStrict(profile: Golden): boolean {
  return ['ci', 'release'].includes(
    String(profile ?? 'dev')
      .trim()
      .toLowerCase(),
  );
}
