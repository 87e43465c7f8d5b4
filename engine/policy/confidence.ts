import type { Interval } from '../report/run-report.ts';

export interface Confidence {
  readonly label: 'High' | 'Medium' | 'Low';
  readonly basis: string;
  /** Width of the shown interval; null when there is none. */
  readonly width: number | null;
  readonly threshold: number;
  readonly unstable: boolean;
}

/**
 * How much the verdict on the primary metric can be trusted (spec 04 §2.8). Without an interval against the baseline it is
 * Low (CQ-11).
 */
export function confidenceLabel(inputs: {
  readonly kind: string;
  readonly acceptable: boolean;
  /** In the metric's own display unit: a ratio for perplexity, percentage points for accuracy (CQ-09). */
  readonly displayInterval: Interval | undefined;
  readonly unstable: boolean;
}): Confidence {
  const { displayInterval: interval, unstable } = inputs;
  const kind = inputs.kind.toLowerCase();
  const ppl = kind.startsWith('ppl');
  const accuracy = kind === 'accuracy' || kind === 'vqa_accuracy';
  const threshold = accuracy ? 1 : 0.03;
  const width = interval ? interval[1] - interval[0] : Number.NaN;
  const isKnown = Number.isFinite(width);
  return {
    label: isKnown && inputs.acceptable ? label(unstable, width, threshold) : 'Low',
    basis: ppl ? 'ppl_ratio' : accuracy ? kind : 'primary_metric',
    width: isKnown ? width : null,
    threshold,
    unstable,
  };
}

function label(unstable: boolean, width: number, threshold: number): Confidence['label'] {
  if (!unstable && width <= threshold) return 'High';
  if (width <= 2 * threshold) return 'Medium';
  return unstable ? 'Medium' : 'Low';
}
