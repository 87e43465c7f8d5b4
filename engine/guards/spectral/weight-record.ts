import type { JsonObject } from '../../core/json-access.ts';
import type { SurveyedWeight, WeightPair } from '../run/weight-survey.ts';
import { classNames } from '../weights/model-weight.ts';
import type { WeightMeasurement } from './measure-weight.ts';
import { spectralFamily } from './spectral-families.ts';

/**
 * One weight of both models, as it stands in report and certificate: everything that the verdict on weights follows from,
 * so that `verify` reaches it again. Names are those of the evidence.
 */
export type WeightRecord = {
  readonly weight: string;
  readonly module: string;
  readonly role: SurveyedWeight['role'];
  readonly family: string;
  readonly shape: readonly number[];
  readonly norm_base: number;
  readonly norm: number;
  /** ‖S − B‖ ÷ ‖B‖; null where it is no finite number. */
  readonly distance: number | null;
  readonly changed_elements: number;
  /** Directions that hold the change, where they are few. */
  readonly difference_rank?: number;
  /** Shares of zeros, where the edit made more of them. */
  readonly zero_share_base?: number;
  readonly zero_share?: number;
} & Partial<MatrixNumbers>;

/** Of matrices only. */
interface MatrixNumbers {
  readonly sigma_base: number;
  readonly sigma: number;
  readonly stable_rank_base: number;
  readonly stable_rank: number;
  readonly norm_collapse_base: number;
  readonly norm_collapse: number;
  readonly sigma_change: number | null;
  readonly stable_rank_change: number | null;
}

export function weightRecord(
  baseline: SurveyedWeight,
  subject: SurveyedWeight,
  pair: WeightPair,
): WeightRecord | undefined {
  const [before, after] = [baseline.measured, subject.measured];
  if (!before || !after) return undefined;
  const { statistic, changedElements, differenceRank } = pair;
  const isSparser = after.zeroShare > before.zeroShare;
  return {
    weight: baseline.key,
    module: baseline.module,
    role: baseline.role,
    family: familyOf(baseline),
    shape: baseline.shape,
    norm_base: before.norm,
    norm: after.norm,
    distance: statistic.distance,
    changed_elements: changedElements,
    ...(differenceRank === null ? {} : { difference_rank: differenceRank }),
    ...(isSparser ? { zero_share_base: before.zeroShare, zero_share: after.zeroShare } : {}),
    ...(before.sigma === undefined || after.sigma === undefined
      ? {}
      : {
          sigma_base: before.sigma,
          sigma: after.sigma,
          stable_rank_base: before.stableRank ?? 0,
          stable_rank: after.stableRank ?? 0,
          norm_collapse_base: before.normCollapse ?? 0,
          norm_collapse: after.normCollapse ?? 0,
          sigma_change: statistic.sigmaChange,
          stable_rank_change: statistic.stableRankChange,
        }),
  };
}

export function familyOf({ module, role, family }: SurveyedWeight): string {
  if (role === 'norm' || role === 'vector' || role === 'other') return role === 'norm' ? 'norm' : 'vector';
  return family ?? spectralFamily(module, classNames[role]);
}

/** What the z-scores are made from: one model's side of the matrices. */
export function measurements(
  records: readonly WeightRecord[],
  arm: 'baseline' | 'subject',
): readonly WeightMeasurement[] {
  return records.flatMap((record) => {
    const isBase = arm === 'baseline';
    const sigma = isBase ? record.sigma_base : record.sigma;
    const rank = isBase ? record.stable_rank_base : record.stable_rank;
    const collapse = isBase ? record.norm_collapse_base : record.norm_collapse;
    if (sigma === undefined || rank === undefined || collapse === undefined) return [];
    const { module: path, family, role } = record;
    return [
      {
        path,
        className: classNames[role],
        family,
        sigma,
        degeneracy: { stable_rank: rank, norm_collapse: collapse },
      },
    ];
  });
}

/** A record that was read from a document; undefined when it is not whole. */
export function readWeightRecord(value: JsonObject): WeightRecord | undefined {
  const texts = ['weight', 'module', 'role', 'family'].every((name) => typeof value[name] === 'string');
  const numbers = ['norm_base', 'norm', 'changed_elements'].every((name) => typeof value[name] === 'number');
  const isKnown = Object.hasOwn(classNames, String(value.role));
  const hasDistance = value.distance === null || typeof value.distance === 'number';
  const isWhole = texts && numbers && isKnown && hasDistance && Array.isArray(value.shape);
  return isWhole ? (value as unknown as WeightRecord) : undefined;
}
