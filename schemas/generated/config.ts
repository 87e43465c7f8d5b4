// Generated from schemas/config.schema.json by scripts/generate-types.mjs. Do not edit.

/**
 * One certification: which subject against which baseline, how strictly, and where the evidence goes. Relative paths start at the folder of this file; flags on the command line win.
 */
export type Certify = {
  /**
   * The original model: its folder, relative to this file, or its id on the Hugging Face Hub (org/name or org/name@revision). A folder of that name goes first. The --baseline flag wins.
   */
  baseline?: string;
  /**
   * The edited model that is to be certified: its folder, relative to this file, or its id on the Hugging Face Hub. A folder of that name goes first. The --subject flag wins.
   */
  subject?: string;
  /**
   * How strict the run is: window counts, replicates, and whether missing evidence stops it. The --profile flag wins.
   */
  profile?: 'dev' | 'ci' | 'ci_cpu' | 'release';
  /**
   * Bundle of thresholds for gates and guards. The --tier flag wins, then this key, then auto.tier.
   */
  tier?: 'balanced' | 'conservative' | 'aggressive';
  /**
   * Which family of models the folders hold; auto reads their config.json. The --adapter flag wins.
   */
  adapter?: string;
  /**
   * Folder for the reports and events of both arms, relative to this file. The --out flag wins.
   */
  out?: string;
  /**
   * Folder for the certificate and its renderings, relative to this file. The --cert-out flag wins.
   */
  cert_out?: string;
} | null;
/**
 * Evaluation-window provider.
 */
export type ProviderKind =
  | 'wikitext2'
  | 'synthetic'
  | 'hf_text'
  | 'local_jsonl'
  | 'hf_seq2seq'
  | 'local_jsonl_pairs'
  | 'local_jsonl_tasks'
  | 'seq2seq';
/**
 * Policy tier selection.
 */
export type Auto = {
  /**
   * Recorded only. Tier policies apply whether it is true or false.
   */
  enabled?: boolean;
  /**
   * Bundle of thresholds for gates and guards.
   */
  tier?: 'balanced' | 'conservative' | 'aggressive';
  /**
   * A file that overrides values of the tiers, relative to this file. It stands in for runtime/tiers.yaml under INVARLOCK_CONFIG_ROOT. The certificate records its digest and the values that it overrides.
   */
  tiers_file?: string;
  /**
   * Number of probes. Recorded only.
   */
  probes?: number;
  /**
   * Ratio that the primary metric must not exceed, when it is below the limit of the tier. 2 changes nothing.
   */
  target_pm_ratio?: number;
} | null;
/**
 * Invariants guard.
 */
export type GuardInvariants = {
  /**
   * @deprecated
   * Has no effect. Remove the guard from guards.order to disable it.
   */
  enabled?: boolean;
  /**
   * Treat every violation type (missing LayerNorm, any changed invariant) as fatal. Otherwise only non-finite tensors and vocabulary mismatches are fatal.
   */
  strict_mode?: boolean;
  /**
   * Action for warnings: warn passes the guard; rollback and abort fail it. Fatal violations always fail (action abort, or rollback when chosen).
   */
  on_fail?: 'warn' | 'rollback' | 'abort';
  /**
   * Extra named checks. The model's own are added.
   *
   * Items: Name of a check.
   */
  profile_checks?: (
    'mlm_mask_alignment' | 'rope_rotary_embedding' | 'rotary_embedding' | 'causal_masking' | 'causal'
  )[];
} | null;
/**
 * Spectral guard. Defaults shown are the effective values of tier balanced.
 */
