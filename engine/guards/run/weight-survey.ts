import type { PairedStatistic } from '../spectral/paired-statistic.ts';

/**
 * What the guards know of the weights of both models. Every weight file is streamed once for all of them; the first who
 * asks starts it.
 */
export interface WeightSurvey {
  baseline(): Promise<ArmWeights>;
  /** Rejects where a run has no subject. */
  subject(): Promise<ArmWeights>;
  /** The same tensors of both, compared value by value. */
  paired(): Promise<readonly PairedWeight[]>;
}

export interface ArmWeights {
  readonly tensors: readonly TensorMeasurement[];
}

/** One tensor as the mathematics sees it: a packed matrix is unpacked. */
export interface TensorMeasurement {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isPacked: boolean;
  readonly nonFiniteCount: number;
}

export interface PairedWeight extends PairedStatistic {
  readonly name: string;
}
