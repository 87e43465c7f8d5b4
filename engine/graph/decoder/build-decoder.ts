import { activations } from '../activations.ts';
import type { BuiltModel, ModelInputs } from '../architectures/architecture.ts';
import type { Value } from '../graph-builder.ts';
import type { Layers } from '../layers.ts';
import type { Rope } from '../rope/rope.ts';
import { type RopeTables, ropeTables, rotate } from '../rope/rope-tables.ts';
import { decoderAttention, hiddenFromRow } from './decoder-attention.ts';
import type { Attention, DecoderStack, FeedForward, Projection, SublayerNorms } from './decoder-stack.ts';

/** From token ids to final hidden states, as the description says. */
export function buildDecoder(
  layers: Layers,
  inputs: ModelInputs,
  stack: DecoderStack,
  contextLength: number,
): BuiltModel {
  const builder = new DecoderBuilder(layers, inputs.length, stack, contextLength);
  let x = builder.embed(inputs.ids);
  for (const { attention, feedForward, isParallel } of stack.layers) {
    const attended = builder.attend(x, attention);
    const middle = builder.sum(x, attended, attention.norms);
    const fed = builder.feed(isParallel ? x : middle, feedForward);
    x = builder.sum(middle, fed, feedForward.norms);
  }
  return builder.finish(x);
}

class DecoderBuilder {
  readonly #layers: Layers;
  readonly #length: Value;
  readonly #stack: DecoderStack;
  readonly #contextLength: number;
  /** Masks by window and tables by rope: layers share them. */
  readonly #hidden = new Map<number | undefined, Value>();
  readonly #ropes = new Map<Rope, RopeTables>();

  constructor(layers: Layers, length: Value, stack: DecoderStack, contextLength: number) {
    this.#layers = layers;
    this.#length = length;
    this.#stack = stack;
    this.#contextLength = contextLength;
  }