export type GuardSpectral = {
  /**
   * @deprecated
   * Has no effect. Remove the guard from guards.order to disable it.
   */
  enabled?: boolean;
  /**
   * Percentile of the baseline that gives the target sigma; also the z cap of families without an entry in family_caps.
   */
  sigma_quantile?: number;
  /**
   * Relative dead zone applied before z-scoring.
   */
  deadband?: number;
  /**
   * Module name filter. Any other string behaves as all.
   */
  scope?: 'all' | 'ffn' | 'attn' | 'ffn+proj';
  /**
   * Number of selected (budgeted) violations tolerated before the guard fails.
   */
  max_caps?: number;
  /**
   * Absolute ceiling; exceeding it is fatal. null disables.
   */
  max_spectral_norm?: number | null;
  family_caps?: FamilyCaps;
  multiple_testing?: MultipleTesting;
  estimator?: Estimator;
  /**
   * Rank and norm collapse detection. Giving the mapping resets unspecified members to their defaults.
   */
  degeneracy?: {
    /**
     * Enable both detectors.
     */
    enabled?: boolean;
    stable_rank?: RatioPair;
    norm_collapse?: RatioPair1;
  };
  paired?: PairedLimits;
  /**
   * Recorded only: the run pipeline never calls the hook that would rescale weights.
   */
  correction_enabled?: boolean;
  /**
   * Only affects the unused after-edit hook.
   */
  ignore_preview_inflation?: boolean;
  /**
   * Pre-computed {family: {mean, std, ...}} statistics used instead of the ones measured during prepare.
   */
  baseline_family_stats?: {
    [k: string]: unknown;
  };
} | null;
/**
 * z-score cap.
 */
export type Kappa =
  | number
  | {
      /**
       * z-score cap.
       */
      kappa: number;
    };
/**
 * RMT guard (activation edge risk, epsilon band). Defaults shown are the effective values of tier balanced.
 */
export type GuardRmt = {
  /**
   * @deprecated
   * Has no effect. Remove the guard from guards.order to disable it.
   */
  enabled?: boolean;
  /**
   * Allowed relative growth for families without an entry.
   */
  epsilon_default?: number;
  epsilon_by_family?: EpsilonMap;
  estimator?: Estimator;
  /**
   * Activation sampling contract.
   */
  activation?: {
    /**
     * Sampling.
     */
    sampling?: {
      /**
       * Calibration windows used for the edge-risk estimate.
       */
      windows?: {
        /**
         * Number of windows; 0 disables activation measurement.
         */
        count?: number;
        /**
         * Which windows are taken. Any other string behaves as first.
         */
        indices_policy?: 'evenly_spaced' | 'first' | 'last';
      };
    };
  };
  /**
   * Fail when activations cannot be measured. Default true for profiles ci and release, false otherwise; the profile rule is re-applied before validation.
   */
  activation_required?: boolean;
  /**
   * Recorded only in the run pipeline (legacy correction path).
   */
  deadband?: number;
  /**
   * Recorded only in the run pipeline (legacy correction path).
   */
  margin?: number;
  /**
   * Recorded only: correction is not executed by the run pipeline.
   */
  correct?: boolean;
  /**
   * Aspect ratio; auto or a number (0.1-10). Recorded only.
   */
  q?: 'auto' | number;
} | null;
/**
 * Variance guard (variance equalisation with an A/B gate). The defaults shown are those of tier balanced.
 */
