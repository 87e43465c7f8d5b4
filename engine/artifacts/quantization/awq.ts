import { consecutiveGroups, isGroupSize, maximumInputs } from './group-index.ts';
import type { PackedMatrix } from './packed-matrix.ts';
import type { Quantization } from './quantization.ts';
import { type SchemeReader, scaleTypes } from './scheme-reader.ts';

/** Where the eight values of a word lie: the second value of eight in the fifth field, and so on. */
const fields = [0, 4, 1, 5, 2, 6, 3, 7];

/** Names of layers that are stored in the gemm layout, whatever they become when they are loaded. */
const gemmVersions: readonly string[] = ['gemm', 'exllama', 'exllamav2', 'ipex'];

const advice =
  'Use the checkpoint that it was made from, or quantize it again with AutoAWQ and version gemm.';

/**
 * AWQ in the gemm layout: `qweight` [inputs, outputs / 8] and `qzeros` [groups, outputs / 8], both packed along the
 * outputs in an interleaved order, and `scales` [groups, outputs].
 */
export function readAwq(reader: SchemeReader): Quantization | undefined {
  const { config } = reader;
  const bitsKey = config.bits === undefined && config.w_bit !== undefined ? 'w_bit' : 'bits';
  const sizeKey =
    config.group_size === undefined && config.q_group_size !== undefined ? 'q_group_size' : 'group_size';
  const bits = reader.wholeNumber(bitsKey, (value) => value >= 1 && value <= 16, 'must be a number of bits');
  if (bits !== undefined && bits !== 4) reader.unsupported(`asks for ${bits} bits`, advice);
  const groupSize = reader.wholeNumber(sizeKey, isGroupSize, 'must be −1 or a number of inputs');
  const version = reader.text('version', 'gemm').toLowerCase();
  if (!gemmVersions.includes(version)) reader.unsupported(`has the layout ${version}`, advice);
  const backend = reader.text('backend', 'autoawq').toLowerCase();
  if (backend !== 'autoawq') reader.unsupported(`was written by ${backend}`, advice);
  if (reader.findings.length > 0 || groupSize === undefined) return undefined;

  const matrices = new Map<string, PackedMatrix>();
  for (const module of reader.modulesWith('qweight')) {
    const matrix = readMatrix(reader, module, groupSize);
    if (matrix) matrices.set(matrix.name, matrix);
  }
  return { method: 'awq', format: 'gemm', matrices };
}

function readMatrix(reader: SchemeReader, module: string, groupSize: number): PackedMatrix | undefined {
  const codes = reader.part(module, 'qweight', ['I32'], 2);
  const zeros = reader.part(module, 'qzeros', ['I32'], 2);
  const scales = reader.part(module, 'scales', scaleTypes, 2);
  if (!codes || !zeros || !scales) return undefined;
  const [inputs = 0, words = 0] = codes.shape;
  const outputs = words * 8;
  if (inputs < 1 || inputs > maximumInputs) {
    reader.broken(module, `has qweight of shape [${codes.shape.join(', ')}]`);
    return undefined;
  }
  const groups = consecutiveGroups(inputs, groupSize);
  if (
    !reader.hasShape(module, scales, [groups.count, outputs]) ||
    !reader.hasShape(module, zeros, [groups.count, words])
  )
    return undefined;
  return {
    name: `${module}.weight`,
    inputs,
    outputs,
    isInputFirst: true,
    codes: { kind: 'words', tensor: codes, bits: 4, axis: 1, fields },
    scales: { tensor: scales, shape: [groups.count, outputs], divisor: 1 },
    zeros: { codes: { kind: 'words', tensor: zeros, bits: 4, axis: 1, fields }, offset: 0 },
    groups,
    parts: ['qweight', 'qzeros', 'scales'].map((part) => `${module}.${part}`),
  };
}
