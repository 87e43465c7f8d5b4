import type { RuleView } from './rule.ts';

/** Bounds in the wrong order: the reference corrects them without a word (spec 01 §1.4.8), which hides a typo. */
export function orderedBounds(view: RuleView): void {
  const bounds = (pointer: string) => {
    const node = view.node(pointer);
    if (node?.kind === 'sequence') return [view.number(`${pointer}/0`), view.number(`${pointer}/1`)];
    return [view.number(`${pointer}/min`), view.number(`${pointer}/max`)];
  };
  const [acceptedMin, acceptedMax] = bounds('/primary_metric/acceptance_range');
  if (acceptedMin !== undefined && acceptedMax !== undefined && acceptedMax < acceptedMin) {
    const message = `max is ${acceptedMax} and min is ${acceptedMin}: the range is taken as ${acceptedMin} to ${acceptedMin}. Exchange the two.`;
    view.report('/primary_metric/acceptance_range', 'key', 'C137', 'warning', message);
  }
  const [driftMin, driftMax] = bounds('/primary_metric/drift_band');
  if (driftMin !== undefined && driftMax !== undefined && driftMin >= driftMax) {
    const message = `The lower bound ${driftMin} is not below the upper bound ${driftMax}, so the default band 0.95 to 1.05 counts. Exchange the two.`;
    view.report('/primary_metric/drift_band', 'key', 'C137', 'warning', message);
  }
  const [clampLow, clampHigh] = bounds('/guards/variance/clamp');
  if (clampLow !== undefined && clampHigh !== undefined && clampLow >= clampHigh) {
    const message = `The lower limit ${clampLow} of clamp must be below the upper limit ${clampHigh}.`;
    view.report('/guards/variance/clamp', 'key', 'C137', 'error', message);
  }
  const random = view.number('/eval/loss/random_token_prob');
  const original = view.number('/eval/loss/original_token_prob');
  if (random !== undefined && original !== undefined && random + original > 1) {
    const message = `random_token_prob and original_token_prob are shares of the masked positions and add up to ${random + original}, which is more than 1.`;
    view.report('/eval/loss/original_token_prob', 'value', 'C138', 'error', message);
  }
}
