import { attendedLength, type EvaluationWindow, type WindowSchedule } from '../data/data-types.ts';
import { plainWindowPlan } from '../data/plan-windows.ts';
import { providerDigest } from '../digests/provider-digest.ts';
import { datasetHash, sequenceHash } from '../digests/window-digests.ts';
import { windowCounts } from '../evaluate/window-counts.ts';
import type { LossKind } from '../graph/model-graph.ts';
import { weightedMeanLogloss } from '../metrics/aggregate.ts';
import { driftSummary, runIntervals } from '../metrics/drift.ts';
import type { ExampleRecord } from '../metrics/example-record.ts';
import type { ComparisonBootstrap, IdentifiedLoss } from '../metrics/paired-baseline.ts';
import { pairLosses } from '../metrics/paired-baseline.ts';
import { coverage, pairingStatistics } from '../metrics/pairing.ts';
import type { EvaluatedKind } from '../metrics/primary-metric.ts';
import { evaluateTail } from '../metrics/tail.ts';
import { type TierName, type TierPolicy, tierPolicies } from '../policy/tiers.ts';
import type { TiersFileIdentity } from '../policy/tiers-file.ts';
import { recordsOf, reportMetric } from './report-metric.ts';
import type {
  Interval,
  ReportAuto,
  ReportEdit,
  ReportMeta,
  ReportMetrics,
  RunReport,
  WindowRecords,
} from './run-report.ts';

/** One evaluated window: what went in and what came out. */
export interface ReportWindow {
  readonly window: EvaluationWindow;
  /** Mean log-loss; null when it was not finite. */
  readonly loss: number | null;
  /** Of labelled data. */
  readonly record?: ExampleRecord;
}

export interface ReportInputs {
  readonly meta: Omit<ReportMeta, 'auto' | 'tokenizer_hash'>;
  readonly profile: string;
  readonly tier: TierName;
  readonly auto?: { readonly enabled: boolean; readonly probes: number; readonly targetPmRatio: number };
  /** What the configuration made of the tier, so that the certificate can be built again from the report. */
  readonly policy?: {
    readonly resolved: TierPolicy;
    readonly overrides: readonly string[];
    readonly tiers_file?: TiersFileIdentity;
  };
  readonly data: {
    readonly provider: string;
    readonly split: string;
    /** Nobody named a split. */
    readonly isSplitAssumed?: boolean;
    readonly seqLen: number;
    readonly stride: number;
    readonly seed: number;
    readonly requested: { readonly preview: number; readonly final: number };
    readonly tokenizer: {
      readonly name: string;
      readonly contentHash: string;
      readonly vocabSize: number;
      readonly bosToken: string | null;
      readonly eosToken: string | null;
      readonly padToken: string | null;
      readonly addPrefixSpace: boolean | null;
    };
    /** How the windows were chosen, as far as anything was chosen. */
    readonly selection?: Pick<
      WindowSchedule,
      'dedupeAdjustment' | 'plan' | 'stratification' | 'scorerProfile' | 'tasks' | 'origin'
    >;
  };
  readonly loss: LossKind;
  readonly metric: EvaluatedKind;
  readonly edit: ReportEdit;
  readonly preview: readonly ReportWindow[];
  readonly final: readonly ReportWindow[];
  /** The baseline's report when this is the subject's. */
  readonly baseline?: RunReport;
  readonly bootstrap: ComparisonBootstrap;
  readonly cost: {
    readonly runMs: number;
    readonly peakRssBytes: number;
    /** Seconds per phase. */
    readonly timings: Readonly<Record<string, number>>;
  };
  readonly eventsPath: string;
  /** The model that this run made. */
  readonly checkpointPath?: string;
}

