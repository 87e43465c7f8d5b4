import type { Checked } from '../core/findings.ts';

/** What preparation gives, and the profile as far as it came: the exit code of a stop depends on it. */
export interface Prepared<T> extends Checked<T> {
  /** Undefined where preparation stopped before flags and configuration had settled it. */
  readonly profile: string | undefined;
}
