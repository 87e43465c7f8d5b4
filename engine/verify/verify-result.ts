import type { Finding } from '../core/findings.ts';

/** What `verify` says about one file. */
export interface VerifyResult {
  /** The file as the caller named it. */
  readonly file: string;
  readonly ok: boolean;
  /** 0 in order, 1 a finding or a failed gate, 2 malformed, 3 a typed error under ci and release. */
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly reason: 'ok' | 'policy_fail' | 'malformed';
  /** Metric kind in lower case; '' when the file could not be read. */
  readonly kind: string;
  readonly ratio_vs_baseline: number | null;
  /** The interval in display space. */
  readonly ci: readonly [number, number] | null;
  /** Null when the certificate holds nothing to compute from. */
  readonly recompute: Recompute | null;
  /** The recorded gate flags. */
  readonly gates: Readonly<Record<string, boolean>>;
  /** In the order of the checks; `range` is the place in the text. */
  readonly findings: readonly Finding[];
}

export interface Recompute {
  readonly family: 'ppl' | 'accuracy';
  readonly ok: boolean;
  readonly reason: null | 'mismatch' | 'skipped';
  /** What could be computed again: all of it, or the subject's own value alone, as foreign files allow at most. */
  readonly scope: 'everything' | 'final_value';
}
