import { isObject } from '../../core/json-access.ts';
import { mean } from '../../numerics/numpy-reduce.ts';
import { type Guard, type GuardOutcome, notJudged } from '../run/guard.ts';
import type { SurveyedWeight } from '../run/weight-survey.ts';
import { classNames } from '../weights/model-weight.ts';
import type { WeightMeasurement } from './measure-weight.ts';
import { outcomeOfRecords } from './outcome-of-records.ts';
import { prepareSpectral, spectralContract } from './spectral-guard.ts';
import { type SpectralPolicy, spectralPolicy } from './spectral-policy.ts';
import { familyOf, type WeightRecord, weightRecord } from './weight-record.ts';

interface SpectralState {
  readonly policy: SpectralPolicy;
}

/** Weights of the subject against those of the baseline: singular values, ranks and distances (spec 03 §3). */
export const spectralGuard: Guard<SpectralState> = {
  name: 'spectral',
  async prepare({ policies, weights }) {
    const policy = spectralPolicy(policies.spectral).value;
    const { weights: surveyed } = await weights.baseline();
    const measured = surveyed.flatMap(measurementOf);
    if (!policy || measured.length === 0) {
      return {
        state: undefined,
        reason: 'No matrix of the baseline could be read as numbers, so there is nothing to compare with.',
        metrics: {},
      };
    }
    const { sigmas, families, statistics, targetSigma, degeneracy } = prepareSpectral(measured, policy);
    const values = Object.values(sigmas);
    const metrics = {
      modules_checked: values.length,
      max_spectral_norm: values.length === 0 ? 0 : Math.max(...values),
      mean_spectral_norm: values.length === 0 ? 0 : mean(values),
      target_sigma: targetSigma,
      module_sigmas: sigmas,
      family_stats: statistics,
      baseline_degeneracy: degeneracy,
      measurement_contract: spectralContract(policy),
    };
    return { state: { policy }, metrics, details: { module_family_map: families } };
  },

  async validate({ policies, weights }, { policy }): Promise<GuardOutcome> {
    const paired = await weights.paired();
    if (!paired.pairs) return notJudged('not_evaluated', paired.reason, { policy: { ...policy } });
    const records = await recordsOf(weights, paired.pairs);
    const statistics = policies.spectral.baseline_family_stats;
    return outcomeOfRecords(records, policy, isObject(statistics) ? statistics : undefined);
  },
};

async function recordsOf(
  weights: Parameters<Guard['prepare']>[0]['weights'],
  pairs: NonNullable<Awaited<ReturnType<typeof weights.paired>>['pairs']>,
): Promise<readonly WeightRecord[]> {
  const before = byKey((await weights.baseline()).weights);
  const after = byKey((await weights.subject())?.weights ?? []);
  return pairs.flatMap((pair) => {
    const [own, other] = [before.get(pair.key), after.get(pair.key)];
    return own && other ? (weightRecord(own, other, pair) ?? []) : [];
  });
}

function byKey(weights: readonly SurveyedWeight[]): ReadonlyMap<string, SurveyedWeight> {
  return new Map(weights.map((weight) => [weight.key, weight]));
}

function measurementOf(weight: SurveyedWeight): WeightMeasurement[] {
  const { measured, module: path, role } = weight;
  if (measured?.sigma === undefined) return [];
  const degeneracy = {
    stable_rank: measured.stableRank ?? 0,
    norm_collapse: measured.normCollapse ?? 0,
  };
  return [{ path, className: classNames[role], family: familyOf(weight), sigma: measured.sigma, degeneracy }];
}
