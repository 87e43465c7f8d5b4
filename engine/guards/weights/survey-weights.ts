import { createHash } from 'node:crypto';
import type { FileReader } from '../../core/ports.ts';
import { observedBits } from '../../edits/observed-bits.ts';
import type { ModelSource } from '../../models/model-source.ts';
import type { EstimatorSettings } from '../common/estimator-settings.ts';
import { asMatrix } from '../common/matrix.ts';
import type {
  ArmSurvey,
  ObservedWeight,
  PairedSurvey,
  SurveyedWeight,
  WeightNumbers,
  WeightPair,
  WeightSurvey,
} from '../run/weight-survey.ts';
import { addToNorms, noNorms, pairedStatistic } from '../spectral/paired-statistic.ts';
import { differenceRank } from './difference-rank.ts';
import { measureTensor } from './measure-tensor.ts';
import type { ModelWeight } from './model-weight.ts';
import { modelWeights } from './model-weights.ts';

export interface SurveyInputs {
  readonly files: FileReader;
  readonly baseline: ModelSource;
  readonly subject?: ModelSource;
  readonly estimator: EstimatorSettings;
  /** Called before each tensor; rejects to stop. */
  readonly onTensor: (done: number, total: number) => void;
}

/**
 * Measures the weights of both models, tensor by tensor: at any time the values of one tensor of each are in memory, and
 * what is equal in both is measured once. Nothing is read before somebody asks.
 */
export function surveyWeights(inputs: SurveyInputs): WeightSurvey {
  let known: Promise<Surveyed> | undefined;
  const survey = (): Promise<Surveyed> => {
    known ??= surveyBoth(inputs);
    return known;
  };
  return {
    baseline: async () => (await survey()).baseline,
    subject: async () => (await survey()).subject,
    paired: async () => (await survey()).paired,
  };
}

interface Surveyed {
  readonly baseline: ArmSurvey;
  readonly subject: ArmSurvey | undefined;
  readonly paired: PairedSurvey;
}

async function surveyBoth(inputs: SurveyInputs): Promise<Surveyed> {
  const before = modelWeights(inputs.baseline);
  const after = inputs.subject ? modelWeights(inputs.subject) : [];
  const partners = new Map(after.map((weight) => [weight.key, weight]));
  const total = before.length + after.filter(({ key }) => !has(before, key)).length;
  let done = 0;
  const next = (): void => inputs.onTensor(done++, total);

  const baseline: SurveyedWeight[] = [];
  const subject = new Map<string, SurveyedWeight>();
  const pairs: WeightPair[] = [];
  for (const original of before) {
    next();
    const found = partners.get(original.key);
    const [weight, partner] = alike(original, found);
    const own = await load(inputs.files, weight);
    const other = partner && (await load(inputs.files, partner));
    const measured = own.values && measure(weight, own, inputs.estimator);
    baseline.push({ ...facts(weight), measured });
    if (!partner || !other) continue;
    const isEqual = isSame(own, other) && weight.shape.join() === partner.shape.join();
    const theirs = isEqual ? measured : other.values && measure(partner, other, inputs.estimator);
    subject.set(partner.key, { ...facts(partner), measured: theirs });
    const pair = compare(weight, partner, { own, other, measured, theirs, isEqual });
    if (pair) pairs.push(pair);
  }
  for (const weight of after) {
    if (subject.has(weight.key)) continue;
    next();
    const own = await load(inputs.files, weight);
    const measured = own.values && measure(weight, own, inputs.estimator);
    subject.set(weight.key, { ...facts(weight), measured });
  }
  return {
    baseline: { weights: baseline },
    subject: inputs.subject && { weights: after.flatMap(({ key }) => subject.get(key) ?? []) },
    paired: pairedSurvey(inputs, before, pairs),
  };
}

/** Both with their inputs where the one has them that can be stored in one way only. */
function alike(
  baseline: ModelWeight,
  subject: ModelWeight | undefined,
): readonly [ModelWeight, ModelWeight | undefined] {
  if (subject?.withInputsFirst && !baseline.withInputsFirst)
    return [baseline, subject.withInputsFirst(baseline.role === 'conv1d')];
  if (subject && baseline.withInputsFirst && !subject.withInputsFirst)
    return [baseline.withInputsFirst(subject.role === 'conv1d'), subject];
  return [baseline, subject];
}

function has(weights: readonly ModelWeight[], key: string): boolean {
  return weights.some((weight) => weight.key === key);
}