export type GuardVariance = {
  /**
   * @deprecated
   * Has no effect. Remove the guard from guards.order to disable it.
   */
  enabled?: boolean;
  /**
   * @deprecated
   * Read by nothing; accepted so that existing files load. Remove it.
   */
  tier?: string;
  /**
   * Gate mode: ci also requires the ratio confidence bound, delta uses point gains only.
   */
  mode?: 'ci' | 'delta';
  /**
   * Branches considered.
   */
  scope?: 'ffn' | 'attn' | 'both';
  /**
   * Lower and upper limit of proposed scales; exactly two numbers, lower < upper.
   *
   * @minItems 2
   * @maxItems 2
   */
  clamp?: never[];
  /**
   * Ignore proposals closer to 1 than this.
   */
  deadband?: number;
  /**
   * Minimum relative metric gain.
   */
  min_gain?: number;
  /**
   * Minimum relative gain required in ci mode.
   */
  min_rel_gain?: number;
  /**
   * Smallest |scale-1| worth applying.
   */
  min_abs_adjust?: number;
  /**
   * Largest |scale-1| applied in one run; 0 means no limit.
   */
  max_scale_step?: number;
  /**
   * Minimum absolute log-loss gain.
   */
  min_effect_lognll?: number;
  /**
   * Require the predictive A/B gate.
   */
  predictive_gate?: boolean;
  /**
   * One-sided predictive gate.
   */
  predictive_one_sided?: boolean;
  /**
   * Keep at least this many top proposals when filtering removes all.
   */
  topk_backstop?: number;
  /**
   * Maximum modules adjusted; 0 means unlimited.
   */
  max_adjusted_modules?: number;
  /**
   * Restrict to these modules (names are normalised to transformer.h.N.branch.c_proj).
   */
  target_modules?: string[];
  /**
   * Calibration sample for the A/B test.
   */
  calibration?: {
    /**
     * Windows used.
     */
    windows?: number;
    /**
     * Fewest usable windows.
     */
    min_coverage?: number;
    /**
     * Seed.
     */
    seed?: number;
  };
  /**
   * Minimum absolute perplexity improvement.
   */
  absolute_floor_ppl?: number;
  /**
   * Absolute floor of the gain, for metrics other than perplexity.
   */
  absolute_floor_pm?: number;
  /**
   * Calibration budget; also drives the release window reserve.
   */
  max_calib?: number;
  /**
   * Confidence level complement.
   */
  alpha?: number;
  /**
   * Seed of the calibration sample.
   */
  seed?: number;
  /**
   * Extra margin added to min_gain.
   */
  tie_breaker_deadband?: number;
  /**
   * Measure without scaling anything.
   */
  monitor_only?: boolean;
  /**
   * Glob pattern or patterns of module names that may be scaled.
   */
  tap?: string | [string, ...string[]];
} | null;
/**
 * Metric, intervals and loss.
 */
export type Eval = {
  /**
   * Primary metric.
   */
  metric?: {
    /**
     * Metric kind; auto derives it from the model profile, and is accuracy where the data is labelled (local_jsonl_tasks).
     */
    kind?: 'auto' | 'ppl_causal' | 'ppl_mlm' | 'ppl_seq2seq' | 'accuracy' | 'vqa_accuracy';
    /**
     * Copied into the report; the bootstrap uses eval.bootstrap.replicates.
     */
    reps?: number;
    /**
     * Copied into the report; the bootstrap uses eval.bootstrap.alpha.
     */
    ci_level?: number;
  };
  /**
   * Confidence intervals.
   */
  bootstrap?: {
    /**
     * Compute intervals.
     */
    enabled?: boolean;
    /**
     * Interval method.
     */
    method?: 'bca_paired_delta_log' | 'bca' | 'percentile';
    /**
     * Resamples; 0 disables intervals. Tier floors: conservative 1500, balanced 1200, aggressive 800.
     */
    replicates?: number;
    /**
     * @deprecated
     * Alias of replicates, used only when replicates is absent.
     */
    n?: number;
    /**
     * 1 - confidence level; values outside (0,1) fall back to 0.05.
     */
    alpha?: number;
    /**
     * Bootstrap seed; defaults to dataset.seed.
     */
    seed?: number | null;
    /**
     * Recorded band width.
     */
    ci_band?: number;
    /**
     * @deprecated
     * Read by nothing; accepted so that existing files load. Remove it.
     */
    parallel?: boolean;
  };
  /**
   * Loss and masking.
   */
  loss?: {
    /**
     * Loss family; auto follows the model. s2s and t5 mean seq2seq.
     */
    type?: 'auto' | 'causal' | 'mlm' | 'seq2seq' | 's2s' | 't5' | 'classification';
    /**
     * mlm: masking probability.
     */
    mask_prob?: number;
    /**
     * mlm: seed of the per-position replacement draw.
     */
    seed?: number;
    /**
     * mlm: share of masked positions replaced by a random token.
     */
    random_token_prob?: number;
    /**
     * mlm: share of masked positions left unchanged.
     */
    original_token_prob?: number;
  };
  /**
   * Windows with the largest increase of the loss that report and certificate keep, token by token; 0 keeps none. Beyond the reference.
   */
  worst_windows?: number;
  /**
   * certify: compare what both models predict for every token of the final windows: KL divergence, agreement of the first choice, change of the target's probability. Beyond the reference.
   */
  divergence?: boolean;
  /**
   * certify: evaluate the baseline a second time under another number of threads, or on another device, and record by how much its losses differ. Beyond the reference.
   */
  noise_floor?: boolean;
  /**
   * Device of the second evaluation of eval.noise_floor; without it the device of the run, with another number of threads.
   */
  noise_floor_device?: string;
  /**
   * Preview-to-final ratio above which the core run is marked for rollback. Only visible in events.jsonl.
   */
  max_pm_ratio?: number;
  /**
   * @deprecated
   * Fixed at 2.0; this key is not read.
   */
  spike_threshold?: number;
  /**
   * release profile: use the cheap capacity estimate.
   */
  capacity_fast?: boolean;
  /**
   * Fail the core run when metric computation raises. strict_errors wins when both are set.
   */
  strict?: boolean;
  /**
   * Same as strict.
   */
  strict_errors?: boolean;
  /**
   * Allow turning an iterable without length into a list.
   */
  materialize_calibration?: boolean;
  /**
   * Alias of materialize_calibration.
   */
  allow_iterable_calibration?: boolean;
  /**
   * @deprecated
   * Read by nothing; accepted so that existing files load. Remove it. Evaluation is one window at a time.
   */
  batch_size?: number;
  /**
   * @deprecated
   * Read by nothing; accepted so that existing files load. Remove it. Overlap is derived from seq_len and stride.
   */
  window_overlap_fraction?: number;
} | null;
/**
 * Primary-metric gates.
 */
