import type { FileReader } from '../../core/ports.ts';
import { consecutiveGroups, isGroupSize, maximumInputs, readGroupIndex } from './group-index.ts';
import type { Groups, PackedMatrix } from './packed-matrix.ts';
import type { Quantization } from './quantization.ts';
import { type SchemeReader, scaleTypes } from './scheme-reader.ts';

const advice =
  'Use the checkpoint that it was made from, or save it again as GPTQ with 2, 3, 4 or 8 bits and the format gptq or gptq_v2.';

/**
 * GPTQ: `qweight` [inputs · bits / 32, outputs] packed along the inputs, `qzeros` [groups, outputs · bits / 32] packed
 * along the outputs, `scales` [groups, outputs], and with act-order `g_idx` [inputs]. The format `gptq` stores zeros
 * that are smaller by 1, `gptq_v2` the zeros themselves.
 */
export async function readGptq(files: FileReader, reader: SchemeReader): Promise<Quantization | undefined> {
  const options = readOptions(reader);
  if (!options) return undefined;
  const matrices = new Map<string, PackedMatrix>();
  for (const module of reader.modulesWith('qweight')) {
    const matrix = await readMatrix(files, reader, module, options);
    if (matrix) matrices.set(matrix.name, matrix);
  }
  return { method: 'gptq', format: options.format, matrices };
}

interface GptqOptions {
  readonly bits: number;
  readonly groupSize: number;
  readonly isReordered: boolean;
  readonly format: string;
}

function readOptions(reader: SchemeReader): GptqOptions | undefined {
  const { config } = reader;
  const bits = reader.wholeNumber('bits', (value) => value >= 1 && value <= 16, 'must be a number of bits');
  if (bits !== undefined && ![2, 3, 4, 8].includes(bits)) reader.unsupported(`asks for ${bits} bits`, advice);
  const groupSize = reader.wholeNumber('group_size', isGroupSize, 'must be −1 or a number of inputs');
  const isReordered = reader.flag('desc_act', false);
  const format = reader.text('checkpoint_format', reader.text('format', 'gptq'));
  if (!['gptq', 'gptq_v2'].includes(format)) reader.unsupported(`has the format ${format}`, advice);
  if (config.is_marlin_format === true) reader.unsupported('has the Marlin layout', advice);
  const words = reader.text('pack_dtype', 'int32');
  if (words !== 'int32') reader.unsupported(`packs into ${words}`, advice);
  // Names behind `-:` are only left out; their weights are stored as they are.
  const overrides = Object.keys(Object(config.dynamic)).filter((name) => !name.startsWith('-:'));
  if (overrides.length > 0) reader.unsupported('gives modules settings of their own (dynamic)', advice);
  if (reader.findings.length > 0 || bits === undefined || groupSize === undefined) return undefined;
  return { bits, groupSize, isReordered, format };
}

async function readMatrix(
  files: FileReader,
  reader: SchemeReader,
  module: string,
  options: GptqOptions,
): Promise<PackedMatrix | undefined> {
  const { bits, format } = options;
  const codes = reader.part(module, 'qweight', ['I32'], 2);
  const zeros = reader.part(module, 'qzeros', ['I32'], 2);
  const scales = reader.part(module, 'scales', scaleTypes, 2);
  if (!codes || !zeros || !scales) return undefined;
  const [words = 0, outputs = 0] = codes.shape;
  const inputs = (words * 32) / bits;
  if (!Number.isInteger(inputs) || inputs < 1 || inputs > maximumInputs) {
    reader.broken(module, `has ${words} words of ${bits} bits for each output`);
    return undefined;
  }
  const groups = await readGroups(files, reader, { module, inputs, options });
  if (!groups) return undefined;
  if (
    !reader.hasShape(module, scales, [groups.count, outputs]) ||
    !reader.hasShape(module, zeros, [groups.count, (outputs * bits) / 32])
  )
    return undefined;
  const parts = ['qweight', 'qzeros', 'scales', 'g_idx'].map((part) => `${module}.${part}`);
  return {
    name: `${module}.weight`,
    inputs,
    outputs,
    isInputFirst: true,
    codes: { kind: 'words', tensor: codes, bits, axis: 0 },
    scales: { tensor: scales, shape: [groups.count, outputs], divisor: 1 },
    zeros: {
      codes: { kind: 'words', tensor: zeros, bits, axis: 1, isDecremented: format === 'gptq' },
      offset: 0,
    },
    groups,
    parts: parts.filter((name) => reader.tensors.has(name)),
  };
}

interface GroupsRequest {
  readonly module: string;
  readonly inputs: number;
  readonly options: GptqOptions;
}

async function readGroups(
  files: FileReader,
  reader: SchemeReader,
  { module, inputs, options }: GroupsRequest,
): Promise<Groups | undefined> {
  const { isReordered, groupSize } = options;
  const consecutive = consecutiveGroups(inputs, groupSize);
  if (!reader.optional(module, 'g_idx') && !isReordered) return consecutive;
  const tensor = reader.part(module, 'g_idx', ['I32'], 1);
  if (!tensor) return undefined;
  const { count: groups } = consecutive;
  const size = groupSize === -1 ? inputs : groupSize;
  const index = await readGroupIndex(files, reader, { module, tensor, inputs, groups, groupSize: size });
  if (index === 'consecutive') return consecutive;
  if (index === 'listed' && isReordered) return { count: groups, membership: { kind: 'listed', tensor } };
  // Loaders disagree about such files: some follow the list, others the option.
  if (index !== undefined)
    reader.broken(module, 'has a g_idx that says another order than desc_act; set desc_act to what is meant');
  return undefined;
}
