import { type ComparedWindow, rankWindows } from './rank-windows.ts';
import type { WindowRecords } from './run-report.ts';

/** The windows whose loss rose most (`worst_windows`), so that a person can read what got worse. */
export interface WorstWindows {
  /** How many were asked for. */
  readonly count: number;
  readonly compared: number;
  readonly increased: number;
  /** Why the windows have no tokens; null when they have. */
  readonly tokens_left_out: string | null;
  readonly windows: readonly WorstWindow[];
}

interface WorstWindow extends ComparedWindow {
  readonly tokens?: WorstTokens;
}

/** Parallel lists, one entry per scored token. */
interface WorstTokens {
  /** Scored tokens of the window; the lists hold those from `first` on. */
  readonly scored: number;
  readonly first: number;
  readonly ids: readonly number[];
  readonly texts: readonly string[];
  readonly baseline_nll: readonly number[];
  readonly subject_nll: readonly number[];
}

/** What one scored window is made of, by its id. */
export interface ScoredTokens {
  readonly targets: readonly number[];
  readonly baseline: Float32Array;
  readonly subject: Float32Array;
}

/** What is needed of a report. */
export interface EvaluatedWindows {
  readonly evaluation_windows: Readonly<
    Record<'preview' | 'final', Pick<WindowRecords, 'window_ids' | 'logloss'>>
  >;
}

export interface WorstWindowsInputs {
  readonly subject: EvaluatedWindows;
  readonly baseline: EvaluatedWindows;
  readonly count: number;
  /** Gives a window's tokens with the losses of both arms, or says in a sentence why there are none. */
  readonly tokens: string | ((id: number) => ScoredTokens | undefined);
  readonly tokenText: (id: number) => string;
}

/**
 * Ranks the windows of two arms and reads the tokens of those that are kept. Undefined when none were asked for.
 *
 * @example worstWindows({ subject, baseline, count: 5, tokens: () => undefined, tokenText: String })?.windows[0]?.delta
 */
export function worstWindows(inputs: WorstWindowsInputs): WorstWindows | undefined {
  const { subject, baseline, count, tokens } = inputs;
  if (count < 1) return undefined;
  const { worst, compared, increased } = rankWindows(lossesOf(subject), lossesOf(baseline), count);
  return {
    count,
    compared,
    increased,
    tokens_left_out: typeof tokens === 'string' ? tokens : null,
    windows: worst.map((window) => {
      const scored = typeof tokens === 'string' ? undefined : tokens(window.window_id);
      return scored ? { ...window, tokens: tokenLists(scored, inputs.tokenText) } : window;
    }),
  };
}

/** How many tokens of a window a certificate holds. */
const certificateTokens = 128;

/** For the certificate: of a long window the stretch where the loss rose most in sum, the first of equal ones. */
export function worstWindowsExtract(worst: WorstWindows): WorstWindows {
  return {
    ...worst,
    windows: worst.windows.map((window) =>
      window.tokens ? { ...window, tokens: stretch(window.tokens, certificateTokens) } : window,
    ),
  };
}

function stretch(tokens: WorstTokens, length: number): WorstTokens {
  if (tokens.ids.length <= length) return tokens;
  const delta = (index: number) => (tokens.subject_nll[index] ?? 0) - (tokens.baseline_nll[index] ?? 0);
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += delta(index);
  let best = { sum, start: 0 };
  for (let start = 1; start + length <= tokens.ids.length; start += 1) {
    sum += delta(start + length - 1) - delta(start - 1);
    if (sum > best.sum) best = { sum, start };
  }
  const cut = <T>(list: readonly T[]) => list.slice(best.start, best.start + length);
  return {
    scored: tokens.scored,
    first: tokens.first + best.start,
    ids: cut(tokens.ids),
    texts: cut(tokens.texts),
    baseline_nll: cut(tokens.baseline_nll),
    subject_nll: cut(tokens.subject_nll),
  };
}

function tokenLists(
  { targets, baseline, subject }: ScoredTokens,
  tokenText: (id: number) => string,
): WorstTokens {
  return {
    scored: targets.length,
    first: 0,
    ids: targets,
    texts: targets.map(tokenText),
    baseline_nll: Array.from(baseline, shortestFloat32),
    subject_nll: Array.from(subject, shortestFloat32),
  };
}

/** The shortest decimal number that is the same float32: the other digits would only be those of its float64 form. */
function shortestFloat32(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function lossesOf({ evaluation_windows: windows }: EvaluatedWindows) {
  const arm = (name: 'preview' | 'final') => ({
    ids: windows[name].window_ids,
    losses: windows[name].logloss,
  });
  return { preview: arm('preview'), final: arm('final') };
}
