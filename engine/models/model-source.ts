import type { Checkpoint } from '../artifacts/checkpoint.ts';
import type { WeightFacts } from '../artifacts/quantization/model-weights.ts';
import type { Quantization } from '../artifacts/quantization/quantization.ts';
import type { TensorFacts } from '../artifacts/tensor-facts.ts';
import { InvarLockError } from '../core/errors.ts';
import { buildModelGraph, type ModelGraphOptions } from '../graph/build-model-graph.ts';
import { type ImportedParts, importOnnxGraph } from '../graph/imported/import-onnx-graph.ts';
import type { LossKind, ModelGraph } from '../graph/model-graph.ts';

/** A stored tensor of a model: its facts, and where its bytes are. */
export type SourceTensor = TensorFacts & { readonly lengthBytes: number } & (
    | { readonly file: string; readonly offset: number; readonly bytes?: undefined }
    | { readonly bytes: Uint8Array; readonly file?: undefined }
  );

/** What is known of a model that can be evaluated, whatever its format. */
interface SourceFacts {
  /** The folder with its settings and tokenizer. */
  readonly folder: string;
  readonly modelType: string;
  /** config.json as parsed; empty where an ONNX model has none. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly loss: LossKind;
  readonly contextLength: number;
  readonly vocabSize: number;
  /** The product with the vocabulary was not found in an ONNX model (M268). */
  readonly isHeadWhole?: boolean;
  readonly tensors: ReadonlyMap<string, SourceTensor>;
  /** The tensors as the mathematics sees them: packed ones are gathered into the matrices that they describe. */
  readonly weights: ReadonlyMap<string, WeightFacts>;
  /** How the matrices of a checkpoint are packed, when they are. */
  readonly quantization: Quantization | undefined;
  /** Real paths of all files that hold the model, settings and tokenizer left out. */
  readonly weightFiles: readonly string[];
  /** Of each of them when it was looked at: see `checkWeightsUnchanged`. */
  readonly identities: ReadonlyMap<string, string>;
  readonly parameterCount: number;
}

/** A model that can be evaluated: a Hugging Face checkpoint, or an exported ONNX model. */
export type ModelSource = SourceFacts &
  (
    | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
    | { readonly kind: 'onnx'; readonly parts: ImportedParts }
  );

/** The graph of a model. Opening has proved that there is one, so a failure here is a bug. */
export function graphOfModel(source: ModelSource, options: ModelGraphOptions = {}): ModelGraph {
  if (source.kind === 'checkpoint') return buildModelGraph(source.checkpoint, options);
  const { value, findings } = importOnnxGraph(source.parts, options);
  if (value) return value;
  throw new InvarLockError('U799', `An ONNX model that was opened has no graph: ${findings[0]?.message}`);
}
