import { activations } from '../activations.ts';
import { fullAttention, hide, isFuture } from '../full-attention.ts';
import type { Value } from '../graph-builder.ts';
import type { Layers } from '../layers.ts';
import { relativeBuckets } from '../relative-buckets.ts';
import type { BuiltModel, ModelInputs } from './architecture.ts';

/** What config.json says about a T5. */
export interface T5Sizes {
  readonly vocabSize: number;
  readonly width: number;
  readonly innerWidth: number;
  readonly heads: number;
  /** Need not be width / heads. */
  readonly headSize: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly buckets: number;
  readonly farthest: number;
  readonly epsilon: number;
  readonly activation: string;
  readonly isGated: boolean;
  readonly embedding: string;
  readonly headWeight: string;
  readonly isHeadScaled: boolean;
}

/** Encoder and decoder: RMS norms before each part, unscaled attention, position bias from the first block's table. */
export function buildT5(layers: Layers, inputs: ModelInputs, sizes: T5Sizes): BuiltModel {
  const shared = sizes.embedding.replace(/\.weight$/, '');
  const embed = (ids: Value, stack: string): Value =>
    layers.graph.module(`${stack}.embed_tokens`, layers.embedding(ids, shared, sizes.vocabSize, sizes.width));
  const encoder = embed(inputs.ids, 'encoder');
  const memory = new Stack(layers, sizes, 'encoder', inputs.length).build(encoder, undefined);
  const decoder = embed(inputs.decoderIds, 'decoder');
  const hidden = new Stack(layers, sizes, 'decoder', inputs.decoderLength).build(decoder, memory);
  const weight = layers.weight(sizes.headWeight, [sizes.vocabSize, sizes.width]);
  const { width } = sizes;
  return { hidden, head: { weight, width, ...(sizes.isHeadScaled ? { scale: width ** -0.5 } : {}) } };
}

class Stack {
  readonly #layers: Layers;
  readonly #sizes: T5Sizes;
  readonly #name: 'encoder' | 'decoder';
  /** Of shape [1]. */
  readonly #length: Value;

  constructor(layers: Layers, sizes: T5Sizes, name: 'encoder' | 'decoder', length: Value) {
    this.#layers = layers;
    this.#sizes = sizes;
    this.#name = name;
    this.#length = length;
  }

  /** From embedded tokens to the normalised output; the decoder also looks at `memory`. */
  build(embedded: Value, memory: Value | undefined): Value {
    const { graph } = this.#layers;
    const adjust = this.#positions();
    const count = memory ? this.#sizes.decoderLayers : this.#sizes.encoderLayers;
    let x = embedded;
    for (let i = 0; i < count; i++) {
      const block = `${this.#name}.block.${i}.layer`;
      const normed = this.#norm(x, `${block}.0.layer_norm`);
      x = graph.add(x, this.#attend(normed, normed, `${block}.0.SelfAttention`, adjust));
      if (memory) {
        const query = this.#norm(x, `${block}.1.layer_norm`);
        x = graph.add(x, this.#attend(query, memory, `${block}.1.EncDecAttention`));
      }
      const last = `${block}.${memory ? 2 : 1}`;
      x = graph.add(x, this.#feedForward(this.#norm(x, `${last}.layer_norm`), `${last}.DenseReluDense`));
    }
    return this.#norm(x, `${this.#name}.final_layer_norm`);
  }

  #norm(x: Value, module: string): Value {
    return this.#layers.rmsNorm(x, module, this.#sizes.width, this.#sizes.epsilon);
  }

  #linear(x: Value, module: string, from: number, to: number): Value {
    return this.#layers.linear(x, module, { from, to, bias: false });
  }

  /** Every block of the stack uses the bias of the first. */
  #positions(): (scores: Value) => Value {
    const { graph } = this.#layers;
    const { buckets, farthest, heads } = this.#sizes;
    const module = `${this.#name}.block.0.layer.0.SelfAttention.relative_attention_bias`;
    const isTwoWay = this.#name === 'encoder';
    const rows = relativeBuckets(graph, this.#length, { count: buckets, farthest, isTwoWay });
    const bias = graph.transpose(this.#layers.embedding(rows, module, buckets, heads), [2, 0, 1]);
    if (isTwoWay) return (scores) => graph.add(scores, bias);
    const future = isFuture(graph, this.#length);
    return (scores) => hide(graph, graph.add(scores, bias), future);
  }

  #attend(queries: Value, keys: Value, module: string, adjust?: (scores: Value) => Value): Value {
    const { width, heads, headSize } = this.#sizes;
    const inner = heads * headSize;
    const mixed = fullAttention(this.#layers.graph, {
      query: this.#linear(queries, `${module}.q`, width, inner),
      key: this.#linear(keys, `${module}.k`, width, inner),
      value: this.#linear(keys, `${module}.v`, width, inner),
      heads,
      headSize,
      scale: 1,
      isOneSequence: queries === keys,
      ...(adjust ? { adjust } : {}),
    });
    return this.#linear(mixed, `${module}.o`, inner, width);
  }

  #feedForward(x: Value, module: string): Value {
    const { graph } = this.#layers;
    const { width, innerWidth, isGated } = this.#sizes;
    const activate = activations[this.#sizes.activation];
    const active = (part: string): Value => {
      const inner = this.#linear(x, `${module}.${part}`, width, innerWidth);
      return activate ? activate(graph, inner) : inner;
    };
    const inner = isGated
      ? graph.multiply(active('wi_0'), this.#linear(x, `${module}.wi_1`, width, innerWidth))
      : active('wi');
    return this.#linear(inner, `${module}.wo`, innerWidth, width);
  }
}
