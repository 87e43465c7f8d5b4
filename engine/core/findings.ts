import type { DiagnosticCode } from '../codes/index.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A half-open range of UTF-16 offsets in one text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * One problem or remark about an input. Functions that can find problems return `Checked<T>` and do not throw.
 *
 * @example { code: 'C110', severity: 'error', message: 'Unknown key "sed". Did you mean "seed"?', pointer: '/dataset/sed' }
 */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence: what is wrong and, where it helps, what to do. */
  readonly message: string;
  /** JSON pointer of the value concerned, in the document the finding is about. */
  readonly pointer?: string;
  /** File the finding is about, as the user named it. */
  readonly file?: string;
  /** Exact place in that file. */
  readonly range?: TextRange;
  readonly expected?: unknown;
  readonly actual?: unknown;
  /** Which of the meanings of a code this is, where a code has several (spec 01 Q-15). */
  readonly reason?: string;
  /** Further facts for the JSON envelopes. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** A replacement that repairs the finding, for quick fixes. */
  readonly fix?: TextFix;
}

export interface TextFix {
  readonly title: string;
  readonly range: TextRange;
  readonly newText: string;
}

/** A value with the findings made on the way. `value` is undefined when the input was unusable. */
export interface Checked<T> {
  readonly value: T | undefined;
  readonly findings: readonly Finding[];
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
