import { writeOnnxModel } from '../artifacts/onnx/write-onnx-model.ts';
import { chunkedLosses } from '../graph/chunked-losses.ts';
import { decoderAttention } from '../graph/decoder/decoder-attention.ts';
import { fullAttention, hide, isFuture } from '../graph/full-attention.ts';
import { GraphBuilder, type Value } from '../graph/graph-builder.ts';
import { type LinearShape, stableLinear } from '../graph/stable-linear.ts';
import { Pcg64 } from '../numerics/pcg64.ts';
import type { WireTensor } from '../protocol/child-messages.ts';

/** Fused attention was seen to be wrong from 32 tokens on, in graphs with several heads: the probe has more of both. */
const length = 160;
const width = 64;
/** Of the blocks between; more than 128, so that both forms of a product are there (`stableLinear`). */
const wide = 4 * width;
const heads = 4;
const vocabulary = 512;
const seed = 20_251_124;

/** A small model and one window, the same in every version and on every machine. */
export interface DeviceProbe {
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, WireTensor>>;
  readonly output: 'token_nll';
}

/**
 * A model of two layers with random weights: embedding, causal attention with several heads (once with learned
 * positions and LayerNorm, once rotary with RMSNorm), both kinds of feed-forward block, a weight stored in float16, the
 * loss of every token in two chunks. It is put together from the same parts as the graphs of checkpoints.
 */
export function deviceProbe(): DeviceProbe {
  const random = new Pcg64(seed);
  const graph = new GraphBuilder();
  let count = 0;
  const weight = (rows: number, columns: number, type: 'F32' | 'F16' = 'F32'): Value => {
    const bytes =
      type === 'F32' ? float32Bytes(random, rows * columns) : float16Bytes(random, rows * columns);
    return graph.weight({ kind: 'inline', name: `w${count++}`, type, shape: [rows, columns], bytes });
  };
  const ones = (): Value => {
    const bytes = new Uint8Array(new Float32Array(width).fill(1).buffer);
    return graph.weight({ kind: 'inline', name: `w${count++}`, type: 'F32', shape: [width], bytes });
  };
  const ids = graph.reshape(graph.input({ name: 'input_ids', type: 'I64', shape: [1, 'n'] }), [-1]);
  const targets = graph.input({ name: 'targets', type: 'I64', shape: ['n'] });
  const linear = (x: Value, matrix: Value, shape: LinearShape): Value =>
    stableLinear(graph, x, matrix, undefined, shape);
  const embedding = weight(vocabulary, width);
  let hidden = graph.add(graph.gather(embedding, ids), weight(length, width));

  const normed = graph.layerNorm(hidden, ones(), ones(), 1e-5);
  hidden = graph.add(
    hidden,
    attention(graph, normed, [weight(width, width), weight(width, width), weight(width, width)]),
  );
  const second = graph.layerNorm(hidden, ones(), ones(), 1e-5);
  const inner = linear(second, weight(width, wide), { from: width, to: wide, isInputFirst: true });
  const shrunk = { from: wide, to: width, isInputFirst: true };
  hidden = graph.add(hidden, linear(gelu(graph, inner), weight(wide, width), shrunk));

  const scaled = graph.rmsNorm(hidden, ones(), 1e-6);
  const rotary = { cos: rotaryTable(graph, Math.cos), sin: rotaryTable(graph, Math.sin) };
  const narrow = graph.toFloat32(weight(width, width, 'F16'));
  hidden = graph.add(
    hidden,
    attention(graph, scaled, [narrow, weight(width, width), weight(width, width)], rotary),
  );
  const gateInput = graph.rmsNorm(hidden, ones(), 1e-6);
  const gate = linear(gateInput, weight(wide, width), { from: width, to: wide });
  const gated = graph.multiply(
    graph.multiply(gate, graph.apply('Sigmoid', [gate])),
    linear(gateInput, weight(wide, width), { from: width, to: wide }),
  );
  hidden = graph.add(hidden, linear(gated, weight(width, wide), { from: wide, to: width }));

  const last = graph.rmsNorm(hidden, ones(), 1e-6);
  const rowsOf = (some: Value): Value => graph.gather(last, some);
  const scoresOf = (rows: Value): Value => linear(rows, embedding, { from: width, to: vocabulary });
  const positions = graph.range(graph.sizeOf(ids, 0));
  const chunks = { maximumRows: length, rowsPerChunk: length / 2 };
  const { losses } = chunkedLosses(graph, { positions, targets, rowsOf, scoresOf }, length, chunks);
  graph.output(losses, { name: 'token_nll', type: 'F32', shape: ['n'] });
  const tokens = Array.from({ length: length + 1 }, () => Math.floor(vocabulary * random.random()));
  return {
    model: writeOnnxModel(graph.finish('probe')),
    feeds: {
      input_ids: integers(tokens.slice(0, -1), [1, length]),
      targets: integers(tokens.slice(1), [length]),
    },
    output: 'token_nll',
  };
}

