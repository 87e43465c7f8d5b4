/** A window with the mean losses of both models. */
export interface ComparedWindow {
  readonly arm: 'preview' | 'final';
  readonly window_id: number;
  readonly baseline_loss: number;
  readonly subject_loss: number;
  /** Subject minus baseline, in nats per token. */
  readonly delta: number;
}

interface Losses {
  readonly ids: readonly number[];
  readonly losses: readonly (number | null)[];
}

export interface RankedWindows {
  readonly worst: readonly ComparedWindow[];
  /** Windows with a finite loss in both arms, and those of them whose loss rose. */
  readonly compared: number;
  readonly increased: number;
}

/**
 * The windows whose loss rose most, the worst first, equal ones by their ids. A window that got no worse is never listed,
 * and neither is one without a finite loss in both arms. The report is written from this, and `verify` calls it again.
 */
export function rankWindows(
  subject: { readonly preview: Losses; readonly final: Losses },
  baseline: { readonly preview: Losses; readonly final: Losses },
  count: number,
): RankedWindows {
  const compared = (['preview', 'final'] as const).flatMap((arm) =>
    comparedWindows(arm, subject[arm], baseline[arm]),
  );
  const increased = compared.filter(({ delta }) => delta > 0);
  const worst = increased.toSorted((a, b) => b.delta - a.delta || a.window_id - b.window_id).slice(0, count);
  return { worst, compared: compared.length, increased: increased.length };
}

function comparedWindows(arm: ComparedWindow['arm'], subject: Losses, baseline: Losses): ComparedWindow[] {
  const baselines = new Map(baseline.ids.map((id, index) => [id, baseline.losses[index]]));
  return subject.ids.flatMap((id, index) => {
    const [before, after] = [baselines.get(id), subject.losses[index]];
    if (!isLoss(before) || !isLoss(after)) return [];
    return [{ arm, window_id: id, baseline_loss: before, subject_loss: after, delta: after - before }];
  });
}

function isLoss(value: unknown): value is number {
  return Number.isFinite(value);
}
