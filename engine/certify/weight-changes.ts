import { observedEdit, type WeightChange, type WeightChanges } from '../edits/weight-changes.ts';
import type { SurveyedWeight, WeightPair, WeightSurvey } from '../guards/run/weight-survey.ts';

/** What differs between the weights of both models, tensor by tensor, from the survey that the guards share. */
export async function weightChanges(survey: WeightSurvey): Promise<WeightChanges> {
  const paired = await survey.paired();
  if (!paired.pairs) return { evaluated: false, reason: paired.reason };
  const before = byKey((await survey.baseline()).weights);
  const after = byKey((await survey.subject())?.weights ?? []);
  const changed = Object.fromEntries(
    paired.pairs.flatMap((pair) => {
      const [own, other] = [before.get(pair.key), after.get(pair.key)];
      return pair.changedElements > 0 && own && other ? [[pair.key, changeOf(pair, own, other)]] : [];
    }),
  );
  return { evaluated: true, tensors: paired.pairs.length, ...observedEdit(changed), changed };
}

function changeOf(pair: WeightPair, own: SurveyedWeight, other: SurveyedWeight): WeightChange {
  const { changedElements, statistic, differenceRank, observed } = pair;
  const isMatrix = own.shape.length === 2;
  return {
    elements: own.shape.reduce((product, size) => product * size, 1),
    changed: changedElements,
    distance: statistic.distance,
    ...(observed?.baselineSha256 === undefined ? {} : { baseline_sha256: observed.baselineSha256 }),
    ...(observed?.subjectSha256 === undefined ? {} : { subject_sha256: observed.subjectSha256 }),
    baseline_zeros: own.measured?.zeroShare ?? 0,
    subject_zeros: other.measured?.zeroShare ?? 0,
    ...(isMatrix
      ? { bits: observed?.bits?.bits ?? null, scale: observed?.bits?.scale ?? null, rank: differenceRank }
      : {}),
  };
}

function byKey(weights: readonly SurveyedWeight[]): ReadonlyMap<string, SurveyedWeight> {
  return new Map(weights.map((weight) => [weight.key, weight]));
}