export type PrimaryMetric = {
  /**
   * Accepted ratio versus baseline. Only active when at least one bound is given here or in the environment; the missing bound becomes 0.95 or 1.10. A maximum below the minimum is raised to the minimum.
   */
  acceptance_range?: Range;
  /**
   * Accepted final/preview ratio; mapping or [low, high]. An inverted band falls back to 0.95-1.05.
   */
  drift_band?: Range | never[];
} | null;
/**
 * Settings of the run itself: snapshot and strictness. Members that the engine owns are refused, because a file could switch checks off with them.
 */
export type Context = {
  /**
   * Snapshot strategy used to reset the model between the bare control, the guarded run and retries.
   */
  snapshot?: {
    /**
     * bytes keeps the snapshot in memory, chunked writes per-tensor files, auto decides by size.
     */
    mode?: 'auto' | 'bytes' | 'chunked';
    /**
     * auto: choose chunked when the snapshot reaches this fraction of available RAM (clamped to 0-1).
     */
    ram_fraction?: number;
    /**
     * auto: size limit used only when available RAM is unknown.
     */
    threshold_mb?: number;
    /**
     * auto: required free disk as a multiple of the snapshot size.
     */
    disk_free_margin_ratio?: number;
    /**
     * Folder for snapshots.
     */
    temp_dir?: string;
  };
  /**
   * Strictness switches (environment variables win).
   */
  run?: {
    /**
     * See eval.strict.
     */
    strict_eval?: boolean | number | string;
    /**
     * Fail the core run when a guard cannot be prepared.
     */
    strict_guard_prepare?: boolean | number | string;
    /**
     * See eval.materialize_calibration.
     */
    allow_calibration_materialize?: boolean | number | string;
  };
  /**
   * Written by the release profile; not read.
   */
  policy_snapshot?: {
    [k: string]: unknown;
  };
  /**
   * Written by the ci_cpu profile; not read.
   */
  telemetry_profile?: string;
} | null;
/**
 * Artifacts.
 */
export type Output = {
  /**
   * Output root; each run creates a timestamped subdirectory.
   */
  dir?: string;
  /**
   * Export the edited model after the run.
   */
  save_model?: boolean;
  /**
   * Not read; the report is always written.
   */
  save_report?: boolean;
  /**
   * Export directory; relative paths are placed under the run directory. Beats INVARLOCK_EXPORT_DIR and model_subdir.
   */
  model_dir?: string;
  /**
   * @deprecated
   * Alias of model_dir.
   */
  model_path?: string;
  /**
   * Export directory name under the run directory.
   */
  model_subdir?: string;
} | null;

