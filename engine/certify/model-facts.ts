import type { WeightFacts } from '../artifacts/quantization/model-weights.ts';
import { elementCount } from '../artifacts/tensor-facts.ts';
import type { ModelSource } from '../models/model-source.ts';
import type { ModelFacts } from '../runtime/plan-memory.ts';

/** The names that families of models have for the same size. */
const names = {
  width: ['hidden_size', 'n_embd', 'd_model', 'dim'],
  innerWidth: ['intermediate_size', 'n_inner', 'd_ff', 'ffn_dim', 'hidden_dim'],
  heads: ['num_attention_heads', 'n_head', 'num_heads', 'n_heads'],
} as const;

/** What the memory of an evaluation depends on, from config.json and the headers of the weights. */
export function modelFacts(name: string, model: ModelSource): ModelFacts {
  const tensors = [...model.tensors.values()];
  const matrices = [...model.weights.values()].filter(({ shape }) => shape.length === 2);
  const largest = (pick: (shape: readonly number[]) => number) =>
    Math.max(1, ...matrices.map(({ shape }) => pick(shape)));
  const named = (size: keyof typeof names, otherwise: number) =>
    names[size].map((key) => model.config[key]).find(isCount) ?? otherwise;
  const width = named(
    'width',
    largest((shape) => Math.min(...shape)),
  );
  return {
    name,
    weightBytes: tensors.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
    width,
    innerWidth: named('innerWidth', 4 * width),
    heads: named('heads', Math.max(1, Math.floor(width / 64))),
    vocabSize: model.vocabSize,
    isHeadWhole: model.isHeadWhole ?? false,
    castBytes: castBytes(matrices),
  };
}

/**
 * The runtime keeps one buffer for every shape that is cast, and uses it again in the next layer. Packed matrices pass
 * through several steps, and their buffers are freed; measured, about four of the largest exist at once.
 */
function castBytes(matrices: readonly WeightFacts[]): number {
  const bytes = ({ shape }: WeightFacts): number => 4 * elementCount(shape);
  const narrow = matrices.filter(({ dtype, packed }) => dtype !== 'F32' && !packed);
  const byShape = new Map(narrow.map((weight) => [weight.shape.join(), bytes(weight)]));
  const cast = [...byShape.values()].reduce((sum, size) => sum + size, 0);
  return cast + Math.max(0, ...matrices.filter(({ packed }) => packed).map((weight) => 4 * bytes(weight)));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
