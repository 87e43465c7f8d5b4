import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import type { Value } from '../graph-builder.ts';
import type { Layers } from '../layers.ts';
import type { LossKind } from '../model-graph.ts';

/** config.json as it was parsed. */
export type ModelConfig = Readonly<Record<string, unknown>>;

/** One supported architecture: a row of the table in `index.ts`. */
export interface Architecture {
  /** `model_type` of config.json. */
  readonly modelType: string;
  /** Classes in `architectures` of config.json that this description computes. */
  readonly classes: readonly string[];
  /** Reads config.json and says what it implies; every option that would change the mathematics is refused here. */
  plan(config: ModelConfig, tensors: ReadonlyMap<string, TensorFacts>): Checked<ArchitecturePlan>;
}

/** What a certain config.json means: sizes and the graph from ids to hidden states, which states every tensor. */
export interface ArchitecturePlan {
  readonly loss: LossKind;
  /** Longest sequence; for seq2seq of the encoder and of the decoder. */
  readonly contextLength: number;
  readonly vocabSize: number;
  /** Of seq2seq models: what the decoder reads first. */
  readonly decoderStartId?: number;
  /** Stored buffers that carry no weights, such as causal masks. */
  isIgnored(name: string): boolean;
  /** Adds the model to `layers.graph`. Is also called for the sake of the weights alone: see `expectedTensors`. */
  build(layers: Layers, inputs: ModelInputs): BuiltModel;
  /** Remarks that do not stop anything. */
  readonly remarks: readonly Finding[];
}

export interface ModelInputs {
  /** Token ids of shape [n]; padding was cut off, so that every one of them is attended. */
  readonly ids: Value;
  /** n, of shape [1]. */
  readonly length: Value;
  /** Ids that the decoder reads, of shape [k]; the same as `ids` unless the loss is seq2seq. */
  readonly decoderIds: Value;
  /** k, of shape [1]. */
  readonly decoderLength: Value;
}

export interface BuiltModel {
  /** Final hidden states of shape [n, width] (seq2seq: [k, width]), of which the scored rows are gathered. */
  readonly hidden: Value;
  readonly head: OutputHead;
}

/** From gathered rows to logits: softCap · tanh(scale · (rows·Wᵀ + b) / softCap). */
export interface OutputHead {
  /** The output embedding of shape [vocabulary, width]. */
  readonly weight: Value;
  /** Of the rows that meet the weight; assumed to be large when it is not given. */
  readonly width?: number;
  /** Of shape [vocabulary]. */
  readonly bias?: Value;
  readonly scale?: number;
  readonly softCap?: number;
}
