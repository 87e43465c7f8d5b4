import type { ObservedBits } from '../../edits/observed-bits.ts';
import type { PairedStatistic } from '../spectral/paired-statistic.ts';
import type { ModelWeight } from '../weights/model-weight.ts';

/**
 * What the guards know of the weights of both models. Every weight file is read once for all of them; the first who asks
 * starts it.
 */
export interface WeightSurvey {
  baseline(): Promise<ArmSurvey>;
  /** Undefined where the run has no second model. */
  subject(): Promise<ArmSurvey | undefined>;
  /** The weights that both have, in the order of the baseline; why not, where they cannot be paired. */
  paired(): Promise<PairedSurvey>;
}

export type PairedSurvey =
  | { readonly pairs: readonly WeightPair[]; readonly reason?: undefined }
  | { readonly pairs?: undefined; readonly reason: string };

export interface ArmSurvey {
  /** In the order in which the model uses them. */
  readonly weights: readonly SurveyedWeight[];
}

export interface SurveyedWeight
  extends Pick<
    ModelWeight,
    'key' | 'module' | 'role' | 'shape' | 'dtype' | 'isPacked' | 'storage' | 'family'
  > {
  readonly measured: WeightNumbers | undefined;
}

/** What was measured of one tensor; undefined members are those that its kind does not have. */
export interface WeightNumbers {
  readonly isFinite: boolean;
  readonly isZero: boolean;
  /** √ of the sum of squares; 0 where that is not finite. */
  readonly norm: number;
  /** Of matrices. */
  readonly sigma?: number;
  readonly stableRank?: number;
  readonly normCollapse?: number;
  /** Share of zeros. */
  readonly zeroShare: number;
  /** SHA-256 of the stored bytes, of matrices that a head may be tied to and of the heads. */
  readonly digest?: string;
}

export interface WeightPair {
  readonly key: string;
  readonly statistic: PairedStatistic;
  /** Elements whose values differ. */
  readonly changedElements: number;
  /** Directions that hold the change, where they are few. */
  readonly differenceRank: number | null;
  /** Of weights that differ. */
  readonly observed?: ObservedWeight;
}

/** What the stored bytes and the subject's values say of a change. */
export interface ObservedWeight {
  /** SHA-256 of the stored bytes; undefined of packed matrices. */
  readonly baselineSha256: string | undefined;
  readonly subjectSha256: string | undefined;
  /** Null where the subject's values lie on no grid, or the weight is no matrix. */
  readonly bits: ObservedBits | null;
}
