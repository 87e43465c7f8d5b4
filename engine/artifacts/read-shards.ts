import path from 'node:path';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { WeightsLayout } from './find-weights.ts';
import { readHeader, type SafetensorsHeader } from './safetensors/read-header.ts';
import type { StoredTensor } from './tensor-facts.ts';

export interface Shards {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly weightFiles: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Real indexes have at most a few megabytes. */
const maximumIndexBytes = 64 * 1024 * 1024;

/** Reads the headers of all weight files and proves that the index, if there is one, says the same as they do. */
export async function readShards(
  files: FileReader,
  folder: string,
  layout: WeightsLayout,
): Promise<Checked<Shards>> {
  if (layout.kind === 'single') {
    const header = await readHeader(files, layout.file);
    return header.value
      ? { value: merge([header.value]), findings: header.findings }
      : { ...header, value: undefined };
  }
  const index = await readIndex(files, layout.indexFile);
  if (!index.value) return { value: undefined, findings: index.findings };

  const headers: SafetensorsHeader[] = [];
  const findings: Finding[] = [];
  const shardNames = [...new Set(index.value.values())].sort();
  for (const shard of shardNames) {
    const kind = (await files.facts(path.join(folder, shard)))?.kind;
    if (kind !== 'file') {
      const problem =
        kind === 'folder'
          ? 'is a folder, but must be a file.'
          : 'is not in the folder. Fetch the missing file.';
      findings.push(indexError(layout.indexFile, `it names ${shard}, which ${problem}`));
      continue;
    }
    const header = await readHeader(files, path.join(folder, shard));
    findings.push(...header.findings);
    if (!header.value) continue;
    headers.push(header.value);
    findings.push(...compare(layout.indexFile, shard, index.value, header.value));
  }
  if (new Set(headers.map((header) => path.dirname(header.file))).size > 1) {
    findings.push(
      indexError(layout.indexFile, 'its files are links into different folders. Copy them into one.'),
    );
  }
  return findings.length > 0 ? { value: undefined, findings } : { value: merge(headers), findings };
}

async function readIndex(files: FileReader, file: string): Promise<Checked<ReadonlyMap<string, string>>> {
  const fail = (message: string): Checked<ReadonlyMap<string, string>> => ({
    value: undefined,
    findings: [indexError(file, message)],
  });
  if (((await files.facts(file))?.sizeBytes ?? 0) > maximumIndexBytes)
    return fail(`it is larger than ${maximumIndexBytes} bytes.`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await files.readBytes(file)));
  } catch {
    return fail('it is not valid JSON.');
  }
  const map = isObject(json) ? json.weight_map : undefined;
  if (!isObject(map) || Object.keys(map).length === 0) return fail('it has no weight_map.');
  const result = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(map)) {
    // Only a plain name may be followed: a path could lead out of the folder.
    if (typeof shard !== 'string' || !/^[\w.-]+\.safetensors$/.test(shard) || shard.startsWith('.')) {
      return fail(
        `weight_map must name safetensors files of the same folder, but has ${JSON.stringify(shard)}.`,
      );
    }
    result.set(tensor, shard);
  }
  return { value: result, findings: [] };
}

function compare(
  file: string,
  shard: string,
  index: ReadonlyMap<string, string>,
  header: SafetensorsHeader,
): Finding[] {
  const lacking = [...index].find(([tensor, place]) => place === shard && !header.tensors.has(tensor));
  if (lacking)
    return [
      indexError(file, `it places tensor ${JSON.stringify(lacking[0])} in ${shard}, which does not have it.`),
    ];
  const unlisted = [...header.tensors.keys()].find((tensor) => index.get(tensor) !== shard);
  return unlisted === undefined
    ? []
    : [indexError(file, `it does not list tensor ${JSON.stringify(unlisted)} of ${shard}.`)];
}

function merge(headers: readonly SafetensorsHeader[]): Shards {
  const tensors = new Map<string, StoredTensor>();
  for (const header of headers) for (const [name, tensor] of header.tensors) tensors.set(name, tensor);
  return {
    tensors,
    weightFiles: headers.map((header) => header.file),
    metadata: headers[0]?.metadata ?? new Map(),
  };
}

function indexError(file: string, message: string): Finding {
  return { code: 'M208', severity: 'error', message: `${path.basename(file)}: ${message}`, file };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
