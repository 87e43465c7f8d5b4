import type { FileReader } from '../../core/ports.ts';
import { readTensor } from '../safetensors/read-tensor.ts';
import type { StoredTensor } from '../tensor-facts.ts';
import type { CompressedOptions } from './compressed-tensors.ts';
import { maximumInputs, readGroupIndex } from './group-index.ts';
import type { Codes, Groups, PackedMatrix, Zeros } from './packed-matrix.ts';
import { type SchemeReader, scaleTypes } from './scheme-reader.ts';

/** The packed matrix of one module of a compressed-tensors checkpoint. */
export async function readCompressedMatrix(
  files: FileReader,
  reader: SchemeReader,
  module: string,
  options: CompressedOptions,
): Promise<PackedMatrix | undefined> {
  const scales = reader.part(module, 'weight_scale', scaleTypes, [0, 1, 2]);
  if (!scales) return undefined;
  const stored = reader.optional(module, 'weight_packed')
    ? await readPacked(files, reader, module, options)
    : readBytes(reader, module);
  if (!stored) return undefined;
  const { codes, inputs, outputs, middle } = stored;
  const scaleShape = readScaleShape(reader, module, scales, outputs);
  if (!scaleShape) return undefined;
  const groups = await readGroups(files, reader, { module, inputs, count: scaleShape[1], options });
  const zeros = readZeros(reader, { module, codes, outputs, scaleShape, middle });
  if (!groups || !zeros) return undefined;
  const parts = [
    'weight',
    'weight_packed',
    'weight_shape',
    'weight_scale',
    'weight_zero_point',
    'weight_g_idx',
  ];
  return {
    name: `${module}.weight`,
    inputs,
    outputs,
    isInputFirst: false,
    codes,
    scales: { tensor: scales, shape: scaleShape, divisor: 1 },
    zeros,
    groups,
    parts: parts.map((part) => `${module}.${part}`).filter((name) => reader.tensors.has(name)),
  };
}

interface StoredCodes {
  readonly codes: Codes;
  readonly inputs: number;
  readonly outputs: number;
  /** The code that means zero when nothing else is said. */
  readonly middle: number;
}

async function readPacked(
  files: FileReader,
  reader: SchemeReader,
  module: string,
  options: CompressedOptions,
): Promise<StoredCodes | undefined> {
  const tensor = reader.part(module, 'weight_packed', ['I32'], 2);
  const shapeTensor = reader.part(module, 'weight_shape', ['I64', 'I32'], 1);
  if (!tensor || !shapeTensor || !reader.hasShape(module, shapeTensor, [2])) return undefined;
  const [outputs = 0, inputs = 0] = await readWholeNumbers(files, shapeTensor);
  const [rows, words] = tensor.shape;
  // A shape tells 4 bits from 8, so that it does not matter which group of the description the module belongs to.
  const bits = [...options.bits].find((count) => Math.ceil((inputs * count) / 32) === words);
  if (bits === undefined || outputs !== rows || inputs < 1 || inputs > maximumInputs) {
    reader.broken(
      module,
      `says that its shape is [${outputs}, ${inputs}], but weight_packed is [${tensor.shape.join(', ')}]`,
    );
    return undefined;
  }
  return { codes: { kind: 'words', tensor, bits, axis: 1 }, inputs, outputs, middle: 2 ** (bits - 1) };
}

function readBytes(reader: SchemeReader, module: string): StoredCodes | undefined {
  const tensor = reader.part(module, 'weight', ['I8'], 2);
  if (!tensor) return undefined;
  const [outputs = 0, inputs = 0] = tensor.shape;
  if (inputs < 1 || inputs > maximumInputs) {
    reader.broken(module, `has weight of shape [${tensor.shape.join(', ')}]`);
    return undefined;
  }
  return { codes: { kind: 'bytes', tensor }, inputs, outputs, middle: 0 };
}

/** [outputs or 1, groups], from one scale for all, one for each output, or one for each group of each output. */
function readScaleShape(
  reader: SchemeReader,
  module: string,
  scales: StoredTensor,
  outputs: number,
): [number, number] | undefined {
  const [rows = 1, columns = 1] = scales.shape;
  if ((rows === outputs && columns >= 1) || (rows === 1 && columns === 1)) return [rows, columns];
  reader.broken(module, `has weight_scale of shape [${scales.shape.join(', ')}] for ${outputs} outputs`);
  return undefined;
}

interface GroupsRequest {
  readonly module: string;
  readonly inputs: number;
  readonly count: number;
  readonly options: CompressedOptions;
}

async function readGroups(
  files: FileReader,
  reader: SchemeReader,
  { module, inputs, count, options }: GroupsRequest,
): Promise<Groups | undefined> {
  if (count === 1) return { count, membership: { kind: 'consecutive', size: inputs } };
  const sizes = [...options.groupSizes].filter((size) => Math.ceil(inputs / size) === count);
  const [size] = sizes;
  if (size === undefined || sizes.length > 1) {
    reader.broken(module, `has ${count} groups for ${inputs} inputs, which no group_size gives`);
    return undefined;
  }
  const consecutive: Groups = { count, membership: { kind: 'consecutive', size } };
  if (!reader.optional(module, 'weight_g_idx')) return consecutive;
  const tensor = reader.part(module, 'weight_g_idx', ['I32'], 1);
  if (!tensor) return undefined;
  const index = await readGroupIndex(files, reader, {
    module,
    tensor,
    inputs,
    groups: count,
    groupSize: size,
  });
  if (index === undefined) return undefined;
  return index === 'listed' ? { count, membership: { kind: 'listed', tensor } } : consecutive;
}

interface ZerosRequest {
  readonly module: string;
  readonly codes: Codes;
  readonly outputs: number;
  readonly scaleShape: readonly [number, number];
  readonly middle: number;
}

/** Zeros are stored as signed bytes, one for each scale, or packed along the outputs as the codes are. */
function readZeros(reader: SchemeReader, request: ZerosRequest): Zeros | undefined {
  const { module, codes, outputs, scaleShape, middle } = request;
  if (!reader.optional(module, 'weight_zero_point')) return { offset: middle };
  const tensor = reader.part(module, 'weight_zero_point', ['I8', 'I32'], [0, 1, 2]);
  if (!tensor) return undefined;
  if (tensor.dtype === 'I8') {
    const [rows = 1, columns = 1] = tensor.shape;
    if (rows === scaleShape[0] && columns === scaleShape[1])
      return { codes: { kind: 'bytes', tensor }, offset: middle };
  } else if (codes.kind === 'words') {
    const words = [Math.ceil((outputs * codes.bits) / 32), scaleShape[1]];
    if (!reader.hasShape(module, tensor, words)) return undefined;
    return { codes: { kind: 'words', tensor, bits: codes.bits, axis: 0 }, offset: 0 };
  }
  reader.broken(
    module,
    `has weight_zero_point of type ${tensor.dtype} and shape [${tensor.shape.join(', ')}]`,
  );
  return undefined;
}

async function readWholeNumbers(files: FileReader, tensor: StoredTensor): Promise<number[]> {
  const bytes = await readTensor(files, tensor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = tensor.dtype === 'I64' ? 8 : 4;
  return Array.from({ length: bytes.byteLength / width }, (_, i) =>
    width === 8 ? Number(view.getBigInt64(8 * i, true)) : view.getInt32(4 * i, true),
  );
}
