import type { FileReader } from '../../core/ports.ts';
import { readTensor } from '../safetensors/read-tensor.ts';
import { maximumInputs } from './group-index.ts';
import type { PackedMatrix } from './packed-matrix.ts';
import type { Quantization } from './quantization.ts';
import type { SchemeReader } from './scheme-reader.ts';

const advice =
  'Save it again with plain weights (model.dequantize() in Transformers, then save_pretrained), and certify that folder.';

/** What the library takes when config.json does not say it. */
const defaultThreshold = 6;

/**
 * bitsandbytes with 8 bits (LLM.int8, arXiv 2208.07339): `weight` [outputs, inputs] in signed bytes and `SCB` [outputs],
 * the largest magnitude of each output, so that an element is weight · SCB / 127. The input of each product is rounded
 * as well, which belongs to the mathematics of the model.
 */
export async function readBitsAndBytes(
  files: FileReader,
  reader: SchemeReader,
): Promise<Quantization | undefined> {
  const { config } = reader;
  if (reader.flag('load_in_4bit', config._load_in_4bit === true)) {
    const kind = reader.text('bnb_4bit_quant_type', 'fp4');
    reader.unsupported(`has 4-bit weights (${kind})`, advice);
  }
  const threshold = config.llm_int8_threshold ?? defaultThreshold;
  if (typeof threshold !== 'number' || !(threshold >= 0))
    reader.invalid('llm_int8_threshold', 'must be a number that is not negative');
  if (reader.findings.length > 0 || typeof threshold !== 'number') return undefined;
  const matrices = new Map<string, PackedMatrix>();
  for (const module of reader.modulesWith('SCB')) {
    const matrix = await readMatrix(files, reader, module, threshold);
    if (matrix) matrices.set(matrix.name, matrix);
  }
  return { method: 'bitsandbytes', format: 'llm.int8', matrices };
}

async function readMatrix(
  files: FileReader,
  reader: SchemeReader,
  module: string,
  threshold: number,
): Promise<PackedMatrix | undefined> {
  const codes = reader.part(module, 'weight', ['I8'], 2);
  const scales = reader.part(module, 'SCB', ['F32'], 1);
  if (!codes || !scales) return undefined;
  const [outputs = 0, inputs = 0] = codes.shape;
  if (inputs < 1 || inputs > maximumInputs || !reader.hasShape(module, scales, [outputs])) return undefined;
  if (!(await isInRowOrder(files, reader, module))) return undefined;
  const parts = ['weight', 'SCB', 'weight_format'].map((part) => `${module}.${part}`);
  return {
    name: `${module}.weight`,
    inputs,
    outputs,
    isInputFirst: false,
    codes: { kind: 'bytes', tensor: codes },
    scales: { tensor: scales, shape: [outputs, 1], divisor: 127 },
    zeros: { offset: 0 },
    groups: { count: 1, membership: { kind: 'consecutive', size: inputs } },
    inputRounding: { kind: 'llm-int8', threshold },
    parts: parts.filter((name) => reader.tensors.has(name)),
  };
}

/** Weights may be laid out for a certain GPU; `weight_format` says so with a number that is not 0. */
async function isInRowOrder(files: FileReader, reader: SchemeReader, module: string): Promise<boolean> {
  if (!reader.optional(module, 'weight_format')) return true;
  const tensor = reader.part(module, 'weight_format', ['U8'], [0, 1]);
  if (!tensor) return false;
  const [format] = tensor.lengthBytes === 1 ? await readTensor(files, tensor) : [];
  if (format === 0) return true;
  reader.unsupported(`has weights in the layout of a certain GPU (${module})`, advice);
  return false;
}
