import type { EvaluationWindow, WindowSchedule } from '../data/data-types.ts';
import { type ScoredGraph, scoredRows } from '../evaluate/scored-rows.ts';
import {
  type EvaluatedWindows,
  type ScoredTokens,
  type WorstWindows,
  worstWindows,
} from '../report/worst-windows.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';
import type { ArmEvaluation } from './evaluate-arm.ts';

export interface ArmWorstWindowsInputs {
  readonly subject: EvaluatedWindows;
  readonly baseline: EvaluatedWindows;
  readonly schedule: WindowSchedule;
  readonly evaluation: Pick<ArmEvaluation, 'preview' | 'final' | 'scored'>;
  /** Absent where the baseline's report was reused: reports hold no losses of tokens. */
  readonly baselineEvaluation: Pick<ArmEvaluation, 'preview' | 'final'> | undefined;
  readonly count: number;
  /** Tokens are text, and not every text may be kept (INVARLOCK_STORE_EVAL_WINDOWS). */
  readonly storesTexts: boolean;
  readonly tokenizer: Pick<ModelTokenizer, 'tokenText'>;
}

export const tokensNotStored = 'INVARLOCK_STORE_EVAL_WINDOWS is off, so no text of the windows is kept.';
export const tokensNotMeasured =
  'The baseline was not evaluated in this run, and its report holds no losses of single tokens.';

/** The subject's windows that got worst, with their tokens where both arms were evaluated here. */
export function armWorstWindows(inputs: ArmWorstWindowsInputs): WorstWindows | undefined {
  const { subject, baseline, baselineEvaluation, count, storesTexts, tokenizer } = inputs;
  const tokens = !storesTexts
    ? tokensNotStored
    : baselineEvaluation
      ? tokensOf(inputs, baselineEvaluation)
      : tokensNotMeasured;
  return worstWindows({ subject, baseline, count, tokens, tokenText: tokenizer.tokenText });
}

function tokensOf(
  { schedule, evaluation }: ArmWorstWindowsInputs,
  baseline: Pick<ArmEvaluation, 'preview' | 'final'>,
): (id: number) => ScoredTokens | undefined {
  const byId = <T extends { readonly id: number }>(arms: { preview: readonly T[]; final: readonly T[] }) =>
    new Map([...arms.preview, ...arms.final].map((item) => [item.id, item]));
  const windows = byId({ preview: schedule.preview, final: schedule.final });
  const before = byId({ preview: baseline.preview, final: baseline.final });
  const after = byId({ preview: evaluation.preview, final: evaluation.final });
  return (id) => {
    const [window, one, other] = [windows.get(id), before.get(id), after.get(id)];
    if (!window || !one || !other) return undefined;
    const targets = targetsOf(evaluation.scored, window);
    if (targets.length !== one.tokenLosses.length || targets.length !== other.tokenLosses.length)
      return undefined;
    return { targets, baseline: one.tokenLosses, subject: other.tokenLosses };
  };
}

/** Of a labelled example the right answer was scored, of other windows what its model's kind says. */
function targetsOf(scored: ScoredGraph, window: EvaluationWindow): readonly number[] {
  const { example } = window;
  return example ? (example.answers[example.right] ?? []) : scoredRows(scored, window).targets;
}
