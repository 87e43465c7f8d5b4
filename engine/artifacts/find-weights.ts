import path from 'node:path';
import type { DiagnosticCode } from '../codes/index.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { readConfig } from './read-config.ts';
import { hasPickleName, identifiedBytes, identifyFormat } from './weight-formats.ts';

/** The weights of a model folder: one file, or an index that names several. */
export type WeightsLayout =
  | { readonly kind: 'single'; readonly file: string }
  | { readonly kind: 'sharded'; readonly indexFile: string };

export const singleName = 'model.safetensors';
export const indexName = 'model.safetensors.index.json';

/** Files that are opened to see what they are, in a folder without weights of ours. */
const maximumLookedAt = 200;

/**
 * Finds the weights of a model folder, and refuses what is not safetensors by name. Formats are told apart by content
 * as well, since a pickle file with another name is still one; no more than the first kilobyte of a file is read.
 */
export async function findWeights(files: FileReader, folder: string): Promise<Checked<WeightsLayout>> {
  const fail = (code: DiagnosticCode, message: string, file = folder): Checked<WeightsLayout> => ({
    value: undefined,
    findings: [{ code, severity: 'error', message, file }],
  });

  const facts = await files.facts(folder);
  if (!facts) return fail('M200', `There is no model folder ${folder}. Check the path.`);
  if (facts.kind !== 'folder') {
    const refused = await refuseFile(files, folder, path.dirname(folder));
    return refused
      ? { value: undefined, findings: [refused] }
      : fail('M200', `${folder} is a file. Name the folder that it lies in.`);
  }

  const names = await files.list(folder);
  const single = path.join(folder, singleName);
  for (const name of [singleName, indexName]) {
    if (!names.includes(name)) continue;
    const file = path.join(folder, name);
    if ((await files.facts(file))?.kind === 'folder') {
      const message = `${name} in ${folder} is a folder, but must be a file. Name the folder that the weights lie in.`;
      return fail(name === singleName ? 'M206' : 'M208', message, file);
    }
  }
  if (names.includes(singleName)) {
    const refused = await refuseFile(files, single, folder);
    return refused
      ? { value: undefined, findings: [refused] }
      : { value: { kind: 'single', file: single }, findings: [] };
  }
  if (names.includes(indexName)) {
    return { value: { kind: 'sharded', indexFile: path.join(folder, indexName) }, findings: [] };
  }
  // Names that say pickle come first: their message is the most useful one.
  const others = names.filter((name) => !hasPickleName(name)).slice(0, maximumLookedAt);
  const candidates = [...names.filter(hasPickleName), ...others];
  for (const name of candidates) {
    const refused = await refuseFile(files, path.join(folder, name), folder);
    if (refused) return { value: undefined, findings: [refused] };
  }
  const adapters = names.filter((name) => name.endsWith('.safetensors'));
  const hint =
    adapters.length > 0
      ? ` It has ${adapters.slice(0, 3).join(', ')}; adapters must be merged first.`
      : names.includes('snapshots') && names.includes('blobs')
        ? ' It is an entry of the Hugging Face cache: name a folder in its snapshots.'
        : '';
  return fail('M206', `There are no weights in ${folder}: expected ${singleName} or ${indexName}.${hint}`);
}

async function refuseFile(files: FileReader, file: string, folder: string): Promise<Finding | undefined> {
  const name = path.basename(file);
  const facts = await files.facts(file);
  if (facts?.kind !== 'file') return undefined;
  // A name that says pickle is believed without opening the file.
  const format = hasPickleName(name)
    ? 'pickle'
    : identifyFormat(
        name,
        await files.readBytes(file, { offset: 0, length: Math.min(identifiedBytes, facts.sizeBytes) }),
      );
  if (format === undefined) return undefined;
  if (format === 'pickle') {
    return {
      code: 'M205',
      severity: 'error',
      message: `${name} is a pickle checkpoint. Loading one runs code that is stored in it, so it is never opened. Convert it elsewhere, where you trust it: ${await conversionCommand(files, folder)}`,
      file,
    };
  }
  // ONNX models are opened elsewhere; whoever looks for safetensors wants to change weights.
  const problem =
    format === 'ONNX'
      ? 'is an ONNX model, which can be evaluated, but not edited.'
      : `holds ${format} weights, which this version does not read.`;
  const message = `${name} ${problem} Name a Hugging Face folder with ${singleName}.`;
  return { code: 'M207', severity: 'error', message, file };
}

/** A command for the machine that has Python: the class must be the one that keeps the head of the model. */
async function conversionCommand(files: FileReader, folder: string): Promise<string> {
  const { value: config } = await readConfig(files, folder);
  const classes = Array.isArray(config?.json.architectures) ? config.json.architectures.map(String) : [];
  const head = classes.some((name) => name.endsWith('ForMaskedLM'))
    ? 'MaskedLM'
    : config?.json.is_encoder_decoder === true
      ? 'Seq2SeqLM'
      : 'CausalLM';
  const base = path.basename(folder);
  // The command is pasted into a shell, and a folder may have any name.
  const name = /^[\w.-]+$/.test(base) ? base : 'MODEL_FOLDER';
  const python = `from transformers import AutoModelFor${head} as M; M.from_pretrained("${name}").save_pretrained("${name}-safetensors", safe_serialization=True)`;
  return `python -c '${python}'`;
}
