import { architectureOf } from '../../graph/architectures/index.ts';
import { computationDigest } from '../../graph/computation-digest.ts';
import type { ModelSource } from '../../models/model-source.ts';
import type { ArmSurvey, SurveyedWeight } from '../run/weight-survey.ts';
import { classNames } from '../weights/model-weight.ts';
import { knownTyings, type ModelStructure, type StructureTensor } from './model-structure.ts';

/**
 * The facts about a model that invariants compare, from its settings and what the survey of its weights found. A head that
 * is not stored is the embedding, and weights of equal content are one: tying is seen as it is stored.
 */
export function structureOfModel(model: ModelSource, { weights }: ArmSurvey): ModelStructure {
  const plan =
    model.kind === 'checkpoint'
      ? architectureOf(model.modelType)?.plan(model.config, model.weights).value
      : undefined;
  const parameters = weights.map((weight) => parameterOf(model, weight));
  const tied = plan ? tiedHead(weights, parameters) : undefined;
  const isModule = ({ role }: SurveyedWeight): boolean => role !== 'vector' && role !== 'other';
  return {
    modules: [
      ['', model.modelType] as const,
      ...weights.filter(isModule).map(({ module, role }) => [module, classNames[role]] as const),
    ],
    embeddings: Object.fromEntries(
      weights.filter(({ role }) => role === 'embedding').map(({ module, shape }) => [module, shape[0] ?? 0]),
    ),
    layerNorms: weights.filter(({ role }) => role === 'norm').map(({ module }) => module),
    parameters: tied ? [...parameters, tied] : parameters,
    buffers: [],
    config: Object.keys(model.config).length > 0 ? model.config : undefined,
    ...(plan ? { computation: computationDigest(plan), isTiedByConfig: tied !== undefined } : {}),
  };
}

function parameterOf(model: ModelSource, weight: SurveyedWeight): StructureTensor {
  const { key, shape, measured, storage } = weight;
  // A model with packed matrices keeps the others in whatever type its runtime wants.
  const dtype = model.quantization ? undefined : weight.dtype;
  return {
    name: key,
    shape,
    storage: measured?.digest ?? storage,
    finite: measured?.isFinite ?? true,
    dtype,
    isZero: measured?.isZero ?? false,
  };
}

/** The head of a model that stores none of its own. */
function tiedHead(
  weights: readonly SurveyedWeight[],
  parameters: readonly StructureTensor[],
): StructureTensor | undefined {
  const names = new Set(weights.map(({ key }) => key));
  const pattern = knownTyings.find(({ embedding, head }) => names.has(embedding) && !names.has(head));
  const embedding = parameters.find(({ name }) => name === pattern?.embedding);
  return pattern && embedding && { ...embedding, name: pattern.head };
}

/** Rows of the table of words, where its name is known. */
export function wordRows({ parameters }: ModelStructure): number | undefined {
  const embeddings = new Set(knownTyings.map(({ embedding }) => embedding));
  return parameters.find(({ name }) => embeddings.has(name))?.shape[0];
}