  embed(ids: Value): Value {
    const { graph } = this.#layers;
    const { embedding, positions, vocabSize, width } = this.#stack;
    let x = this.#layers.embedding(ids, embedding.module, vocabSize, embedding.width);
    if (embedding.scale !== undefined) x = graph.multiply(x, graph.float(embedding.scale));
    if (embedding.projection !== undefined)
      x = this.#linear(x, { module: embedding.projection, bias: false }, embedding.width, width);
    if (!positions) return x;
    const { module, rows, offset } = positions;
    const places =
      offset === 0
        ? graph.range(this.#length)
        : graph.add(graph.range(this.#length), graph.integers([offset]));
    return graph.add(x, this.#layers.embedding(places, module, rows, width));
  }

  attend(x: Value, attention: Attention): Value {
    const { graph } = this.#layers;
    const { width } = this.#stack;
    const { heads, headSize, rope, headNorms } = attention;
    let { query, key, value } = this.#project(this.#before(x, attention.norms), attention);
    if (headNorms) {
      query = this.#norm(query, headNorms.query, headSize);
      key = this.#norm(key, headNorms.key, headSize);
    }
    if (rope) {
      const tables = this.#tables(rope);
      query = rotate(graph, query, tables, rope.size, headSize);
      key = rotate(graph, key, tables, rope.size, headSize);
    }
    const hidden = this.#mask(attention.window);
    const mixed = decoderAttention(graph, { ...attention, query, key, value, hidden });
    return this.#linear(mixed, attention.output, heads * headSize, width);
  }

  feed(x: Value, feedForward: FeedForward): Value {
    const { graph } = this.#layers;
    const { width } = this.#stack;
    const { kind, gate, up, down } = feedForward;
    const inner = feedForward.width;
    const input = this.#before(x, feedForward.norms);
    const activate = (value: Value): Value => activations[feedForward.activation]?.(graph, value) ?? value;
    const raised = this.#linear(input, up, width, kind === 'packedGated' ? 2 * inner : inner);
    if (kind === 'plain') return this.#linear(activate(raised), down, inner, width);
    const [first, second] =
      kind === 'packedGated'
        ? graph.split(raised, 1, [inner, inner])
        : [gate ? this.#linear(input, gate, width, inner) : raised, raised];
    const gated = graph.multiply(activate(first ?? raised), second ?? raised);
    return this.#linear(gated, down, inner, width);
  }

  sum(stream: Value, output: Value, norms: SublayerNorms): Value {
    const { graph } = this.#layers;
    const added = graph.add(
      stream,
      norms.onOutput === undefined ? output : this.#norm(output, norms.onOutput),
    );
    return norms.afterSum === undefined ? added : this.#norm(added, norms.afterSum);
  }

  finish(x: Value): BuiltModel {
    const { finalNorm, outputProjection, embedding, width, head, vocabSize } = this.#stack;
    let hidden = finalNorm === undefined ? x : this.#norm(x, finalNorm);
    if (outputProjection !== undefined)
      hidden = this.#linear(hidden, { module: outputProjection, bias: false }, width, embedding.width);
    const weight = this.#layers.weight(`${head.module}.weight`, [vocabSize, embedding.width]);
    return {
      hidden,
      head: {
        weight,
        width: embedding.width,
        ...(head.softCap === undefined ? {} : { softCap: head.softCap }),
      },
    };
  }

  /** Query, key and value, each of shape [n, heads, headSize]. */
  #project(
    x: Value,
    attention: Attention,
  ): { readonly query: Value; readonly key: Value; readonly value: Value } {
    const { graph } = this.#layers;
    const { width } = this.#stack;
    const { projections, heads, keyValueHeads, headSize } = attention;
    const perHead = (value: Value, count: number): Value => graph.reshape(value, [-1, count, headSize]);
    if (projections.kind === 'separate') {
      const project = (projection: Projection, count: number): Value =>
        perHead(this.#linear(x, projection, width, count * headSize), count);
      return {
        query: project(projections.query, heads),
        key: project(projections.key, keyValueHeads),
        value: project(projections.value, keyValueHeads),
      };
    }
    const packed = this.#linear(x, projections.packed, width, (heads + 2 * keyValueHeads) * headSize);
    const [query, key, value] =
      projections.kind === 'perHead'
        ? graph.split(graph.reshape(packed, [-1, heads, 3 * headSize]), 2, [headSize, headSize, headSize])
        : graph.split(packed, 1, [heads * headSize, keyValueHeads * headSize, keyValueHeads * headSize]);
    return {
      query: perHead(query ?? packed, heads),
      key: perHead(key ?? packed, keyValueHeads),
      value: perHead(value ?? packed, keyValueHeads),
    };
  }

  #before(x: Value, norms: SublayerNorms): Value {
    return norms.before === undefined ? x : this.#norm(x, norms.before);
  }

  #linear(x: Value, projection: Projection, from: number, to: number): Value {
    const { module, bias, isInputFirst = false } = projection;
    return this.#layers.linear(x, module, { from, to, bias, isInputFirst });
  }

  #norm(x: Value, module: string, width = this.#stack.width): Value {
    const { kind, epsilon } = this.#stack.norm;
    if (kind === 'layer') return this.#layers.layerNorm(x, module, width, epsilon);
    if (kind === 'rms') return this.#layers.rmsNorm(x, module, width, epsilon);
    return this.#layers.centredRmsNorm(x, module, width, epsilon);
  }

  #mask(window: number | undefined): Value {
    const hidden = this.#hidden.get(window) ?? hiddenFromRow(this.#layers.graph, this.#length, window);
    this.#hidden.set(window, hidden);
    return hidden;
  }

  #tables(rope: Rope): RopeTables {
    const tables =
      this.#ropes.get(rope) ?? ropeTables(this.#layers.graph, rope, this.#length, this.#contextLength);
    this.#ropes.set(rope, tables);
    return tables;
  }
}
