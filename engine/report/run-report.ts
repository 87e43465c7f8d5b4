import type { ProviderDigest } from '../digests/provider-digest.ts';
import type { GuardEntry } from '../guards/run/report-entries.ts';
import type { HubOrigin } from '../hub/locate-model.ts';
import type { DatasetOrigin } from '../hub/open-dataset.ts';
import type { Divergence } from '../metrics/divergence/divergence.ts';
import type { ExampleRecord } from '../metrics/example-record.ts';
import type { NoiseFloor } from './noise-floor.ts';
import type { WorstWindows } from './worst-windows.ts';

/**
 * The run report (`report.json`) of one arm: baseline (`source`) or subject (`edited`). Spec 04 §1.2 names the fields.
 *
 * Numbers that are not finite are written as null with a reason beside them (spec 02 EQ-40); fields that a run cannot
 * know are absent, never invented.
 */
export interface RunReport {
  readonly meta: ReportMeta;
  readonly data: ReportData;
  readonly edit: ReportEdit;
  /** One entry per pass of a guard; `passed` is null where nothing was judged, as on the baseline. */
  readonly guards: readonly GuardEntry[];
  /** By how much the guards' graph changes the losses, on the windows that it ran (spec 03 §6). */
  readonly guard_overhead?: Readonly<Record<string, unknown>>;
  readonly metrics: ReportMetrics;
  readonly evaluation_windows: { readonly preview: WindowRecords; readonly final: WindowRecords };
  /** Of a subject: the windows whose loss rose most. */
  readonly worst_windows?: WorstWindows;
  /** Of a subject: by how much two evaluations of its baseline differed, where that was asked for. */
  readonly noise_floor?: NoiseFloor;
  readonly artifacts: {
    readonly events_path: string;
    readonly logs_path: string;
    readonly checkpoint_path: string | null;
  };
  readonly flags: { readonly guard_recovered: boolean; readonly rollback_reason: string | null };
  readonly context: { readonly profile: string; readonly auto: ReportAuto; readonly [key: string]: unknown };
  readonly provenance: ReportProvenance;
  readonly dataset: {
    readonly windows: {
      readonly stats: {
        readonly window_match_fraction: number;
        readonly window_overlap_fraction: number;
        readonly coverage: Coverage;
      };
    };
  };
}

export interface ReportAuto {
  readonly enabled: boolean;
  readonly tier: string;
  readonly probes: number;
  readonly target_pm_ratio: number;
}

export interface ReportMeta {
  readonly model_id: string;
  readonly adapter: string;
  readonly commit: string;
  readonly seed: number;
  readonly seeds: { readonly python: number; readonly numpy: number; readonly torch: number | null };
  readonly device: string;
  readonly ts: string;
  readonly auto: ReportAuto;
  readonly invarlock_version: string;
  /** Versions and platform of the machine that evaluated. */
  readonly env_flags: Readonly<Record<string, unknown>>;
  readonly determinism: Readonly<Record<string, unknown>>;
  /** Device, placement, precision and hardening of the evaluation; the reference records none of it. */
  readonly execution?: Readonly<Record<string, unknown>>;
  readonly model_profile: {
    readonly family: string;
    readonly default_loss: string;
    readonly module_selectors: Readonly<Record<string, readonly string[]>>;
    readonly invariants: readonly string[];
    readonly cert_lints: readonly Readonly<Record<string, unknown>>[];
  };
  /** Content-only tokenizer hash: the parity key (spec 02 EQ-14). */
  readonly tokenizer_hash: string;
  /** Digests of the model files that were evaluated; the reference records none. */
  readonly model_identity?: {
    readonly sha256: string;
    readonly files: Readonly<Record<string, string>>;
    /** Where they come from, when that is the Hugging Face Hub. */
    readonly hub?: HubOrigin;
  };
  /** The reference's hash, which also covers class name and path. */
  readonly tokenizer_hash_reference?: string;
  readonly pm_acceptance_range?: { readonly min: number; readonly max: number };
  readonly pm_drift_band?: { readonly min: number; readonly max: number };
}

