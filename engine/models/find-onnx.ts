import path from 'node:path';
import type { Checked } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';

/** The files of an exported model, as optimum, transformers.js and onnxruntime-genai lay them out. */
export interface OnnxLayout {
  /** The model, or the decoder of two files. */
  readonly file: string;
  readonly encoderFile?: string;
  /** Where settings and tokenizer are. */
  readonly folder: string;
  /** Whether the user named the file itself. */
  readonly isNamed: boolean;
  /** Whether it lies in a subfolder `onnx`, beside which there may be a checkpoint. */
  readonly isInSubfolder: boolean;
}

const subfolder = 'onnx';

/** Names of whole models and of decoders without a cache, the obvious ones first. */
const plainNames: readonly string[] = [
  'model.onnx',
  'decoder_model.onnx',
  'decoder_model_merged.onnx',
  'decoder_with_past_model.onnx',
];

/**
 * Finds the ONNX model that a path means. Undefined without a finding when there is none; with one when there are
 * several and none of them is the obvious one.
 */
export async function findOnnx(files: FileReader, named: string): Promise<Checked<OnnxLayout>> {
  const kind = (await files.facts(named))?.kind;
  if (kind === 'file') {
    if (!named.toLowerCase().endsWith('.onnx')) return { value: undefined, findings: [] };
    const isInSubfolder = path.basename(path.dirname(named)) === subfolder;
    const value = await layoutOf(files, named, { isNamed: true, isInSubfolder });
    return { value, findings: [] };
  }
  if (kind !== 'folder') return { value: undefined, findings: [] };
  const here = await inFolder(files, named, path.basename(named) === subfolder);
  if (here.value || here.findings.length > 0) return here;
  const below = path.join(named, subfolder);
  if ((await files.facts(below))?.kind !== 'folder') return here;
  return inFolder(files, below, true);
}

async function inFolder(
  files: FileReader,
  folder: string,
  isInSubfolder: boolean,
): Promise<Checked<OnnxLayout>> {
  const names = (await files.list(folder)).filter((name) => name.endsWith('.onnx'));
  const others = names.filter((name) => !name.startsWith('encoder_model'));
  const name =
    plainNames.find((plain) => names.includes(plain)) ?? (others.length === 1 ? others[0] : undefined);
  if (name !== undefined) {
    const value = await layoutOf(files, path.join(folder, name), { isNamed: false, isInSubfolder });
    return { value, findings: [] };
  }
  if (names.length === 0) return { value: undefined, findings: [] };
  const message =
    others.length === 0
      ? `There is only an encoder in ${folder}: ${names.join(', ')}. Put the decoder beside it.`
      : `There are several ONNX models in ${folder}: ${names.slice(0, 8).join(', ')}. Name the file that is meant.`;
  return {
    value: undefined,
    findings: [{ code: others.length === 0 ? 'M267' : 'M266', severity: 'error', message, file: folder }],
  };
}

async function layoutOf(
  files: FileReader,
  file: string,
  facts: Pick<OnnxLayout, 'isNamed' | 'isInSubfolder'>,
): Promise<OnnxLayout> {
  const own = path.dirname(file);
  const above = path.dirname(own);
  const hasSettings = async (folder: string): Promise<boolean> => {
    for (const name of ['config.json', 'genai_config.json'])
      if ((await files.facts(path.join(folder, name)))?.kind === 'file') return true;
    return false;
  };
  const folder = facts.isInSubfolder && !(await hasSettings(own)) && (await hasSettings(above)) ? above : own;
  const encoderFile = await encoderBeside(files, file);
  return { file, folder, ...facts, ...(encoderFile !== undefined && { encoderFile }) };
}

/** `encoder_model_quantized.onnx` for `decoder_model_quantized.onnx`, else the plain one. */
async function encoderBeside(files: FileReader, file: string): Promise<string | undefined> {
  const name = path.basename(file);
  if (!name.startsWith('decoder_')) return undefined;
  const variant = name.replace(/^decoder_(?:with_past_)?model(?:_merged)?/u, 'encoder_model');
  for (const candidate of [variant, 'encoder_model.onnx']) {
    const encoder = path.join(path.dirname(file), candidate);
    if ((await files.facts(encoder))?.kind === 'file') return encoder;
  }
  return undefined;
}
