import type { FileReader } from '../../core/ports.ts';
import { readFloats } from '../read-floats.ts';
import { readTensor } from '../safetensors/read-tensor.ts';
import type { Codes, PackedMatrix } from './packed-matrix.ts';

/**
 * The numbers that a packed matrix means, as [outputs, inputs] unless its inputs are wanted first: scale · (code − zero),
 * rounded as the graph's own operators do (see `graph/packed-weights/dequantize.ts`).
 */
export async function unpackMatrix(
  files: FileReader,
  matrix: PackedMatrix,
  { isInputFirst = false }: { readonly isInputFirst?: boolean } = {},
): Promise<Float32Array> {
  const { inputs, outputs, scales, zeros } = matrix;
  const codes = await readCodes(files, matrix.codes, outerLength(matrix), innerLength(matrix));
  const [scaleRows, scaleColumns] = scales.shape;
  const scale = readFloats(await readTensor(files, scales.tensor), scales.tensor.dtype) ?? new Float32Array();
  const zero = zeros.codes && (await readCodes(files, zeros.codes, scaleRows, scaleColumns));
  const groups = await readGroups(files, matrix);
  const values = new Float32Array(inputs * outputs);
  for (let output = 0; output < outputs; output += 1) {
    for (let input = 0; input < inputs; input += 1) {
      const group = groups[input] ?? 0;
      const [row, column] = matrix.isInputFirst ? [group, output] : [output, group];
      const at = Math.min(row, scaleRows - 1) * scaleColumns + Math.min(column, scaleColumns - 1);
      const code = codes[matrix.isInputFirst ? input * outputs + output : output * inputs + input] ?? 0;
      const step = Math.fround((scale[at] ?? 0) / scales.divisor);
      const difference = code - ((zero?.[at] ?? 0) + zeros.offset);
      values[isInputFirst ? input * outputs + output : output * inputs + input] = difference * step;
    }
  }
  return values;
}

function outerLength({ isInputFirst, inputs, outputs }: PackedMatrix): number {
  return isInputFirst ? inputs : outputs;
}

function innerLength({ isInputFirst, inputs, outputs }: PackedMatrix): number {
  return isInputFirst ? outputs : inputs;
}

/** The group of every input. */
async function readGroups(files: FileReader, { inputs, groups }: PackedMatrix): Promise<Int32Array> {
  const { count, membership } = groups;
  if (count === 1) return new Int32Array(inputs);
  if (membership.kind === 'consecutive')
    return Int32Array.from({ length: inputs }, (_, input) => Math.floor(input / membership.size));
  return new Int32Array(new Uint8Array(await readTensor(files, membership.tensor)).buffer);
}

/** Whole numbers as a matrix of `rows` × `columns`; what a packed axis has beyond that is padding. */
async function readCodes(
  files: FileReader,
  codes: Codes,
  rows: number,
  columns: number,
): Promise<Int16Array> {
  const bytes = new Uint8Array(await readTensor(files, codes.tensor));
  if (codes.kind === 'bytes') return Int16Array.from(new Int8Array(bytes.buffer));
  const { axis } = codes;
  const words = new Uint32Array(bytes.buffer);
  const width = codes.tensor.shape[1] ?? 1;
  const values = new Int16Array(rows * columns);
  if (codes.isDecremented) increment(words, codes, width);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const along = axis === 0 ? row : column;
      const across = axis === 0 ? column : row;
      values[row * columns + column] = fieldAt(words, codes, along, (word) =>
        axis === 0 ? word * width + across : across * width + word,
      );
    }
  }
  return values;
}

type Words = Extract<Codes, { kind: 'words' }>;

function fieldAt(
  words: Uint32Array,
  { bits, fields }: Words,
  index: number,
  placeOf: (word: number) => number,
): number {
  const perWord = 32 / bits;
  const place = fields
    ? Math.floor(index / fields.length) * fields.length + (fields[index % fields.length] ?? 0)
    : index;
  const bit = place * bits;
  const word = Math.floor(bit / 32);
  const shift = bit % 32;
  const mask = 2 ** bits - 1;
  const low = (words[placeOf(word)] ?? 0) >>> shift;
  if (Number.isInteger(perWord) || shift + bits <= 32) return low & mask;
  const high = (words[placeOf(word + 1)] ?? 0) << (32 - shift);
  return (low | high) & mask;
}

/** Whole words were decremented, so whole words are incremented: a borrow between fields is undone by the carry. */
function increment(words: Uint32Array, { bits, axis }: Words, width: number): void {
  const count = 32 % bits === 0 ? 32 / bits : 32;
  let ones = 0n;
  for (let field = 0; field < count; field += 1) ones |= 1n << BigInt(field * bits);
  const run = (count * bits) / 32;
  for (let index = 0; index < words.length; index += 1) {
    const along = axis === 0 ? Math.floor(index / width) : index % width;
    const addend = Number((ones >> BigInt(32 * (along % run))) & 0xffff_ffffn);
    words[index] = (words[index] ?? 0) + addend;
  }
}