/**
 * What to certify and how: baseline and subject, evaluation windows, guards and gates, and where the evidence goes.
 */
export interface RunConfig {
  certify?: Certify;
  /**
   * Base mapping merged underneath the rest of this file before anything else happens (deep merge, the file wins). Removed after merging. Usually `defaults: !include base.yaml`. A `defaults` key nested inside this mapping is not merged again.
   */
  defaults?: RunConfig;
  model?: Model;
  dataset?: Dataset;
  edit?: Edit;
  auto?: Auto;
  guards?: Guards;
  eval?: Eval;
  primary_metric?: PrimaryMetric;
  context?: Context;
  output?: Output;
  /**
   * Free-form provenance supplied by the user.
   */
  meta?: {
    /**
     * Source revision recorded in the report.
     */
    commit?: string;
    [k: string]: unknown;
  };
  /**
   * @deprecated
   * Legacy block.
   */
  runner?: {
    /**
     * @deprecated
     * Only the doctor command reads this (device check D002). Use model.device.
     */
    device?: string;
  };
  /**
   * @deprecated
   * Removed feature (strict/fast assurance modes). Any value other than null makes loading fail.
   */
  assurance?: null;
}
/**
 * Model that a single run loads. A certification names its two models in the certify section instead; the options here then apply to both.
 */
export interface Model {
  /**
   * The model: its folder, relative to this file, or its id on the Hugging Face Hub (org/name or org/name@revision). A folder of that name goes first.
   */
  id?: string;
  /**
   * Which family of models the folder holds. `auto` reads the folder's config.json and picks one.
   */
  adapter?: string;
  /**
   * Where to evaluate. auto takes the first device whose losses agree with the CPU's; a named one is used or refused. mps stands for coreml on a Mac.
   */
  device?: 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'cuda:0' | 'coreml' | 'dml' | 'mps';
  /**
   * Alias of torch_dtype; ignored when torch_dtype is also present.
   */
  dtype?: string;
  /**
   * Floating-point type for loading. Short forms fp16/half, bf16 and fp32 are normalised to float16, bfloat16, float32.
   */
  torch_dtype?: string;
  /**
   * Accepted for files shared with the Python tool. Code from a checkpoint is never executed here.
   */
  trust_remote_code?: boolean;
  /**
   * Option of the Python tool's loader; has no effect here.
   */
  load_in_8bit?: boolean;
  /**
   * Option of the Python tool's loader; has no effect here.
   */
  load_in_4bit?: boolean;
  /**
   * Branch, tag or commit of model.id on the Hugging Face Hub, for invarlock run; org/name@revision says the same and wins. certify names revisions in certify.baseline and certify.subject.
   */
  revision?: string;
  /**
   * Option of the Python tool's loader; has no effect here.
   */
  device_map?:
    | string
    | {
        [k: string]: unknown;
      };
  /**
   * Option of the Python tool's loader; has no effect here.
   */
  low_cpu_mem_usage?: boolean;
  /**
   * Option of the Python tool's loader; has no effect here.
   */
  attn_implementation?: string;
  /**
   * Option of the Python tool's loader; has no effect here.
   */
  cache_dir?: string;
  /**
   * Option of the Python tool's loader; has no effect here.
   */
  local_files_only?: boolean;
  /**
   * Option of the Python tool's loader; has no effect here.
   */
  use_safetensors?: boolean;
  /**
   * hf_causal_onnx: name of the ONNX file inside the checkpoint folder.
   */
  file_name?: string;
  /**
   * ONNX Runtime execution providers in order of preference.
   */
  providers?: string[];
}
/**
 * Evaluation data and window layout.
 */
