import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import type { GraphBuilder, Value } from '../graph-builder.ts';

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

/** What a certain config.json means: sizes, the tensors that must be there, and the graph from ids to hidden states. */
export interface ArchitecturePlan {
  readonly loss: 'causal';
  readonly contextLength: number;
  readonly vocabSize: number;
  readonly tensors: readonly ExpectedTensor[];
  /** Stored buffers that carry no weights, such as causal masks. */
  isIgnored(name: string): boolean;
  /** The weight of the output head, stored as [vocabulary, width]. */
  readonly headWeight: string;
  /** From token ids of shape [n] to final hidden states of shape [n, width]. */
  build(graph: GraphBuilder, ids: Value, weight: (name: string) => Value): Value;
  /** Remarks that do not stop anything. */
  readonly remarks: readonly Finding[];
}

export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}
