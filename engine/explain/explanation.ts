import type { Interval } from '../report/run-report.ts';

/** One gate in words, with the numbers behind them. */
export interface GateExplanation {
  /** The flag in the certificate's `validation` block. */
  readonly name: string;
  readonly title: string;
  readonly status: 'pass' | 'fail' | 'warn' | 'not_evaluated';
  /** What was measured, in words; '' when nothing was. */
  readonly value: string;
  /** What it was compared with. */
  readonly threshold: string;
  /** What set the threshold. */
  readonly source: string;
  /** Why it passed, failed or was not evaluated, one sentence each. */
  readonly why: readonly string[];
  /** What to do about it; empty when there is nothing to do. */
  readonly advice: readonly string[];
  readonly measured: number | null;
  readonly interval: Interval | null;
  readonly limit: { readonly min?: number; readonly max?: number } | null;
}

/** A whole certificate explained: the gates on the metric, then the guards. */
export interface Explanation {
  readonly verdict: 'PASS' | 'FAIL';
  readonly headline: string;
  readonly tier: string;
  readonly profile: string;
  readonly dataset: string;
  readonly gates: readonly GateExplanation[];
}
