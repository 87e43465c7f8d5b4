import { unpackMatrix } from '../../artifacts/quantization/unpack-matrix.ts';
import { readFloats } from '../../artifacts/read-floats.ts';
import { readTensor } from '../../artifacts/safetensors/read-tensor.ts';
import type { FileReader } from '../../core/ports.ts';
import { architectureOf } from '../../graph/architectures/index.ts';
import { type ExpectedTensor, expectedTensors } from '../../graph/expected-tensors.ts';
import type { ModelSource } from '../../models/model-source.ts';
import type { ModelWeight, WeightRole } from './model-weight.ts';

type Checkpoint = Extract<ModelSource, { kind: 'checkpoint' }>;

/**
 * The weights that the architecture of a checkpoint reads, in the order in which it does. Buffers, and heads that are
 * stored beside the embedding that the configuration ties them to, are none.
 */
export function checkpointWeights(model: Checkpoint): readonly ModelWeight[] {
  const plan = architectureOf(model.modelType)?.plan(model.config, model.weights).value;
  if (!plan) return [];
  return expectedTensors(plan).flatMap((expected) => weightOf(model, expected) ?? []);
}

function weightOf(
  { modelType, tensors, weights }: Checkpoint,
  expected: ExpectedTensor,
): ModelWeight | undefined {
  const { name, shape } = expected;
  const facts = weights.get(name);
  const stored = tensors.get(name);
  if (!facts) return undefined;
  const key = canonicalName(modelType, name);
  const common = {
    key,
    module: key.replace(/\.weight$/u, ''),
    role: roleOf(expected),
    shape,
    storage: name,
  };
  const { packed } = facts;
  if (packed) {
    const isInputFirst = expected.product?.isInputFirst ?? false;
    const read = (files: FileReader) => unpackMatrix(files, packed, { isInputFirst });
    return { ...common, dtype: undefined, isPacked: true, read };
  }
  if (!stored || stored.file === undefined) return undefined;
  return {
    ...common,
    dtype: facts.dtype,
    isPacked: false,
    bytes: (files) => readTensor(files, stored),
    read: async (files, bytes) => readFloats(bytes ?? (await readTensor(files, stored)), stored.dtype),
  };
}

/** Heads meet the vocabulary by a product, though the graph gathers their rows first. */
const heads = /(^|\.)(lm_head|embed_out|vocab_projector|decoder)(\.decoder)?\.weight$/u;

function roleOf({ name, shape, product }: ExpectedTensor): WeightRole {
  if (product) return product.isInputFirst ? 'conv1d' : 'linear';
  if (shape.length === 2) return heads.test(name) ? 'linear' : 'embedding';
  if (shape.length > 2) return 'other';
  return name.endsWith('.weight') ? 'norm' : 'vector';
}

/** Published files of some families leave out the prefix of the model without its head (spec 03 §9.2). */
const prefixes: Readonly<Record<string, { readonly prefix: string; readonly inside: RegExp }>> = {
  gpt2: { prefix: 'transformer.', inside: /^(wte|wpe|h|ln_f)\./u },
  opt: { prefix: 'model.', inside: /^decoder\./u },
  gpt_neox: { prefix: 'gpt_neox.', inside: /^(embed_in|layers|final_layer_norm)\./u },
  bert: { prefix: 'bert.', inside: /^(embeddings|encoder)\./u },
  roberta: { prefix: 'roberta.', inside: /^(embeddings|encoder)\./u },
  distilbert: { prefix: 'distilbert.', inside: /^(embeddings|transformer)\./u },
};

function canonicalName(modelType: string, name: string): string {
  const known = prefixes[modelType];
  const whole = known?.inside.test(name) ? known.prefix + name : name;
  // Files converted from TensorFlow call the two vectors of a norm so.
  return whole.replace(/\.gamma$/u, '.weight').replace(/\.beta$/u, '.bias');
}
