import { ignoredLabel } from '../data/mask-tokens.ts';
import type { ModelGraph } from '../graph/model-graph.ts';

/** One window's logits, row by row, and what is expected of them. */
export interface LogitRows {
  readonly loss: ModelGraph['loss'];
  readonly logits: readonly ArrayLike<number>[];
  /** One per row; `ignoredLabel` where nothing is scored. */
  readonly labels: readonly number[];
}

export interface LogitsLoss {
  /** Mean in nats; NaN without a target. */
  readonly loss: number;
  readonly targetCount: number;
}

/**
 * The loss of a window from its logits (spec 02 §4.2). Causal rows are scored against the label that follows, the others
 * against their own; summed in float64 from logits of any precision.
 *
 * The engine's graphs compute the same inside ONNX Runtime; this is for logits that are at hand.
 */
export function lossFromLogits({ loss, logits, labels }: LogitRows): LogitsLoss {
  const shift = loss === 'causal' ? 1 : 0;
  let sum = 0;
  let targetCount = 0;
  for (const [row, values] of logits.entries()) {
    const label = labels[row + shift];
    if (label === undefined || label === ignoredLabel) continue;
    sum += negativeLogLikelihood(values, label);
    targetCount += 1;
  }
  return { loss: sum / targetCount, targetCount };
}

/** −log softmax at one place, with the largest logit taken out first so that nothing overflows. */
function negativeLogLikelihood(values: ArrayLike<number>, label: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) largest = Math.max(largest, values[index] ?? 0);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += Math.exp((values[index] ?? 0) - largest);
  return largest + Math.log(sum) - (values[label] ?? Number.NaN);
}
