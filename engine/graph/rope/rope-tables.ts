import type { GraphBuilder, Value } from '../graph-builder.ts';
import type { Rope } from './rope.ts';

/** Cosine and sine of every position and pair, each of shape [n, 1, pairs]. */
export interface RopeTables {
  readonly cosine: Value;
  readonly sine: Value;
}

/** Positions per row of the coarse table. */
const stride = 256;

/**
 * Tables for n positions. Angles are not computed in the graph: a float32 angle of a late position has lost its last
 * digits, and the sine of a large angle is inexact on GPUs. Position p is split into 256·a + b, the tables of a and of
 * b are computed here in float64, and the graph puts them together by the addition theorems.
 */
export function ropeTables(
  graph: GraphBuilder,
  rope: Rope,
  length: Value,
  contextLength: number,
): RopeTables {
  const tables = tablesOf(graph, rope.frequencies, rope.attentionFactor, length, contextLength);
  if (!rope.long) return tables;
  const long = tablesOf(graph, rope.long.frequencies, rope.attentionFactor, length, contextLength);
  const isLong = graph.apply('Greater', [length, graph.integers([rope.long.beyondLength])]);
  return {
    cosine: graph.apply('Where', [isLong, long.cosine, tables.cosine]),
    sine: graph.apply('Where', [isLong, long.sine, tables.sine]),
  };
}

/** The first `size` elements of every head are rotated, the others stay; from and to [n, heads, headSize]. */
export function rotate(
  graph: GraphBuilder,
  x: Value,
  tables: RopeTables,
  size: number,
  headSize: number,
): Value {
  const half = size / 2;
  const parts = graph.split(x, 2, size === headSize ? [half, half] : [half, half, headSize - size]);
  const [first, second, ...rest] = parts;
  if (!first || !second) return x;
  const { cosine, sine } = tables;
  const turned = [
    graph.subtract(graph.multiply(first, cosine), graph.multiply(second, sine)),
    graph.add(graph.multiply(second, cosine), graph.multiply(first, sine)),
  ];
  return graph.concat([...turned, ...rest], 2);
}

function tablesOf(
  graph: GraphBuilder,
  frequencies: readonly number[],
  factor: number,
  length: Value,
  contextLength: number,
): RopeTables {
  const rows = Math.ceil(contextLength / stride);
  const table = (count: number, step: number, scale: number, of: (angle: number) => number): Value => {
    const values = new Float32Array(count * frequencies.length);
    for (let row = 0; row < count; row++) {
      for (const [i, frequency] of frequencies.entries())
        values[row * frequencies.length + i] = scale * of(row * step * frequency);
    }
    return graph.floats(values, [count, 1, frequencies.length]);
  };
  const positions = graph.range(length);
  const [high, low] = [graph.integers([stride]), graph.integers([stride])].map((divisor, i) =>
    graph.apply(i === 0 ? 'Div' : 'Mod', [positions, divisor]),
  );
  if (!high || !low) return { cosine: positions, sine: positions };
  const pick = (of: (angle: number) => number): [Value, Value] => [
    graph.gather(table(rows, stride, factor, of), high),
    graph.gather(table(stride, 1, 1, of), low),
  ];
  const [cosineHigh, cosineLow] = pick(Math.cos);
  const [sineHigh, sineLow] = pick(Math.sin);
  return {
    cosine: graph.subtract(graph.multiply(cosineHigh, cosineLow), graph.multiply(sineHigh, sineLow)),
    sine: graph.add(graph.multiply(sineHigh, cosineLow), graph.multiply(cosineHigh, sineLow)),
  };
}
