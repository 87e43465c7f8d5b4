import path from 'node:path';
import type { Checked } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { readJsonSettings } from './read-json-settings.ts';

export interface ModelConfigFile {
  readonly modelType: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Reads config.json of a model folder. */
export async function readConfig(files: FileReader, folder: string): Promise<Checked<ModelConfigFile>> {
  const { value: json, findings } = await readJsonSettings(files, folder, 'config.json');
  if (!json) return { value: undefined, findings };
  const modelType = json.model_type;
  if (typeof modelType === 'string' && modelType !== '') return { value: { modelType, json }, findings };
  const message = 'config.json has no model_type, so the architecture is unknown.';
  const file = path.join(folder, 'config.json');
  return { value: undefined, findings: [{ code: 'M202', severity: 'error', message, file }] };
}
