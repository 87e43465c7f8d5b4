import type { CodeFacts } from './index.ts';

/** Model folders, their configuration and their weight files. */
export const modelCodes = {
  M200: { token: 'MODEL-FOLDER-MISSING', title: 'The model folder does not exist' },
  M201: { token: 'MODEL-CONFIG-MISSING', title: 'The model folder has no config.json' },
  M202: { token: 'MODEL-CONFIG-INVALID', title: "The model's config.json cannot be used" },
  M203: { token: 'ARCHITECTURE-UNSUPPORTED', title: 'The architecture of the model is not supported' },
  M204: {
    token: 'MODEL-OPTION-UNSUPPORTED',
    title: 'config.json asks for mathematics that are not supported',
  },
  M205: { token: 'PICKLE-CHECKPOINT', title: 'The weights are a pickle checkpoint, which is never opened' },
  M206: { token: 'WEIGHTS-MISSING', title: 'The model folder has no weights in a supported format' },
  M207: {
    token: 'WEIGHTS-FORMAT-UNSUPPORTED',
    title: 'The weights are in a format that is recognised but not supported',
  },
  M208: { token: 'SHARD-INDEX-INVALID', title: 'The index of a sharded checkpoint cannot be used' },
  M209: { token: 'TENSOR-MISSING', title: 'The checkpoint lacks tensors that its architecture needs' },
  M210: {
    token: 'TENSOR-UNEXPECTED',
    title: 'The checkpoint has tensors that its architecture does not use',
  },
  M211: { token: 'TENSOR-SHAPE', title: 'A tensor has another shape than config.json implies' },
  M212: {
    token: 'TENSOR-DTYPE-UNSUPPORTED',
    title: 'A tensor has an element type that cannot be evaluated or edited',
  },
  M213: {
    token: 'TIED-HEAD-STORED',
    title: 'A stored output head is ignored because config.json ties it to the embedding',
  },
  M214: {
    token: 'MODEL-OPTION-UNKNOWN',
    title: 'config.json has an option that is not known and has no effect',
  },
  M220: { token: 'SAFETENSORS-TOO-SHORT', title: 'The file is too short for a safetensors header' },
  M221: {
    token: 'SAFETENSORS-HEADER-TOO-LARGE',
    title: 'The safetensors header is larger than the format allows',
  },
  M222: { token: 'SAFETENSORS-HEADER-TRUNCATED', title: 'The file ends inside its safetensors header' },
  M223: { token: 'SAFETENSORS-HEADER-START', title: 'The safetensors header does not start with {' },
  M224: { token: 'SAFETENSORS-HEADER-UTF8', title: 'The safetensors header is not valid UTF-8' },
  M225: { token: 'SAFETENSORS-HEADER-JSON', title: 'The safetensors header is not valid JSON' },
  M226: { token: 'SAFETENSORS-DUPLICATE-KEY', title: 'The safetensors header names something twice' },
  M227: {
    token: 'SAFETENSORS-METADATA',
    title: '__metadata__ of a safetensors file is not a map of strings',
  },
  M228: { token: 'SAFETENSORS-ENTRY', title: 'A tensor entry of a safetensors header is malformed' },
  M229: { token: 'SAFETENSORS-DTYPE', title: 'A safetensors header names an unknown element type' },
  M230: { token: 'SAFETENSORS-SIZE', title: "A tensor's byte range does not fit its shape and element type" },
  M231: { token: 'SAFETENSORS-OVERFLOW', title: "A tensor's shape is too large to be counted" },
  M232: {
    token: 'SAFETENSORS-HOLE',
    title: 'A safetensors file has bytes between tensors that belong to none',
  },
  M233: { token: 'SAFETENSORS-OVERLAP', title: 'Two tensors of a safetensors file share bytes' },
  M234: { token: 'SAFETENSORS-TRUNCATED', title: 'The safetensors file ends before its last tensor does' },
  M235: { token: 'SAFETENSORS-TRAILING-BYTES', title: 'The safetensors file goes on after its last tensor' },
  M236: { token: 'SAFETENSORS-SUB-BYTE', title: 'A tensor of small elements does not fill whole bytes' },
  M240: {
    token: 'MLM-HEAD-MISSING',
    title: 'The checkpoint of a masked language model has no language model head',
  },
  M241: { token: 'LFS-POINTER', title: 'A Git LFS pointer stands in the place of a file' },
  M242: { token: 'ONNX-KIND-ASSUMED', title: 'Nothing says which kind of language model an ONNX model is' },
} as const satisfies Record<string, CodeFacts>;
