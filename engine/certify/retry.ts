/** One try of `run --until-pass`: which edit it was and what its gates said. */
export interface Attempt {
  readonly attempt: number;
  /** The edit's own name, such as `int4-rtn-reference-ffn`. */
  readonly edit: string;
  readonly plan: Readonly<Record<string, unknown>>;
  readonly passed: boolean;
  readonly ratio_vs_baseline: number | null;
  readonly failed_gates: readonly string[];
}

/**
 * The place of a run among the tries of `--until-pass`, recorded in its edit block: whoever reads the evidence must know
 * that the edit was chosen by its verdict.
 */
export interface Retry {
  readonly attempt: number;
  readonly max_attempts: number;
  readonly earlier: readonly Attempt[];
}
