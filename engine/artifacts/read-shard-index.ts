import path from 'node:path';
import type { DiagnosticCode } from '../codes/index.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { brief } from './brief.ts';
import { type HeaderJson, parseHeaderJson } from './safetensors/parse-header-json.ts';

/** From tensor names to names of files in the same folder. */
export type ShardIndex = ReadonlyMap<string, string>;

/** Indexes of models with a hundred thousand tensors have some ten megabytes. */
const maximumIndexBytes = 64 * 1024 * 1024;

/** Reads `model.safetensors.index.json`: strictly, because a name that is listed twice, or that is a path, is an attack. */
export async function readShardIndex(files: FileReader, file: string): Promise<Checked<ShardIndex>> {
  const fail = (code: DiagnosticCode, message: string): Checked<ShardIndex> => ({
    value: undefined,
    findings: [indexError(file, code, message)],
  });
  const sizeBytes = (await files.facts(file))?.sizeBytes ?? 0;
  if (sizeBytes > maximumIndexBytes)
    return fail('M208', `it has ${sizeBytes} bytes; at most ${maximumIndexBytes} are read.`);
  let text: string;
  try {
    const bytes = await files.readBytes(file, { offset: 0, length: sizeBytes });
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fail('M208', 'it is not valid UTF-8.');
  }
  const { value, duplicates, error } = parseHeaderJson(text);
  const [duplicate] = duplicates;
  if (duplicate !== undefined) return fail('M279', `it has the key ${brief(duplicate)} twice.`);
  if (error !== undefined) return fail('M208', `it is not valid JSON: ${error}.`);
  const map = value instanceof Map ? value.get('weight_map') : undefined;
  if (!(map instanceof Map) || map.size === 0) return fail('M208', 'it has no weight_map.');
  const index = new Map<string, string>();
  for (const [tensor, shard] of map) {
    if (!isPlainName(shard)) {
      const named = typeof shard === 'string' ? brief(shard) : 'something else than a text';
      return fail(
        'M274',
        `weight_map must name safetensors files of the same folder, but has ${named} for ${brief(tensor)}.`,
      );
    }
    index.set(tensor, shard);
  }
  return { value: index, findings: [] };
}

export function indexError(file: string, code: DiagnosticCode, message: string): Finding {
  return { code, severity: 'error', message: `${path.basename(file)}: ${message}`, file };
}

/** A path could lead out of the folder, and a file of another kind is not for this reader. */
function isPlainName(shard: HeaderJson): shard is string {
  return typeof shard === 'string' && /^[\w-][\w.-]*\.safetensors$/.test(shard);
}