interface Rotary {
  readonly cos: Value;
  readonly sin: Value;
}

/** Plain attention as encoders and GPT-2 have it, or with rotated queries and keys as its successors. */
function attention(
  graph: GraphBuilder,
  x: Value,
  weights: readonly [Value, Value, Value],
  rotary?: Rotary,
): Value {
  const [query, key, value] = weights.map((matrix) =>
    stableLinear(graph, x, matrix, undefined, { from: width, to: width }),
  ) as [Value, Value, Value];
  const headSize = width / heads;
  const scale = headSize ** -0.5;
  const hidden = isFuture(graph, graph.sizeOf(x, 0));
  if (!rotary) {
    const adjust = (scores: Value): Value => hide(graph, scores, hidden);
    return fullAttention(graph, { query, key, value, heads, headSize, scale, isOneSequence: true, adjust });
  }
  const perHead = (y: Value): Value => graph.reshape(y, [-1, heads, headSize]);
  return decoderAttention(graph, {
    query: rotate(graph, perHead(query), rotary),
    key: rotate(graph, perHead(key), rotary),
    value: perHead(value),
    heads,
    keyValueHeads: heads,
    headSize,
    scale,
    hidden,
  });
}

/** x·cos + (−x₂, x₁)·sin, halves swapped. */
function rotate(graph: GraphBuilder, x: Value, { cos, sin }: Rotary): Value {
  const half = width / heads / 2;
  const [first, second] = graph.split(x, 2, [half, half]) as [Value, Value];
  const swapped = graph.concat([graph.apply('Neg', [second]), first], 2);
  return graph.add(graph.multiply(x, cos), graph.multiply(swapped, sin));
}

function rotaryTable(graph: GraphBuilder, of: (angle: number) => number): Value {
  const size = width / heads;
  const values = Float32Array.from({ length: length * size }, (_, i) =>
    of(Math.floor(i / size) * 10_000 ** (-(i % (size / 2)) / (size / 2))),
  );
  const name = `rotary_${of.name}`;
  const bytes = new Uint8Array(values.buffer);
  return graph.weight({ kind: 'inline', name, type: 'F32', shape: [length, 1, size], bytes });
}

function gelu(graph: GraphBuilder, x: Value): Value {
  const erf = graph.apply('Erf', [graph.multiply(x, graph.float(Math.SQRT1_2))]);
  const tanh = graph.apply('Tanh', [graph.multiply(x, graph.float(0.7978845608))]);
  return graph.multiply(
    graph.multiply(x, graph.float(0.25)),
    graph.add(graph.add(erf, tanh), graph.float(2)),
  );
}

/** Between −0.25 and 0.25. */
function float32Bytes(random: Pcg64, count: number): Uint8Array {
  return new Uint8Array(Float32Array.from({ length: count }, () => (random.random() - 0.5) / 2).buffer);
}

/** Random normal numbers of float16: sign, an exponent of 2⁻⁶ to 2⁻³, ten bits of fraction. */
function float16Bytes(random: Pcg64, count: number): Uint8Array {
  const one = () => {
    const exponent = 9 + Math.floor(4 * random.random());
    return (Math.floor(2 * random.random()) << 15) | (exponent << 10) | Math.floor(1024 * random.random());
  };
  return new Uint8Array(Uint16Array.from({ length: count }, one).buffer);
}

function integers(values: readonly number[], dims: readonly number[]): WireTensor {
  return { type: 'int64', dims, data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}