export interface Dataset {
  /**
   * Where the evaluation text comes from: a provider name, or a mapping with `kind` and its options. Needed to certify.
   */
  provider?: ProviderKind | ProviderMapping;
  /**
   * Dataset split. When absent, validation is used and the report says so.
   */
  split?: string;
  /**
   * Tokens per window; longer texts are cut and shorter ones padded to this length. Needed to certify.
   */
  seq_len?: number;
  /**
   * Tokens between the starts of two windows. Must equal seq_len, which is the default: overlapping or gapped windows are refused before anything runs.
   */
  stride?: number;
  /**
   * Windows in the preview arm. Must equal final_n.
   */
  preview_n?: number;
  /**
   * Windows in the final arm. Must equal preview_n.
   */
  final_n?: number;
  /**
   * Seeds the selection of windows, and the bootstrap when eval.bootstrap.seed is absent.
   */
  seed?: number;
  /**
   * Dataset on the Hugging Face Hub, org/name. hf_text defaults to wikitext; hf_seq2seq requires it.
   */
  dataset_name?: string;
  /**
   * Configuration of the dataset, as its page lists them; needed where it has several.
   */
  config_name?: string | null;
  /**
   * Column or JSON key holding the text (hf_text, local_jsonl).
   */
  text_field?: string;
  /**
   * Column or JSON key holding the source text (hf_seq2seq, local_jsonl_pairs); translation.de looks into a column with several parts.
   */
  src_field?: string;
  /**
   * Column or JSON key holding the target text (hf_seq2seq, local_jsonl_pairs).
   */
  tgt_field?: string;
  /**
   * JSON key of what the model reads (local_jsonl_tasks).
   */
  prompt_field?: string;
  /**
   * JSON key of the list of choices; a row without it asks for an exact answer (local_jsonl_tasks).
   */
  choices_field?: string;
  /**
   * JSON key of the right answer: its text, or the number of the right choice counted from 0 (local_jsonl_tasks).
   */
  answer_field?: string;
  /**
   * Text between prompt and answer, where neither has white space there; causal models only (local_jsonl_tasks).
   */
  answer_delimiter?: string;
  /**
   * Text that the model must write behind an exact answer, such as a line break; causal models only, because others end with the tokenizer's own end (local_jsonl_tasks).
   */
  answer_end?: string;
  /**
   * Compare choices by their mean log-likelihood per token instead of the sum (local_jsonl_tasks).
   */
  length_normalized?: boolean;
  /**
   * Folder with repositories of the Hugging Face Hub (datasets--org--name) that stands in for the cache of HF_HOME, relative to the file in which it is written; for wikitext2 also a folder with the corpus itself (wikitext2, hf_text, hf_seq2seq).
   */
  cache_dir?: string | null;
  /**
   * Branch, tag or commit of the dataset's repository; refs/convert/parquet is where the hub keeps many datasets as Parquet (wikitext2, hf_text, hf_seq2seq).
   */
  revision?: string;
  /**
   * Upper bound on rows read (hf_text, hf_seq2seq, local_jsonl, local_jsonl_pairs, local_jsonl_tasks).
   */
  max_samples?: number;
  /**
   * One data file of any name that tells its format: .jsonl, .txt (a text in each line), .csv, .tsv, .parquet, each also with .gz (local_jsonl, local_jsonl_pairs, local_jsonl_tasks); relative to the file in which it is written.
   */
  file?: string;
  /**
   * A data file, or a folder whose *.jsonl files are read in sorted order; without any, its Parquet, CSV, TSV or text files (local providers). Relative to the file in which it is written.
   */
  path?: string;
  /**
   * Glob pattern or list of data files (local providers), relative to the file in which it is written.
   */
  data_files?: string | string[];
  /**
   * Legacy location of provider.workers.
   */
  workers?: number;
  /**
   * Legacy location of provider.deterministic_shards.
   */
  deterministic_shards?: boolean;
  /**
   * @deprecated
   * Read by nothing; accepted so that existing files load. Remove it.
   */
  num_workers?: number;
  /**
   * @deprecated
   * Read by nothing; accepted so that existing files load. Remove it.
   */
  prefetch_factor?: number;
  /**
   * @deprecated
   * Read by nothing; accepted so that existing files load. Remove it.
   */
  pin_memory?: boolean;
}
/**
 * Provider with its options inline.
 */
