import type { Codes } from '../../artifacts/quantization/packed-matrix.ts';
import type { GraphBuilder, Value } from '../graph-builder.ts';
import { reshapeLate } from './reshape-late.ts';
import { storedValue } from './stored-value.ts';

type Words = Extract<Codes, { kind: 'words' }>;

/**
 * The whole numbers of a tensor as float32. What a packed axis has beyond `shape` is padding; `view` is another shape for
 * the same numbers.
 */
export function unpackCodes(
  graph: GraphBuilder,
  codes: Codes,
  shape: readonly [number, number],
  view: readonly number[] = shape,
): Value {
  if (codes.kind === 'bytes') {
    const { tensor } = codes;
    return graph.toFloat32(reshapeLate(graph, storedValue(graph, tensor, { type: 'I8', shape }), view));
  }
  const run = runOf(codes);
  const [rows = 0, columns = 0] = codes.tensor.shape;
  const { axis } = codes;
  const packed = codes.tensor.shape[axis] ?? 0;
  // Runs of words come second, so that what lies in a word is unpacked along an axis of its own.
  const runs =
    axis === 0 ? [rows / run.words, run.words, columns] : [(rows * columns) / run.words, run.words, 1];
  const words = reshapeLate(graph, readWords(graph, codes, runs), runs);
  const values = graph.toFloat32(unpackRuns(graph, words, run));
  const unpacked = (packed / run.words) * run.fields.length;
  const length = shape[axis] ?? 0;
  if (unpacked === length) return reshapeLate(graph, values, view);
  const whole = reshapeLate(graph, values, axis === 0 ? [unpacked, columns] : [rows, unpacked]);
  return reshapeLate(graph, graph.slice(whole, axis, 0, length), view);
}

/** The shortest stretch of words after which the fields start at bit 0 again. */
interface Run {
  readonly words: number;
  readonly bits: number;
  /** Where each value starts, in bits from the start of the run. */
  readonly fields: readonly number[];
}

function runOf({ bits, fields }: Words): Run {
  const count = 32 % bits === 0 ? 32 / bits : 32;
  const starts = Array.from({ length: count }, (_, i) => bits * (fields?.[i] ?? i));
  return { words: (count * bits) / 32, bits, fields: starts };
}

/** Signed words in the file are read as unsigned ones, for which shifts are defined. */
function readWords(graph: GraphBuilder, codes: Words, shape: readonly number[]): Value {
  if (!codes.isDecremented) return storedValue(graph, codes.tensor, { type: 'U32', shape });
  // Whole words were decremented, so whole words are incremented: a borrow between fields is undone by the carry.
  const { words, fields } = runOf(codes);
  const ones = fields.reduce((sum, start) => sum | (1n << BigInt(start)), 0n);
  const addends = Array.from({ length: words }, (_, i) => Number((ones >> BigInt(32 * i)) & 0xffff_ffffn));
  const signed = storedValue(graph, codes.tensor, { type: 'I32', shape });
  const sum = graph.add(signed, wordConstant(graph, 'I32', addends, [1, words, 1]));
  return graph.apply('Cast', [sum], { to: { kind: 'int', value: 12 } });
}

/** From [n, words, m] to [n, fields, m]: each field is shifted up to the top of its word and down to the bottom. */
function unpackRuns(graph: GraphBuilder, words: Value, run: Run): Value {
  const { bits } = run;
  const wordAt = (index: number): Value =>
    run.words === 1 ? words : graph.slice(words, 1, index, index + 1);
  const pieces: Value[] = [];
  for (let i = 0; i < run.fields.length; ) {
    const start = run.fields[i] ?? 0;
    const index = Math.floor(start / 32);
    const offsets = offsetsInWord(run, i, index);
    if (offsets.length > 0) {
      const up = shift(
        graph,
        'LEFT',
        wordAt(index),
        offsets.map((offset) => 32 - bits - offset),
      );
      pieces.push(shift(graph, 'RIGHT', up, [32 - bits]));
      i += offsets.length;
    } else {
      // The field begins in one word and ends in the next: the sum joins its two parts, since no bit is in both.
      const low = shift(graph, 'RIGHT', wordAt(index), [start % 32]);
      const highBits = (start % 32) + bits - 32;
      const high = shift(graph, 'RIGHT', shift(graph, 'LEFT', wordAt(index + 1), [32 - highBits]), [
        32 - bits,
      ]);
      pieces.push(graph.add(low, high));
      i += 1;
    }
  }
  return graph.concat(pieces, 1);
}

/** Offsets of the fields from number `first` on that lie in word `index` as a whole. */
function offsetsInWord({ fields, bits }: Run, first: number, index: number): number[] {
  const offsets: number[] = [];
  for (const start of fields.slice(first)) {
    const offset = start - 32 * index;
    if (offset < 0 || offset + bits > 32) break;
    offsets.push(offset);
  }
  return offsets;
}

function shift(
  graph: GraphBuilder,
  direction: 'LEFT' | 'RIGHT',
  x: Value,
  amounts: readonly number[],
): Value {
  const shifts = wordConstant(graph, 'U32', amounts, [1, amounts.length, 1]);
  const value = new TextEncoder().encode(direction);
  return graph.apply('BitShift', [x, shifts], { direction: { kind: 'string', value } });
}

function wordConstant(
  graph: GraphBuilder,
  type: 'U32' | 'I32',
  values: readonly number[],
  shape: readonly number[],
): Value {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true);
  return graph.weight({
    kind: 'inline',
    name: `constant/${type}_${values.join('_')}`,
    type,
    shape,
    bytes,
  });
}
