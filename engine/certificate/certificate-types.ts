import type { HubOrigin } from '../hub/locate-model.ts';
import type { DatasetOrigin } from '../hub/open-dataset.ts';
import type { Classification } from '../metrics/classification.ts';
import type { Divergence } from '../metrics/divergence/divergence.ts';
import type { ExampleRecord } from '../metrics/example-record.ts';
import type { Interval } from '../report/run-report.ts';
import type { WorstWindows } from '../report/worst-windows.ts';
import type { NoiseFloorBlock } from './blocks/noise-floor-block.ts';
import type { Integrity } from './integrity.ts';

type Facts = Readonly<Record<string, unknown>>;

/** A certificate as we write it (`evaluation.cert.json`, spec 04 §2.2). Files of the reference may lack any field. */
export interface Certificate {
  readonly schema_version: 'v1';
  readonly run_id: string;
  readonly meta: Facts;
  readonly auto: Facts;
  readonly dataset: CertificateDataset;
  readonly edit: Facts;
  readonly edit_name: string;
  readonly telemetry: Facts;
  readonly baseline_ref: BaselineReference;
  /** Each says whether it was evaluated; one that was not has a reason and no flag in `validation`. */
  readonly invariants: Facts;
  readonly spectral: Facts;
  readonly rmt: Facts;
  readonly variance: Facts;
  readonly guard_overhead: Facts;
  readonly structure: Facts;
  readonly policies: Facts;
  readonly resolved_policy: Facts;
  readonly policy_provenance: Facts;
  readonly policy_digest: Facts;
  readonly provenance: Facts;
  readonly plugins: Facts;
  readonly artifacts: Facts;
  readonly validation: Readonly<Record<string, boolean>>;
  readonly primary_metric: CertificateMetric;
  readonly metrics?: {
    /** Of an accuracy: the counts that it was computed from (spec 04 CQ-05). */
    readonly classification?: Classification;
    /** How far the subject's predictions moved from the baseline's. */
    readonly divergence?: Divergence;
  };
  readonly primary_metric_tail: Facts;
  readonly confidence: Facts;
  readonly evaluation_windows: CertificateWindows;
  readonly worst_windows?: WorstWindows;
  readonly noise_floor?: NoiseFloorBlock;
  readonly system_overhead?: Facts;
  /** What each evaluated gate was decided on, and why it failed. */
  readonly gate_decisions: Readonly<Record<string, unknown>>;
  readonly integrity: Integrity;
}

export interface CertificateDataset {
  readonly provider: string;
  readonly split: string;
  readonly seq_len: number;
  readonly stride: number;
  readonly windows: {
    readonly preview: number;
    readonly final: number;
    readonly seed?: number;
    readonly stats: Facts;
  };
  readonly hash: Facts;
  readonly tokenizer: Facts;
  /** Of data of the Hugging Face Hub. */
  readonly hub?: DatasetOrigin;
}

export interface BaselineReference {
  readonly run_id: string;
  readonly model_id: string;
  readonly primary_metric: { readonly kind: string; readonly final: number | null };
  readonly tokenizer_hash: string;
  /** Of a model of the Hugging Face Hub. */
  readonly hub?: HubOrigin;
  /** Where the baseline was evaluated; the subject was on the same device. */
  readonly device?: string;
}

export interface CertificateMetric {
  readonly kind: string;
  readonly preview: number | null;
  readonly final: number | null;
  readonly ratio_vs_baseline: number | null;
  /** Of the mean log-loss difference against the baseline, or of the difference of accuracies; absent without pairs. */
  readonly ci?: Interval;
  /** exp of `ci`; of accuracy percentage points. */
  readonly display_ci?: Interval;
  readonly pairing: 'paired_baseline' | 'none';
  readonly paired_baseline_windows: number;
  readonly [key: string]: unknown;
}

/** The losses everything was computed from. */
export interface CertificateWindows {
  readonly preview: WindowLosses;
  readonly final: WindowLosses;
  /** Reports of other tools may lack the baseline's preview. */
  readonly baseline: { readonly preview?: WindowLosses; readonly final: WindowLosses };
}

/** Parallel lists. */
export interface WindowLosses {
  readonly window_ids: readonly number[];
  readonly logloss: readonly (number | null)[];
  readonly token_counts: readonly number[];
  /** Attended tokens, where they are not what the windows weigh (masked and sequence-to-sequence models). */
  readonly actual_token_counts?: readonly number[];
  /** Of labelled data: what was answered; the losses are then those of the right answers. */
  readonly examples?: readonly ExampleRecord[];
}