export interface ProviderMapping {
  /**
   * Dataset on the Hugging Face Hub, org/name. hf_text defaults to wikitext; hf_seq2seq requires it.
   */
  dataset_name?: string;
  /**
   * Configuration of the dataset, as its page lists them; needed where it has several.
   */
  config_name?: string | null;
  /**
   * Column or JSON key holding the text (hf_text, local_jsonl).
   */
  text_field?: string;
  /**
   * Column or JSON key holding the source text (hf_seq2seq, local_jsonl_pairs); translation.de looks into a column with several parts.
   */
  src_field?: string;
  /**
   * Column or JSON key holding the target text (hf_seq2seq, local_jsonl_pairs).
   */
  tgt_field?: string;
  /**
   * JSON key of what the model reads (local_jsonl_tasks).
   */
  prompt_field?: string;
  /**
   * JSON key of the list of choices; a row without it asks for an exact answer (local_jsonl_tasks).
   */
  choices_field?: string;
  /**
   * JSON key of the right answer: its text, or the number of the right choice counted from 0 (local_jsonl_tasks).
   */
  answer_field?: string;
  /**
   * Text between prompt and answer, where neither has white space there; causal models only (local_jsonl_tasks).
   */
  answer_delimiter?: string;
  /**
   * Text that the model must write behind an exact answer, such as a line break; causal models only, because others end with the tokenizer's own end (local_jsonl_tasks).
   */
  answer_end?: string;
  /**
   * Compare choices by their mean log-likelihood per token instead of the sum (local_jsonl_tasks).
   */
  length_normalized?: boolean;
  /**
   * Folder with repositories of the Hugging Face Hub (datasets--org--name) that stands in for the cache of HF_HOME, relative to the file in which it is written; for wikitext2 also a folder with the corpus itself (wikitext2, hf_text, hf_seq2seq).
   */
  cache_dir?: string | null;
  /**
   * Branch, tag or commit of the dataset's repository; refs/convert/parquet is where the hub keeps many datasets as Parquet (wikitext2, hf_text, hf_seq2seq).
   */
  revision?: string;
  /**
   * Upper bound on rows read (hf_text, hf_seq2seq, local_jsonl, local_jsonl_pairs, local_jsonl_tasks).
   */
  max_samples?: number;
  /**
   * One data file of any name that tells its format: .jsonl, .txt (a text in each line), .csv, .tsv, .parquet, each also with .gz (local_jsonl, local_jsonl_pairs, local_jsonl_tasks); relative to the file in which it is written.
   */
  file?: string;
  /**
   * A data file, or a folder whose *.jsonl files are read in sorted order; without any, its Parquet, CSV, TSV or text files (local providers). Relative to the file in which it is written.
   */
  path?: string;
  /**
   * Glob pattern or list of data files (local providers), relative to the file in which it is written.
   */
  data_files?: string | string[];
  kind: ProviderKind;
  /**
   * synthetic: replacement sentence pool (15 built-in sentences when absent).
   *
   * @minItems 1
   */
  base_samples?: [string, ...string[]];
  /**
   * seq2seq: number of generated examples; raised automatically to the requested window total.
   */
  n?: number;
  /**
   * seq2seq: source length.
   */
  src_len?: number;
  /**
   * seq2seq: target length.
   */
  tgt_len?: number;
  /**
   * seq2seq: padding token id.
   */
  pad_id?: number;
  /**
   * seq2seq: begin token id.
   */
  bos_id?: number;
  /**
   * seq2seq: end token id.
   */
  eos_id?: number;
  /**
   * Doctor warns when this is positive without deterministic_shards; most providers refuse the key.
   */
  workers?: number;
  /**
   * See workers.
   */
  deterministic_shards?: boolean;
}
/**
 * How the subject is, or was, edited.
 */
export interface Edit {
  /**
   * Edit of the subject. With --edit, certify and run apply it to the model and measure the result; without, it says how the subject was edited elsewhere.
   */
  name?: string;
  /**
   * Edit parameters.
   */
  plan?: {
    [k: string]: unknown;
  } | null;
  /**
   * @deprecated
   * Alias of plan.
   */
  parameters?: {
    [k: string]: unknown;
  };
  /**
   * @deprecated
   * Alias that a user typed on a command line. Not read.
   */
  kind?: string;
}
/**
 * Guard chain and per-guard policy overrides (merged over the tier policy, highest precedence).
 */