function pairedSurvey(
  { baseline, subject }: SurveyInputs,
  before: readonly ModelWeight[],
  pairs: readonly WeightPair[],
): PairedSurvey {
  if (!subject) return { reason: 'There is no second model to compare the weights with.' };
  const matrices = before.filter((weight) => weight.shape.length === 2);
  const paired = new Set(pairs.map(({ key }) => key));
  // A head that is the embedding stands in exports once more, and in checkpoints not at all.
  const missing = matrices.filter(
    (weight) => !paired.has(weight.key) && !(weight.role === 'linear' && isVocabulary(weight)),
  );
  if (baseline.kind === subject.kind || missing.length === 0) return { pairs };
  const [first] = missing;
  return {
    reason: `Baseline and subject are stored in different formats, and ${missing.length} of ${matrices.length} matrices were not found in both, such as ${first?.key}.`,
  };
}

interface Loaded {
  readonly values: Float32Array | undefined;
  readonly bytes: Uint8Array | undefined;
  readonly dtype: string | undefined;
}

async function load(files: FileReader, weight: ModelWeight): Promise<Loaded> {
  const bytes = await weight.bytes?.(files);
  return { bytes, values: await weight.read(files, bytes), dtype: weight.dtype };
}

/** Equal bytes of one type are equal values; a packed matrix has no bytes of its own, so its values are compared. */
function isSame(left: Loaded, right: Loaded): boolean {
  if (left.bytes && right.bytes && left.dtype === right.dtype)
    return Buffer.compare(left.bytes, right.bytes) === 0;
  const [a, b] = [left.values, right.values];
  return (
    a !== undefined && b !== undefined && a.length === b.length && a.every((value, at) => value === b[at])
  );
}

function measure(
  weight: ModelWeight,
  { values, bytes }: Loaded,
  estimator: EstimatorSettings,
): WeightNumbers {
  const numbers = measureTensor(weight.shape, values ?? new Float32Array(), estimator);
  const isTied = weight.shape.length === 2 && weight.role !== 'conv1d' && isVocabulary(weight);
  return isTied && bytes ? { ...numbers, digest: sha256(bytes) } : numbers;
}

/** Tables of words and heads: what one may be tied to the other. */
function isVocabulary({ role, module }: ModelWeight): boolean {
  return role === 'embedding' || /(lm_head|embed_out|vocab_projector|decoder)$/u.test(module);
}

function facts({ key, module, role, shape, dtype, isPacked, storage, family }: ModelWeight) {
  return { key, module, role, shape, dtype, isPacked, storage, ...(family === undefined ? {} : { family }) };
}

interface Compared {
  readonly own: Loaded;
  readonly other: Loaded;
  readonly measured: WeightNumbers | undefined;
  readonly theirs: WeightNumbers | undefined;
  readonly isEqual: boolean;
}

function compare(weight: ModelWeight, partner: ModelWeight, compared: Compared): WeightPair | undefined {
  const { own, other, measured, theirs, isEqual } = compared;
  if (!own.values || !other.values || !measured || !theirs) return undefined;
  if (weight.shape.join() !== partner.shape.join()) return undefined;
  const { key, module } = weight;
  const numbers = (one: WeightNumbers) => ({
    path: module,
    className: '',
    sigma: one.sigma ?? one.norm,
    ...(one.stableRank === undefined || one.normCollapse === undefined
      ? {}
      : { degeneracy: { stable_rank: one.stableRank, norm_collapse: one.normCollapse } }),
  });
  const norms = isEqual
    ? { baselineSquared: measured.norm ** 2, subjectSquared: theirs.norm ** 2, differenceSquared: 0 }
    : addToNorms(noNorms, own.values, other.values);
  const statistic = pairedStatistic(numbers(measured), numbers(theirs), norms);
  const changedElements = isEqual ? 0 : countChanged(own.values, other.values);
  const [left, right] = [asMatrix(weight.shape, own.values), asMatrix(weight.shape, other.values)];
  const isRankTold = !isEqual && weight.shape.length === 2 && measured.isFinite && theirs.isFinite;
  return {
    key,
    statistic,
    changedElements,
    differenceRank: isRankTold ? differenceRank(left, right) : null,
    ...(changedElements > 0 ? { observed: observe(partner, own, other) } : {}),
  };
}

function observe({ shape }: ModelWeight, own: Loaded, other: Loaded): ObservedWeight {
  const [rows = 0, columns = 0] = shape;
  const bits = other.values && shape.length === 2;
  return {
    baselineSha256: own.bytes && sha256(own.bytes),
    subjectSha256: other.bytes && sha256(other.bytes),
    bits: bits ? observedBits(other.values, [rows, columns], roundingOf(other.dtype)) : null,
  };
}

/** Half a unit in the last place of a type; what is unpacked is computed in float32. */
function roundingOf(dtype: string | undefined): number {
  if (dtype === 'BF16') return 2 ** -9;
  return dtype === 'F16' ? 2 ** -12 : 2 ** -24;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What is no number differs from everything. */
function countChanged(left: Float32Array, right: Float32Array): number {
  let changed = 0;
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) changed += 1;
  return changed;
}
