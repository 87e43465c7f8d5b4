import path from 'node:path';
import type { DiagnosticCode } from '../codes/index.ts';
import type { Checked } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';

export interface ModelConfigFile {
  readonly modelType: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Real files have a few kilobytes; vocabularies in config.json make some larger. */
const maximumBytes = 16 * 1024 * 1024;

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
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await files.readBytes(file)));
  } catch (error) {
    return fail(
      'M202',
      `config.json is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
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
