/** What the losses of a graph are about. */
export type LossKind = 'causal' | 'mlm' | 'seq2seq';

/** What meets the vocabulary. */
export interface HiddenRows {
  readonly width: number;
  /** What the head reads; `hidden_rows` is the same in float32, which holds every value of the narrower types. */
  readonly type: 'F32' | 'F16' | 'BF16';
}

/** A model ready to be opened in a runtime, built from a checkpoint or imported: windows in, losses out. */
export interface ModelGraph {
  /** Serialized ModelProto. */
  readonly model: Uint8Array;
  /** The folder that the initializers' files lie in. */
  readonly weightsFolder: string;
  readonly loss: LossKind;
  /**
   * `input_ids` int64 [1, n]; `positions` int64 [m], the rows whose next (or masked) token is scored; `targets`
   * int64 [m]. Of seq2seq graphs also `decoder_input_ids` int64 [1, k], and then positions are rows of the decoder.
   */
  readonly inputs: readonly string[];
  /**
   * `token_nll`, float32 [m]. When they were asked for: `is_top1`, float32 [m], 1 where a greedy decoder would write the
   * target; `logits`, float32 [m, vocabulary]; `hidden_rows`, float32 [m, width], what the scores are computed from.
   */
  readonly outputs: readonly string[];
  /** The longest n and k. */
  readonly contextLength: number;
  readonly vocabSize: number;
  /** Of seq2seq graphs: what the decoder reads first, where the model says so. */
  readonly decoderStartId?: number;
  /** Of the hidden rows, when they were asked for and the graph has them. */
  readonly hiddenRows?: HiddenRows;
  /** With more threads the losses would differ in the last digit from those of a single thread. */
  readonly maximumThreads: number;
  /** From a module's name, such as `transformer.h.0.attn.c_proj`, to the name of the value that it gives. */
  readonly modules: ReadonlyMap<string, string>;
}