interface ReportData {
  /** Provider kind. */
  readonly dataset: string;
  readonly split: string;
  readonly seq_len: number;
  readonly stride: number;
  readonly preview_n: number;
  readonly final_n: number;
  readonly seed: number;
  readonly tokenizer_name: string;
  readonly tokenizer_hash: string;
  readonly vocab_size: number;
  readonly bos_token: string | null;
  readonly eos_token: string | null;
  readonly pad_token: string | null;
  readonly add_prefix_space: boolean | null;
  readonly preview_hash: string;
  readonly final_hash: string;
  readonly dataset_hash: string;
  /** Sums of window lengths, padding included (spec 02 EQ-34). */
  readonly preview_total_tokens: number;
  readonly final_total_tokens: number;
  readonly loss_type: string;
  /** Where the data come from, when that is the Hugging Face Hub. */
  readonly hub?: DatasetOrigin;
  readonly window_plan?: Readonly<Record<string, unknown>>;
  readonly window_capacity?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

export interface ReportEdit {
  readonly name: string;
  readonly plan_digest: string;
  readonly deltas: {
    /** Null when the weights could not be compared. */
    readonly params_changed: number | null;
    readonly sparsity: number | null;
    readonly bitwidth_map: Readonly<Record<string, unknown>> | null;
    readonly layers_modified: number | null;
  };
  readonly algorithm?: string;
  readonly [key: string]: unknown;
}

export type Interval = readonly [number, number];

export interface PrimaryMetric {
  readonly kind: string;
  readonly unit: string;
  readonly direction: 'lower' | 'higher';
  readonly aggregation_scope: string;
  readonly paired: boolean;
  readonly gating_basis: string;
  readonly supports_bootstrap: boolean;
  readonly preview: number | null;
  readonly final: number | null;
  readonly ratio_vs_baseline: number | null;
  readonly invalid: boolean;
  readonly degraded: boolean;
  readonly degraded_reason?: string;
  readonly reps?: number;
  readonly ci_level?: number;
  readonly [key: string]: unknown;
}

export interface Coverage {
  readonly tier: string;
  readonly preview: { readonly used: number; readonly required: number; readonly ok: boolean };
  readonly final: { readonly used: number; readonly required: number; readonly ok: boolean };
  readonly replicates?: { readonly used: number; readonly required: number; readonly ok: boolean };
}

export interface ReportMetrics {
  readonly primary_metric: PrimaryMetric;
  readonly primary_metric_tail?: Readonly<Record<string, unknown>>;
  readonly logloss_preview: number | null;
  readonly logloss_final: number | null;
  /** final − preview of the same run. */
  readonly logloss_delta: number | null;
  readonly logloss_preview_ci?: Interval;
  readonly logloss_final_ci?: Interval;
  /** Interval of the preview → final drift, not of the comparison with the baseline (spec 02 EQ-25). */
  readonly logloss_delta_ci?: Interval;
  readonly bootstrap: {
    readonly enabled: boolean;
    readonly method: string;
    readonly alpha: number;
    readonly replicates: number;
    readonly seed: number;
    readonly ci_band: number;
    readonly window_duplicate_fraction?: number;
    readonly window_match_fraction?: number;
    readonly coverage?: Coverage;
  };
  readonly window_match_fraction: number;
  readonly window_overlap_fraction: number;
  readonly window_pairing_reason: string | null;
  readonly window_pairing_preview: Readonly<Record<string, unknown>>;
  readonly window_pairing_final: Readonly<Record<string, unknown>>;
  /** min(preview, final) windows of this run (spec 02 EQ-26). */
  readonly paired_windows: number;
  /** Windows of the final arm that pair with the baseline by id and content; absent on a baseline run. */
  readonly paired_baseline_windows?: number;
  readonly paired_delta_summary: Readonly<Record<string, unknown>>;
  /** Attention sums. */
  readonly preview_total_tokens: number;
  readonly final_total_tokens: number;
  readonly masked_tokens_total: number;
  readonly masked_tokens_preview: number;
  readonly masked_tokens_final: number;
  /** Null when it was not measured (spec 02 EQ-35). */
  readonly latency_ms_per_tok: number | null;
  readonly memory_mb_peak: number | null;
  readonly throughput_tok_per_s?: number | null;
  readonly eval_samples: number;
  readonly total_tokens: number;
  readonly timings: Readonly<Record<string, number>>;
  readonly guard_timings: Readonly<Record<string, number>>;
  readonly reduction: { readonly mode: string; readonly implementation: string };
  readonly spectral: Readonly<Record<string, unknown>>;
  readonly rmt: Readonly<Record<string, unknown>>;
  readonly invariants: Readonly<Record<string, unknown>>;
  readonly window_plan?: Readonly<Record<string, unknown>>;
  readonly window_capacity?: Readonly<Record<string, unknown>>;
  readonly stats: {
    readonly requested_preview: number;
    readonly requested_final: number;
    readonly actual_preview: number;
    readonly actual_final: number;
    /** Both arms have as many windows; the floors are in `bootstrap.coverage`. */
    readonly coverage_ok: boolean;
  };
  readonly loss_type: string;
  /** Of a subject: how far its predictions moved from the baseline's. */
  readonly divergence?: Divergence;
  readonly [key: string]: unknown;
}

interface ReportProvenance {
  readonly restore_failed: boolean;
  readonly reload_path_used: boolean;
  readonly dataset_split: string;
  readonly split_fallback: boolean;
  readonly provider_digest: ProviderDigest;
  readonly digest_version: 1;
  readonly [key: string]: unknown;
}

/** Parallel lists, one entry per evaluated window. A loss that is not finite is null and keeps its place (EQ-11). */
export interface WindowRecords {
  readonly window_ids: readonly number[];
  readonly logloss: readonly (number | null)[];
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_masks: readonly (readonly number[])[];
  readonly token_counts: readonly number[];
  readonly masked_token_counts: readonly number[];
  readonly actual_token_counts: readonly number[];
  readonly labels: readonly (readonly number[])[];
  /** Of labelled data: what the model answered; the loss is then that of the right answer. */
  readonly examples?: readonly ExampleRecord[];
}