export interface Guards {
  /**
   * Guards in the order in which they run. An empty list runs none. A guard may stand in the list twice.
   *
   * Items: Name of a guard.
   */
  order?: ('invariants' | 'spectral' | 'rmt' | 'variance' | 'noop')[];
  invariants?: GuardInvariants;
  spectral?: GuardSpectral;
  rmt?: GuardRmt;
  variance?: GuardVariance;
}
/**
 * Absolute z-score cap per module family. A number is shorthand for {kappa: number}. A family without an entry is capped at sigma_quantile.
 */
export interface FamilyCaps {
  ffn?: Kappa;
  attn?: Kappa;
  embed?: Kappa;
  other?: Kappa;
  router?: Kappa;
  expert_ffn?: Kappa;
  [k: string]: Kappa | undefined;
}
/**
 * Family-level multiple-testing correction for spectral violations.
 */
export interface MultipleTesting {
  /**
   * Correction. Anything unknown behaves as bonferroni.
   */
  method?: 'bh' | 'benjamini-hochberg' | 'benjamini_hochberg' | 'bonferroni' | 'bonf';
  /**
   * Significance level.
   */
  alpha?: number;
  /**
   * Number of hypotheses; raised to the number of families tested.
   */
  m?: number;
}
/**
 * Fixed-iteration power-method estimator; part of the measurement contract that verify compares with the baseline.
 */
export interface Estimator {
  /**
   * Always power_iter.
   */
  type?: 'power_iter';
  /**
   * Iterations; values below 1 become 1. Default 4 for spectral, 3 for rmt.
   */
  iters?: number;
  /**
   * Start vector.
   */
  init?: 'ones' | 'e0';
}
/**
 * Warn and fatal ratios relative to the baseline value.
 */
export interface RatioPair {
  /**
   * Below this ratio: budgeted violation.
   */
  warn_ratio?: number;
  /**
   * Below this ratio: fatal violation.
   */
  fatal_ratio?: number;
}
/**
 * Warn and fatal ratios relative to the baseline value.
 */
export interface RatioPair1 {
  /**
   * Below this ratio: budgeted violation.
   */
  warn_ratio?: number;
  /**
   * Below this ratio: fatal violation.
   */
  fatal_ratio?: number;
}
/**
 * How far a weight may be from the same weight of the baseline; null for no limit. Defaults shown are those of tier balanced.
 */
export interface PairedLimits {
  /**
   * Largest relative change of the largest singular value of a matrix.
   */
  sigma_change?: number | null;
  /**
   * Largest distance of a matrix or of the weight of a norm, as a share of the baseline's norm.
   */
  distance?: number | null;
  /**
   * The same over all matrices of a family together. A family without an entry is held to that of other.
   */
  family_distance?: {
    /**
     * Feed-forward matrices.
     */
    ffn?: number | null;
    /**
     * Attention matrices.
     */
    attn?: number | null;
    /**
     * Embeddings.
     */
    embed?: number | null;
    /**
     * The remaining matrices, heads among them.
     */
    other?: number | null;
    /**
     * Routers of experts.
     */
    router?: number | null;
    /**
     * Feed-forward matrices of experts.
     */
    expert_ffn?: number | null;
  };
}
/**
 * Allowed relative growth per family; non-numeric, negative or non-finite entries are dropped.
 */
export interface EpsilonMap {
  /**
   * Allowed growth of the feed-forward family.
   */
  ffn?: number;
  /**
   * Allowed growth of the attention family.
   */
  attn?: number;
  /**
   * Allowed growth of the embedding family.
   */
  embed?: number;
  /**
   * Allowed growth of the remaining family.
   */
  other?: number;
  [k: string]: number | undefined;
}
/**
 * Closed interval.
 */
export interface Range {
  /**
   * Lower bound.
   */
  min?: number;
  /**
   * Upper bound.
   */
  max?: number;
}
