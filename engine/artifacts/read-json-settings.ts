import path from 'node:path';
import type { DiagnosticCode } from '../codes/index.ts';
import type { Checked } from '../core/findings.ts';
import { plainValue } from '../core/json-node.ts';
import { readJson } from '../core/json-reader.ts';
import type { FileReader } from '../core/ports.ts';

/** Real files have a few kilobytes; vocabularies in config.json make some larger. */
const maximumBytes = 16 * 1024 * 1024;

/** Real ones have four levels. */
const maximumDepth = 64;

/** Reads a JSON object with settings from a model folder, such as config.json. */
export async function readJsonSettings(
  files: FileReader,
  folder: string,
  name: string,
): Promise<Checked<Readonly<Record<string, unknown>>>> {
  const file = path.join(folder, name);
  const fail = (code: DiagnosticCode, message: string): Checked<Readonly<Record<string, unknown>>> => ({
    value: undefined,
    findings: [{ code, severity: 'error', message, file }],
  });

  const facts = await files.facts(file);
  if (facts?.kind === 'folder') return fail('M201', `${name} in ${folder} is a folder, but must be a file.`);
  if (facts?.kind !== 'file') {
    return fail(
      'M201',
      `There is no ${name} in ${folder}. A model folder holds ${name} beside its weights; copy it from the baseline if only weights were saved.`,
    );
  }
  if (facts.sizeBytes > maximumBytes)
    return fail('M202', `${name} has ${facts.sizeBytes} bytes; at most ${maximumBytes} are read.`);
  let text: string;
  try {
    const bytes = await files.readBytes(file, { offset: 0, length: facts.sizeBytes });
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fail('M202', `${name} is not valid UTF-8.`);
  }
  const read = readJson(text, { maxDepth: maximumDepth });
  const problem = read.findings.find((finding) => finding.severity === 'error');
  if (problem) return fail('M202', `${name} is not valid JSON: ${problem.message}`);
  const json = read.value && plainValue(read.value);
  if (!isRecord(json)) return fail('M202', `${name} must hold a JSON object.`);
  return { value: json, findings: [] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
