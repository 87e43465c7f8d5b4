import { writeOnnxModel } from '../artifacts/onnx/write-onnx-model.ts';
import { GraphBuilder, type Value } from '../graph/graph-builder.ts';
import { Pcg64 } from '../numerics/pcg64.ts';
import type { WireTensor } from '../protocol/child-messages.ts';

/** Fused attention was seen to be wrong from 32 tokens on, in graphs with several heads: the probe has more of both. */
const length = 160;
const width = 64;
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
 * loss of every token. The operators are those of the graphs that are built from checkpoints.
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
  const embedding = weight(vocabulary, width);
  let hidden = graph.add(graph.gather(embedding, ids), weight(length, width));

  const normed = graph.layerNorm(hidden, ones(), ones(), 1e-5);
  hidden = graph.add(
    hidden,
    attention(graph, normed, [weight(width, width), weight(width, width), weight(width, width)]),
  );
  const inner = gemm(graph, graph.layerNorm(hidden, ones(), ones(), 1e-5), weight(width, 4 * width), false);
  hidden = graph.add(hidden, gemm(graph, gelu(graph, inner), weight(4 * width, width), false));

  const scaled = rmsNorm(graph, hidden, ones());
  const rotary = { cos: rotaryTable(graph, Math.cos), sin: rotaryTable(graph, Math.sin) };
  const narrow = graph.toFloat32(weight(width, width, 'F16'));
  hidden = graph.add(
    hidden,
    attention(graph, scaled, [narrow, weight(width, width), weight(width, width)], rotary),
  );
  const gateInput = rmsNorm(graph, hidden, ones());
  const gate = gemm(graph, gateInput, weight(4 * width, width), true);
  const gated = graph.multiply(
    graph.multiply(gate, graph.apply('Sigmoid', [gate])),
    gemm(graph, gateInput, weight(4 * width, width), true),
  );
  hidden = graph.add(hidden, gemm(graph, gated, weight(width, 4 * width), true));

  const losses = tokenLosses(graph, gemm(graph, rmsNorm(graph, hidden, ones()), embedding, true), targets);
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

/** x·W, or x·Wᵀ where the weight is stored as [out, in]. */
function gemm(graph: GraphBuilder, x: Value, matrix: Value, isTransposed: boolean): Value {
  return graph.apply('Gemm', [x, matrix], { transB: { kind: 'int', value: isTransposed ? 1 : 0 } });
}

interface Rotary {
  readonly cos: Value;
  readonly sin: Value;
}

function attention(
  graph: GraphBuilder,
  x: Value,
  weights: readonly [Value, Value, Value],
  rotary?: Rotary,
): Value {
  const [query, key, value] = weights.map((matrix) => {
    const product = gemm(graph, x, matrix, true);
    return graph.transpose(graph.reshape(product, [-1, heads, width / heads]), [1, 0, 2]);
  }) as [Value, Value, Value];
  const turned = (y: Value): Value => (rotary ? rotate(graph, y, rotary) : y);
  const product = graph.matrixProduct(turned(query), graph.transpose(turned(key), [0, 2, 1]));
  const scores = graph.multiply(product, graph.float((width / heads) ** -0.5));
  const limit = graph.apply('Squeeze', [graph.sizeOf(x, 0)]);
  const places = graph.apply('Range', [graph.integers([0], []), limit, graph.integers([1], [])]);
  const isFuture = graph.apply('Greater', [graph.reshape(places, [1, -1]), graph.reshape(places, [-1, 1])]);
  const masked = graph.apply('Where', [isFuture, graph.float(-3.4028234663852886e38), scores]);
  const mixed = graph.matrixProduct(graph.softmax(masked), value);
  return graph.reshape(graph.transpose(mixed, [1, 0, 2]), [-1, width]);
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
  return graph.weight({ kind: 'inline', name, type: 'F32', shape: [1, length, size], bytes });
}

function rmsNorm(graph: GraphBuilder, x: Value, weight: Value): Value {
  const mean = graph.apply('ReduceMean', [graph.multiply(x, x)], {
    axes: { kind: 'ints', value: [-1] },
    keepdims: { kind: 'int', value: 1 },
  });
  const root = graph.apply('Sqrt', [graph.add(mean, graph.float(1e-6))]);
  return graph.multiply(graph.apply('Div', [x, root]), weight);
}

function gelu(graph: GraphBuilder, x: Value): Value {
  const erf = graph.apply('Erf', [graph.multiply(x, graph.float(Math.SQRT1_2))]);
  const tanh = graph.apply('Tanh', [graph.multiply(x, graph.float(0.7978845608))]);
  return graph.multiply(
    graph.multiply(x, graph.float(0.25)),
    graph.add(graph.add(erf, tanh), graph.float(2)),
  );
}

function tokenLosses(graph: GraphBuilder, logits: Value, targets: Value): Value {
  const axis = { axes: { kind: 'ints', value: [-1] }, keepdims: { kind: 'int', value: 1 } } as const;
  const shifted = graph.subtract(logits, graph.apply('ReduceMax', [logits], axis));
  const sum = graph.apply('ReduceSum', [graph.apply('Exp', [shifted]), graph.integers([-1])], {
    keepdims: axis.keepdims,
  });
  const picked = graph.apply('GatherElements', [shifted, graph.reshape(targets, [-1, 1])], {
    axis: { kind: 'int', value: 1 },
  });
  return graph.reshape(graph.subtract(graph.apply('Log', [sum]), picked), [-1]);
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
