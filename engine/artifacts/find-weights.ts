import path from 'node:path';
import type { DiagnosticCode } from '../codes/index.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { hasPickleName, identifyFormat } from './weight-formats.ts';

/** The weights of a model folder: one file, or an index that names several. */
export type WeightsLayout =
  | { readonly kind: 'single'; readonly file: string }
  | { readonly kind: 'sharded'; readonly indexFile: string };

const singleName = 'model.safetensors';
const indexName = 'model.safetensors.index.json';

/**
 * Finds the weights of a model folder, and refuses what is not safetensors by name. Formats are told apart by content
 * as well, since a pickle file with another name is still one; no more than the first bytes of a file are read.
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
  const candidates = [...names.filter(hasPickleName), ...names.filter((name) => !hasPickleName(name))];
  for (const name of candidates) {
    const refused = await refuseFile(files, path.join(folder, name), folder);
    if (refused) return { value: undefined, findings: [refused] };
  }
  const others = names.filter((name) => name.endsWith('.safetensors'));
  const hint =
    others.length > 0 ? ` It has ${others.slice(0, 3).join(', ')}; adapters must be merged first.` : '';
  return fail('M206', `There are no weights in ${folder}: expected ${singleName} or ${indexName}.${hint}`);
}

async function refuseFile(files: FileReader, file: string, folder: string): Promise<Finding | undefined> {
  const name = path.basename(file);
  const facts = await files.facts(file);
  if (facts?.kind !== 'file') return undefined;
  // A name that says pickle is believed without opening the file.
  const format = hasPickleName(name)
    ? 'pickle'
    : identifyFormat(name, await files.readBytes(file, { offset: 0, length: Math.min(16, facts.sizeBytes) }));
  if (format === undefined) return undefined;
  if (format === 'pickle') {
    return {
      code: 'M205',
      severity: 'error',
      message: `${name} is a pickle checkpoint. Loading one runs code that is stored in it, so it is never opened. Convert it elsewhere, where you trust it: ${conversionCommand(folder)}`,
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

function conversionCommand(folder: string): string {
  const name = path.basename(folder);
  const python = `from transformers import AutoModelForCausalLM as M; M.from_pretrained("${name}").save_pretrained("${name}-safetensors", safe_serialization=True)`;
  return `python -c '${python}'`;
}
