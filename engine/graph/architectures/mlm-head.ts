import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Finding } from '../../core/findings.ts';
import { activations } from '../activations.ts';
import type { Value } from '../graph-builder.ts';
import type { Layers } from '../layers.ts';
import type { BuiltModel } from './architecture.ts';
import type { OptionReader } from './read-options.ts';
import { type StoredNorm, storedNorm } from './stored-norm.ts';

/** Where an architecture keeps its masked language model head. */
export interface MlmHeadModules {
  /** The dense layer and the norm between the last hidden state and the vocabulary product. */
  readonly dense: string;
  readonly norm: string;
  /** The vocabulary product; its weight is stored only when it is not the embedding. */
  readonly decoder: string;
  /** The vocabulary bias, where it is not stored as the decoder's. */
  readonly bias: string;
}

/** The tensors that the head of a certain checkpoint consists of. */
export interface MlmHead {
  readonly modules: MlmHeadModules;
  readonly weight: string;
  readonly bias: string;
  /** Stored tensors of the head that config.json makes irrelevant. */
  isIgnored(name: string): boolean;
  readonly remarks: readonly Finding[];
}

/** Finds the head among the stored tensors; a checkpoint that has none is refused through `options`. */
export function findMlmHead(
  options: OptionReader,
  tensors: ReadonlyMap<string, TensorFacts>,
  modules: MlmHeadModules,
  embedding: string,
): MlmHead {
  if (!tensors.has(`${modules.dense}.weight`)) {
    options.findings.push({
      code: 'M240',
      severity: 'error',
      message: `The weights have no masked language model head: ${modules.dense}.weight is missing. Only the encoder was saved, or the model was trained for another task. Use a checkpoint that was saved with its head.`,
      actual: `${modules.dense}.weight`,
    });
  }
  const isTied = options.flag('tie_word_embeddings', true);
  const ownWeight = `${modules.decoder}.weight`;
  const ownBias = `${modules.decoder}.bias`;
  // One parameter under two names: a tied head is stored with the first, and a head of its own may have both.
  const names = isTied ? [modules.bias, ownBias] : [ownBias, modules.bias];
  const bias = names.find((name) => tensors.has(name)) ?? modules.bias;
  const weight = isTied ? embedding : ownWeight;
  const ignored = [ownWeight, ownBias, modules.bias].filter(
    (name) => name !== weight && name !== bias && tensors.has(name),
  );
  return {
    modules,
    weight,
    bias,
    isIgnored: (name) => ignored.includes(name),
    remarks: isTied && ignored.includes(ownWeight) ? [storedTiedHead(ownWeight)] : [],
  };
}

export interface MlmHeadSizes {
  readonly vocabSize: number;
  readonly norm: StoredNorm;
  readonly activation: string;
}

/**
 * Dense layer, activation, norm, and then the vocabulary product with its bias. The dense layer runs on every row and
 * not on the scored ones only: it costs little beside a block, and as a module it can be observed like any other.
 */
export function buildMlmHead(layers: Layers, hidden: Value, head: MlmHead, sizes: MlmHeadSizes): BuiltModel {
  const { vocabSize, norm } = sizes;
  const { width } = norm;
  const dense = layers.linear(hidden, head.modules.dense, { from: width, to: width, bias: true });
  const activate = activations[sizes.activation];
  const active = activate ? activate(layers.graph, dense) : dense;
  return {
    hidden: storedNorm(layers, active, head.modules.norm, norm),
    head: {
      weight: layers.weight(head.weight, [vocabSize, width]),
      width,
      bias: layers.weight(head.bias, [vocabSize]),
    },
  };
}

function storedTiedHead(name: string): Finding {
  return {
    code: 'M213',
    severity: 'note',
    message: `${name} is stored, but config.json ties the head to the embedding, so the embedding is used. Set tie_word_embeddings to false if the stored head is meant.`,
    pointer: '/tie_word_embeddings',
  };
}
