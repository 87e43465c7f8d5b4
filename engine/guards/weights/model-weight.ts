import type { FileReader } from '../../core/ports.ts';

/** One weight of a model as its mathematics sees it, whatever the format: what the guards compare. */
export interface ModelWeight {
  /**
   * What pairs it with the other model's: the name of its tensor, with the prefix that some files of a family leave out.
   * Matrices of an ONNX model bear the path of their module, because quantisers rename tensors.
   */
  readonly key: string;
  /** Path of its module: the key without `.weight`. */
  readonly module: string;
  readonly role: WeightRole;
  /** As `read` gives it: [outputs, inputs] of a product, unless its architecture stores the inputs first. */
  readonly shape: readonly number[];
  /** As stored; undefined where it is packed or quantised, so that no type of its own can be expected. */
  readonly dtype: string | undefined;
  /** Stored as codes with scales. */
  readonly isPacked: boolean;
  /** Told from the graph where the name says nothing. */
  readonly family?: string;
  /** Equal for weights that are one and the same tensor of one model. */
  readonly storage: string;
  /** The stored bytes, where they alone say the values. */
  bytes?(files: FileReader): Promise<Uint8Array>;
  /** The values, from `bytes` where there are such; undefined for types that hold no real numbers. */
  read(files: FileReader, bytes: Uint8Array | undefined): Promise<Float32Array | undefined>;
  /** The same weight as the other model stores it; absent where it has one way only. */
  withInputsFirst?(isInputFirst: boolean): ModelWeight;
}

/** Decides which class the weight's module would have, and what is measured of it. */
export type WeightRole = 'linear' | 'conv1d' | 'embedding' | 'norm' | 'vector' | 'other';

/** The names that torch has for them (spec 03 §9.1). */
export const classNames: Readonly<Record<WeightRole, string>> = {
  linear: 'Linear',
  conv1d: 'Conv1D',
  embedding: 'Embedding',
  norm: 'LayerNorm',
  vector: '',
  other: '',
};
