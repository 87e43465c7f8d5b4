import type { Rope } from '../rope/rope.ts';

/**
 * A decoder-only language model as data. `buildDecoder` turns it into a graph; an architecture is what reads
 * config.json and fills this in.
 */
export interface DecoderStack {
  readonly vocabSize: number;
  readonly width: number;
  readonly norm: NormStyle;
  readonly embedding: {
    readonly module: string;
    /** Width of the table, if the hidden states are wider and `projection` leads there. */
    readonly width: number;
    readonly projection?: string;
    /** What the embedded tokens are multiplied with. */
    readonly scale?: number;
  };
  /** Learned positions, added to the embedded tokens: row `offset` is the first position. */
  readonly positions?: { readonly module: string; readonly rows: number; readonly offset: number };
  readonly layers: readonly DecoderLayer[];
  readonly finalNorm?: string;
  /** Leads from the width of the hidden states back to the width of the embedding. */
  readonly outputProjection?: string;
  readonly head: {
    /** The module whose weight is the output embedding; the embedding's own when the head is tied. */
    readonly module: string;
    readonly softCap?: number;
  };
}

/** How every norm of the model is computed. `centredRms` stores its weights minus one. */
export type NormStyle = { readonly kind: 'layer' | 'rms' | 'centredRms'; readonly epsilon: number };

export interface DecoderLayer {
  readonly attention: Attention;
  readonly feedForward: FeedForward;
  /** Whether both read the layer's input (GPT-NeoX), instead of the second reading what the first gave. */
  readonly isParallel: boolean;
}

/** Modules of the norms around a sublayer; all that are there are applied. */
export interface SublayerNorms {
  /** On what the sublayer reads. */
  readonly before?: string;
  /** On what the sublayer gives, before it is added to the stream. */
  readonly onOutput?: string;
  /** On the stream after the sum. */
  readonly afterSum?: string;
}

export interface Attention {
  readonly norms: SublayerNorms;
  readonly projections: Projections;
  readonly output: Projection;
  readonly heads: number;
  /** Heads of keys and values; each serves `heads / keyValueHeads` neighbouring heads. */
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** What scores are multiplied with. */
  readonly scale: number;
  /** Norms over the elements of each head, by module. */
  readonly headNorms?: { readonly query: string; readonly key: string };
  readonly rope?: Rope;
  /** How many tokens are seen, the present one included; all by default. */
  readonly window?: number;
  readonly softCap?: number;
}

export interface Projection {
  readonly module: string;
  readonly bias: boolean;
  /** Conv1D of GPT-2. */
  readonly isInputFirst?: boolean;
}

type Projections =
  | {
      readonly kind: 'separate';
      readonly query: Projection;
      readonly key: Projection;
      readonly value: Projection;
    }
  /** All queries, then all keys, then all values. */
  | { readonly kind: 'blocks'; readonly packed: Projection }
  /** Query, key and value of the first head, then of the second, and so on. */
  | { readonly kind: 'perHead'; readonly packed: Projection };

/** down(activate(up(x))), or down(activate(gate(x)) · up(x)). */
export interface FeedForward {
  readonly norms: SublayerNorms;
  readonly kind: 'plain' | 'gated' | 'packedGated';
  readonly width: number;
  /** A name in `activations`. */
  readonly activation: string;
  readonly gate?: Projection;
  /** Of `packedGated`: gate, then up. */
  readonly up: Projection;
  readonly down: Projection;
}
