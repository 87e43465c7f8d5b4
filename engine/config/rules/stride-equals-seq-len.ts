import type { RuleView } from './rule.ts';

/** Windows that overlap, or leave gaps, cannot be paired: said before anything runs (spec 01 §2.1, Q-11). */
export function strideEqualsSeqLen(view: RuleView): void {
  const stride = view.number('/dataset/stride');
  const seqLen = view.number('/dataset/seq_len');
  if (stride === undefined || seqLen === undefined || stride === seqLen) return;
  // The schema speaks of what is no number of tokens.
  if (!Number.isInteger(stride) || !Number.isInteger(seqLen)) return;
  const fix = view.replaceFix('/dataset/stride', `Set stride to ${seqLen}`, String(seqLen));
  const message = `stride is ${stride} and seq_len is ${seqLen}. Windows must neither overlap nor leave gaps: set stride to ${seqLen}.`;
  view.report('/dataset/stride', 'value', 'T322', 'error', message, {
    expected: seqLen,
    actual: stride,
    ...(fix && { fix }),
  });
}