/** Builds one arm's report from what was evaluated (spec 04 §1.2). Pure: the same inputs give the same report. */
export function buildRunReport(inputs: ReportInputs): RunReport {
  const { data, preview, final } = inputs;
  const windows = { preview: windowRecords(preview), final: windowRecords(final) };
  const hashes = {
    preview: sequenceHash(windows.preview.input_ids),
    final: sequenceHash(windows.final.input_ids),
  };
  const auto: ReportAuto = {
    enabled: inputs.auto?.enabled ?? false,
    tier: inputs.tier,
    probes: inputs.auto?.probes ?? 0,
    target_pm_ratio: inputs.auto?.targetPmRatio ?? 2,
  };
  const metrics = runMetrics(inputs, windows);
  const { tokenizer } = data;
  return {
    meta: { ...inputs.meta, auto, tokenizer_hash: tokenizer.contentHash },
    data: {
      dataset: data.provider,
      split: data.split,
      seq_len: data.seqLen,
      stride: data.stride,
      seed: data.seed,
      preview_n: preview.length,
      final_n: final.length,
      tokenizer_name: tokenizer.name,
      tokenizer_hash: tokenizer.contentHash,
      vocab_size: tokenizer.vocabSize,
      bos_token: tokenizer.bosToken,
      eos_token: tokenizer.eosToken,
      pad_token: tokenizer.padToken,
      add_prefix_space: tokenizer.addPrefixSpace,
      preview_hash: hashes.preview,
      final_hash: hashes.final,
      dataset_hash: datasetHash(hashes.preview, hashes.final),
      preview_total_tokens: paddedTokens(preview),
      final_total_tokens: paddedTokens(final),
      loss_type: inputs.loss,
      ...(inputs.loss === 'mlm' ? maskedTokens(windows) : {}),
      window_plan: windowPlan(inputs),
      ...chosen(data.selection),
    },
    edit: inputs.edit,
    guards: [],
    metrics,
    evaluation_windows: windows,
    artifacts: {
      events_path: inputs.eventsPath,
      logs_path: '',
      checkpoint_path: inputs.checkpointPath ?? null,
    },
    flags: { guard_recovered: false, rollback_reason: null },
    context: {
      profile: inputs.profile,
      auto,
      assurance: null,
      ...(inputs.policy && { policy: inputs.policy }),
    },
    provenance: {
      restore_failed: false,
      reload_path_used: false,
      dataset_split: data.split,
      split_fallback: data.isSplitAssumed ?? false,
      provider_digest: providerDigest(windows, tokenizer.contentHash) ?? {},
      digest_version: 1,
    },
    dataset: {
      windows: {
        stats: {
          window_match_fraction: metrics.window_match_fraction,
          window_overlap_fraction: metrics.window_overlap_fraction,
          coverage: coverageOf(inputs),
        },
      },
    },
  };
}

function runMetrics(inputs: ReportInputs, windows: RunReport['evaluation_windows']): ReportMetrics {
  const { data, bootstrap, baseline, cost } = inputs;
  const preview = identified(windows.preview);
  const final = identified(windows.final);
  const means = { preview: weightedMeanLogloss(preview), final: weightedMeanLogloss(final) };
  const delta = means.preview === null || means.final === null ? null : means.final - means.preview;
  const baselineFinal = baseline && identified(baseline.evaluation_windows.final);
  const pairs = baselineFinal && pairLosses(final, baselineFinal);
  // The tail is about the log-losses of perplexity kinds (spec 04 §2.5).
  const tailPairs = inputs.metric === 'accuracy' ? [] : (pairs ?? []);
  const pairing = pairingStatistics(
    identities(windows),
    baseline && identities(baseline.evaluation_windows),
    data,
  );
  const intervals = runIntervals(preview, final, bootstrap);
  const drift = driftSummary(preview, final, delta);
  const tokens = { preview: attendedTokens(inputs.preview), final: attendedTokens(inputs.final) };
  const totalTokens = tokens.preview + tokens.final;
  const covered = coverageOf(inputs);
  return {
    ...reportMetric(inputs, means, drift),
    ...(pairs
      ? {
          primary_metric_tail: {
            ...evaluateTail(
              tailPairs.map((pair) => pair.subject - pair.baseline),
              tailPairs.map((pair) => pair.weight),
              tierPolicies[inputs.tier].metrics.pm_tail,
            ),
          },
          paired_baseline_windows: pairs.length,
        }
      : {}),
    logloss_preview: means.preview,
    logloss_final: means.final,
    logloss_delta: delta,
    ...withInterval('logloss_preview_ci', intervals.preview),
    ...withInterval('logloss_final_ci', intervals.final),
    ...withInterval('logloss_delta_ci', intervals.delta),
    bootstrap: {
      ...bootstrap,
      ci_band: 0.1,
      window_duplicate_fraction: pairing.window_duplicate_fraction,
      window_match_fraction: pairing.window_match_fraction,
      coverage: covered,
    },
    window_match_fraction: pairing.window_match_fraction,
    window_overlap_fraction: pairing.window_overlap_fraction,
    window_pairing_reason: pairing.window_pairing_reason,
    window_pairing_preview: { ...pairing.window_pairing_preview },
    window_pairing_final: { ...pairing.window_pairing_final },
    paired_windows: Math.min(preview.length, final.length),
    paired_delta_summary: { ...drift },
    preview_total_tokens: tokens.preview,
    final_total_tokens: tokens.final,
    ...maskedTokens(windows),
    latency_ms_per_tok: totalTokens > 0 ? cost.runMs / totalTokens : null,
    memory_mb_peak: cost.peakRssBytes > 0 ? cost.peakRssBytes / 2 ** 20 : null,
    throughput_tok_per_s: cost.runMs > 0 ? totalTokens / (cost.runMs / 1000) : null,
    eval_samples: preview.length + final.length,
    total_tokens: totalTokens,
    timings: cost.timings,
    guard_timings: {},
    reduction: { mode: 'token_mean', implementation: 'in_graph_log_softmax' },
    spectral: {},
    rmt: {},
    invariants: {},
    window_plan: windowPlan(inputs),
    window_capacity: { ...data.selection?.plan?.capacity },
    stats: {
      requested_preview: data.requested.preview,
      requested_final: data.requested.final,
      actual_preview: preview.length,
      actual_final: final.length,
      coverage_ok: preview.length === final.length,
    },
    loss_type: inputs.loss,
  };
}

