import { isFiniteNumber, listAt, numberAt, objectAt, textAt } from '../core/json-access.ts';

/** A scored token with the losses of both models. */
export interface TokenView {
  readonly text: string;
  readonly baseline: number;
  readonly subject: number;
  readonly delta: number;
  /** −3 (much better) to 3 (much worse): what it is coloured by. */
  readonly level: number;
}

export interface WorstWindowView {
  readonly title: string;
  readonly baseline: number;
  readonly subject: number;
  readonly delta: number;
  /** Which of the scored tokens are shown; empty when there are none. */
  readonly extent: string;
  readonly tokens: readonly TokenView[];
}

/** The windows whose loss rose most, the worst first. */
export interface WorstWindowsView {
  /** One sentence: how many windows got worse, and what is not shown. */
  readonly summary: string;
  readonly windows: readonly WorstWindowView[];
}

/** A document may hold as much as it likes; a page stays readable. */
const mostWindows = 20;
const mostTokens = 256;

/** Undefined when the certificate keeps no worst windows. */
export function worstWindowsView(certificate: unknown): WorstWindowsView | null {
  const block = objectAt(certificate, 'worst_windows');
  const list = listAt(block, 'windows');
  if (!block || !list) return null;
  const windows = list.slice(0, mostWindows).flatMap(windowView);
  const [increased, compared] = [numberAt(block, 'increased') ?? 0, numberAt(block, 'compared') ?? 0];
  const rose = `The loss rose in ${increased} of ${compared} windows.`;
  const leftOut = textAt(block, 'tokens_left_out');
  return {
    summary: leftOut === undefined ? rose : `${rose} No tokens are shown: ${leftOut}`,
    windows,
  };
}

/** The tokens of a window that got worst, the worst first. */
export function worstTokens({ tokens }: WorstWindowView, count: number): readonly TokenView[] {
  return tokens
    .filter(({ delta }) => delta > 0)
    .toSorted((a, b) => b.delta - a.delta)
    .slice(0, count);
}

function windowView(window: unknown): readonly WorstWindowView[] {
  const [id, baseline, subject] = ['window_id', 'baseline_loss', 'subject_loss'].map((key) =>
    numberAt(window, key),
  );
  if (id === undefined || baseline === undefined || subject === undefined) return [];
  const tokens = tokenViews(objectAt(window, 'tokens'));
  const first = numberAt(window, 'tokens', 'first') ?? 0;
  const scored = numberAt(window, 'tokens', 'scored') ?? tokens.length;
  return [
    {
      title: `Window ${id} (${textAt(window, 'arm') ?? 'arm not recorded'})`,
      baseline,
      subject,
      delta: numberAt(window, 'delta') ?? subject - baseline,
      extent:
        tokens.length === 0
          ? ''
          : tokens.length === scored
            ? `${scored} scored tokens`
            : `tokens ${first + 1} to ${first + tokens.length} of ${scored} scored ones`,
      tokens,
    },
  ];
}

function tokenViews(tokens: unknown): TokenView[] {
  const [texts, before, after] = ['texts', 'baseline_nll', 'subject_nll'].map((key) => listAt(tokens, key));
  return (texts ?? []).slice(0, mostTokens).flatMap((text, index) => {
    const [baseline, subject] = [before?.[index], after?.[index]];
    if (typeof text !== 'string' || !isFiniteNumber(baseline) || !isFiniteNumber(subject)) return [];
    const delta = subject - baseline;
    return [{ text, baseline, subject, delta, level: levelOf(delta) }];
  });
}

/** In nats: a token that became 1.1, 1.6 and 7 times less likely. */
const levels = [0.1, 0.5, 2] as const;

function levelOf(delta: number): number {
  return Math.sign(delta) * levels.filter((bound) => Math.abs(delta) >= bound).length;
}

/** `+0.0712`: a difference always shows its sign. */
export function signed(delta: number, digits = 4): string {
  return `${delta < 0 ? '−' : '+'}${Math.abs(delta).toFixed(digits)}`;
}

/** Spaces and line ends of a token, so that they are seen. */
export function visibleToken(text: string): string {
  return text.replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll('\r', '␍');
}
