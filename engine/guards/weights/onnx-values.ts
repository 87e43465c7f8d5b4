import path from 'node:path';
import type { OnnxInitializer, OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { readFloats } from '../../artifacts/read-floats.ts';
import type { FileReader } from '../../core/ports.ts';
import type { ModelEditor } from '../../graph/instrument/model-editor.ts';

/** Where an ONNX graph keeps its weights. */
export interface OnnxStore {
  readonly editor: ModelEditor;
  /** The folder that external data lies in. */
  readonly folder: string;
}

export async function initializerBytes(
  files: FileReader,
  { folder }: OnnxStore,
  tensor: OnnxInitializer,
): Promise<Uint8Array> {
  if (tensor.kind === 'inline') return tensor.bytes;
  if (tensor.kind === 'texts') return new Uint8Array();
  const { location, offset, lengthBytes: length } = tensor;
  return files.readBytes(path.join(folder, location), { offset, length });
}

/** Scale and zero of whole numbers; one for all, or one for each row or column. */
export interface OnnxScale {
  readonly scale: OnnxInitializer;
  readonly zero: OnnxInitializer | undefined;
  readonly axis: number;
}

/** The numbers that a matrix of whole numbers means, in the order in which it is stored. */
export async function scaledValues(
  files: FileReader,
  store: OnnxStore,
  tensor: OnnxInitializer,
  { scale, zero, axis }: OnnxScale,
): Promise<Float32Array | undefined> {
  const [rows = 0, columns = 0] = tensor.shape;
  const codes = wholeNumbers(await initializerBytes(files, store, tensor), tensor.type);
  const scales = readFloats(await initializerBytes(files, store, scale), scale.type);
  const zeros = zero && wholeNumbers(await initializerBytes(files, store, zero), zero.type);
  const steps = axis === 0 ? rows : columns;
  if (!codes || codes.length !== rows * columns || !scales || ![1, steps].includes(scales.length))
    return undefined;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = scales.length === 1 ? 0 : axis === 0 ? row : column;
      const index = row * columns + column;
      const centred = (codes[index] ?? 0) - (zeros?.[zeros.length === 1 ? 0 : at] ?? 0);
      values[index] = centred * (scales[at] ?? 0);
    }
  }
  return values;
}

/** What DequantizeLinear does to a value before it is used; undefined where nothing does. */
export function scaleOf(editor: ModelEditor, node: OnnxNode): OnnxScale | undefined {
  const [, scaleName = '', zeroName = ''] = node.inputs;
  const scale = editor.initializer(scaleName);
  const { axis } = node.attributes;
  return (
    scale && {
      scale,
      zero: editor.initializer(zeroName),
      axis: axis?.kind === 'int' ? Number(axis.value) : 1,
    }
  );
}

/** Quantisers name what belongs to `X_quantized` `X_scale` and `X_zero_point`; there is a scale for each column, or one. */
export function scaleByName(editor: ModelEditor, name: string): OnnxScale | undefined {
  const stem = name.replace(/_quantized$/u, '');
  const scale = editor.initializer(`${stem}_scale`);
  return scale && { scale, zero: editor.initializer(`${stem}_zero_point`), axis: 1 };
}

/**
 * Weights in blocks (MatMulNBits), as [outputs, inputs]: each output has its inputs in blocks that share a scale and a
 * zero, several codes to a byte from the low bits up. Without zeros the middle code means zero.
 */
export async function blockValues(
  files: FileReader,
  store: OnnxStore,
  node: OnnxNode,
): Promise<Float32Array | undefined> {
  const number = (name: string): number => {
    const attribute = node.attributes[name];
    return attribute?.kind === 'int' ? Number(attribute.value) : 0;
  };
  const [inputs, outputs, bits, size] = ['K', 'N', 'bits', 'block_size'].map(number);
  const [, codesName = '', scalesName = '', zerosName = ''] = node.inputs;
  const [codesTensor, scalesTensor] = [codesName, scalesName].map((name) => store.editor.initializer(name));
  if (node.op !== 'MatMulNBits' || !inputs || !outputs || !size || !codesTensor || !scalesTensor)
    return undefined;
  if (bits !== 4 && bits !== 8) return undefined;
  const blocks = Math.ceil(inputs / size);
  const bytes = await initializerBytes(files, store, codesTensor);
  const scales = readFloats(await initializerBytes(files, store, scalesTensor), scalesTensor.type);
  const zerosTensor = store.editor.initializer(zerosName);
  const zeros = zerosTensor && (await initializerBytes(files, store, zerosTensor));
  if (!scales || scales.length < blocks * outputs || (zerosTensor && zerosTensor.type !== 'U8'))
    return undefined;
  const blockBytes = (size * bits) / 8;
  const zeroRow = Math.ceil((blocks * bits) / 8);
  const values = new Float32Array(inputs * outputs);
  for (let output = 0; output < outputs; output += 1) {
    for (let input = 0; input < inputs; input += 1) {
      const block = Math.floor(input / size);
      const start = (output * blocks + block) * blockBytes;
      const code = fieldAt(bytes, start, input % size, bits);
      const zero = zeros ? fieldAt(zeros, output * zeroRow, block, bits) : 2 ** (bits - 1);
      values[output * inputs + input] = (code - zero) * (scales[output * blocks + block] ?? 0);
    }
  }
  return values;
}

function fieldAt(bytes: Uint8Array, start: number, index: number, bits: 4 | 8): number {
  if (bits === 8) return bytes[start + index] ?? 0;
  const byte = bytes[start + (index >> 1)] ?? 0;
  return index % 2 === 0 ? byte & 15 : byte >> 4;
}

function wholeNumbers(bytes: Uint8Array, type: string): Int8Array | Uint8Array | undefined {
  const copy = new Uint8Array(bytes);
  return type === 'I8' ? new Int8Array(copy.buffer) : type === 'U8' ? copy : undefined;
}

export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      result[column * rows + row] = values[row * columns + column] ?? 0;
  return result;
}