/** What a release planned, or the plan of a run that takes what it asks for; with what duplicates took away (EQ-48). */
function windowPlan({ profile, data, preview, final }: ReportInputs): Record<string, unknown> {
  const { plan, dedupeAdjustment: adjustment } = data.selection ?? {};
  return {
    ...(plan ?? plainWindowPlan(profile, data.requested)),
    actual_preview: preview.length,
    actual_final: final.length,
    coverage_ok: preview.length === final.length,
    ...(adjustment && {
      dedupe_adjustments: { deficit: adjustment.deficit, proposed_per_arm: adjustment.proposedPerArm },
    }),
  };
}

function chosen(selection: ReportInputs['data']['selection']): Record<string, unknown> {
  const { plan, stratification, scorerProfile, origin } = selection ?? {};
  return {
    ...(origin && { hub: origin }),
    ...(plan && { window_capacity: plan.capacity }),
    ...(stratification && { stratification }),
    ...(scorerProfile && { scorer_profile: scorerProfile }),
  };
}

function coverageOf({ tier, preview, final, bootstrap }: ReportInputs) {
  return coverage(tier, preview.length, final.length, bootstrap.enabled ? bootstrap.replicates : undefined);
}

function windowRecords(windows: readonly ReportWindow[]): WindowRecords {
  const counts = windows.map(({ window }) => windowCounts(window));
  return {
    window_ids: windows.map(({ window }) => window.id),
    logloss: windows.map(({ loss }) => loss),
    input_ids: windows.map(({ window }) => window.inputIds),
    attention_masks: windows.map(({ window }) => window.attentionMask),
    token_counts: counts.map(({ weight }) => weight),
    masked_token_counts: counts.map(({ masked }) => masked),
    actual_token_counts: counts.map(({ actual }) => actual),
    labels: counts.map(({ labels }) => labels),
    ...(windows.some(({ record }) => record) ? { examples: recordsOf(windows) } : {}),
  };
}

function identified(records: WindowRecords): IdentifiedLoss[] {
  return records.window_ids.map((id, index) => ({
    id,
    loss: records.logloss[index] ?? null,
    weight: records.token_counts[index] ?? 0,
  }));
}

function identities(windows: RunReport['evaluation_windows']) {
  const list = (records: WindowRecords) =>
    records.window_ids.map((id, index) => ({ id, inputIds: records.input_ids[index] ?? [] }));
  return { preview: list(windows.preview), final: list(windows.final) };
}

/** Scored tokens; of causal windows, every attended one. */
function maskedTokens({ preview, final }: RunReport['evaluation_windows']) {
  const sum = ({ masked_token_counts: counts }: WindowRecords) =>
    counts.reduce((total, one) => total + one, 0);
  const [inPreview, inFinal] = [sum(preview), sum(final)];
  return {
    masked_tokens_total: inPreview + inFinal,
    masked_tokens_preview: inPreview,
    masked_tokens_final: inFinal,
  };
}

function attendedTokens(windows: readonly ReportWindow[]): number {
  return windows.reduce((sum, { window }) => sum + attendedLength(window), 0);
}

function paddedTokens(windows: readonly ReportWindow[]): number {
  return windows.reduce((sum, { window }) => sum + window.inputIds.length, 0);
}

function withInterval<K extends string>(
  key: K,
  interval: Interval | undefined,
): { readonly [P in K]?: Interval } {
  return (interval ? { [key]: interval } : {}) as { readonly [P in K]?: Interval };
}
