import path from 'node:path';
import type { DiagnosticCode } from '../codes/index.ts';
import type { Checked } from '../core/findings.ts';
import { plainValue } from '../core/json-node.ts';
import { readJson } from '../core/json-reader.ts';
import type { FileReader } from '../core/ports.ts';

export interface ModelConfigFile {
  readonly modelType: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Real files have a few kilobytes; vocabularies in config.json make some larger. */
const maximumBytes = 16 * 1024 * 1024;

/** Real ones have four levels. */
const maximumDepth = 64;

/** Reads config.json of a model folder. */
export async function readConfig(files: FileReader, folder: string): Promise<Checked<ModelConfigFile>> {
  const file = path.join(folder, 'config.json');
  const fail = (code: DiagnosticCode, message: string): Checked<ModelConfigFile> => ({
    value: undefined,
    findings: [{ code, severity: 'error', message, file }],
  });

  const facts = await files.facts(file);
  if (facts?.kind === 'folder') {
    return fail('M201', `config.json in ${folder} is a folder, but must be a file.`);
  }
  if (facts?.kind !== 'file') {
    return fail(
      'M201',
      `There is no config.json in ${folder}. A model folder holds config.json beside its weights; copy it from the baseline if only weights were saved.`,
    );
  }
  if (facts.sizeBytes > maximumBytes)
    return fail('M202', `config.json has ${facts.sizeBytes} bytes; at most ${maximumBytes} are read.`);
  let text: string;
  try {
    const bytes = await files.readBytes(file, { offset: 0, length: facts.sizeBytes });
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fail('M202', 'config.json is not valid UTF-8.');
  }
  const read = readJson(text, { maxDepth: maximumDepth });
  const problem = read.findings.find((finding) => finding.severity === 'error');
  if (problem) return fail('M202', `config.json is not valid JSON: ${problem.message}`);
  const json = read.value && plainValue(read.value);
  if (!isRecord(json)) return fail('M202', 'config.json must hold a JSON object.');
  const modelType = json.model_type;
  if (typeof modelType !== 'string' || modelType === '') {
    return fail('M202', 'config.json has no model_type, so the architecture is unknown.');
  }
  return { value: { modelType, json }, findings: [] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
