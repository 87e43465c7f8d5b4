import type { NoiseBand } from '../metrics/noise-floor.ts';

/** Where and how an evaluation ran, as far as its last digits may depend on it. */
export interface NoiseConditions {
  readonly device: string;
  readonly threads: number;
}

/** The losses of the second evaluation, so that the band can be computed again. */
interface NoiseWindows {
  readonly window_ids: readonly number[];
  readonly logloss: readonly (number | null)[];
}

export interface MeasuredNoiseFloor extends NoiseBand {
  readonly evaluated: true;
  readonly first: NoiseConditions;
  readonly second: NoiseConditions;
  readonly evaluation_windows: { readonly preview: NoiseWindows; readonly final: NoiseWindows };
}

/** The noise floor as the subject's report records it: what was asked for and not measured says why. */
export type NoiseFloor =
  | MeasuredNoiseFloor
  | { readonly evaluated: false; readonly status: 'not_evaluated'; readonly reason: string };

export function noiseFloorNotEvaluated(reason: string): NoiseFloor {
  return { evaluated: false, status: 'not_evaluated', reason };
}
