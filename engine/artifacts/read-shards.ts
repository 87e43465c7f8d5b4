import path from 'node:path';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { brief } from './brief.ts';
import type { WeightsLayout } from './find-weights.ts';
import { indexError, readShardIndex, type ShardIndex } from './read-shard-index.ts';
import { readHeader, type SafetensorsHeader } from './safetensors/read-header.ts';
import type { StoredTensor } from './tensor-facts.ts';

export interface Shards {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly weightFiles: readonly string[];
  /** Of each weight file when its header was read: see `checkWeightsUnchanged`. */
  readonly identities: ReadonlyMap<string, string>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A folder that lacks most of its files needs no finding for each of them. */
const maximumFindings = 20;

/** Reads the headers of all weight files and proves that the index, if there is one, says the same as they do. */
export async function readShards(
  files: FileReader,
  folder: string,
  layout: WeightsLayout,
): Promise<Checked<Shards>> {
  if (layout.kind === 'single') {
    const { value, findings } = await readHeader(files, layout.file);
    return { value: value && merge([value]), findings };
  }
  const { indexFile } = layout;
  const index = await readShardIndex(files, indexFile);
  if (!index.value) return { value: undefined, findings: index.findings };

  const headers: SafetensorsHeader[] = [];
  const findings: Finding[] = [];
  for (const shard of [...new Set(index.value.values())].sort()) {
    if (findings.length >= maximumFindings) break;
    const kind = (await files.facts(path.join(folder, shard)))?.kind;
    if (kind === undefined) {
      const problem = `it names ${shard}, which is not in the folder. Fetch the missing file.`;
      findings.push(indexError(indexFile, 'M275', problem));
      continue;
    }
    const header = await readHeader(files, path.join(folder, shard));
    findings.push(...header.findings);
    if (!header.value) continue;
    headers.push(header.value);
    findings.push(...compare(indexFile, shard, index.value, header.value));
  }
  if (new Set(headers.map((header) => path.dirname(header.file))).size > 1) {
    const problem = 'its files are links into different folders. Copy them into one.';
    findings.push(indexError(indexFile, 'M208', problem));
  }
  return hasErrors(findings) ? { value: undefined, findings } : { value: merge(headers), findings };
}

/** One finding is enough to know that index and file do not belong together. */
function compare(file: string, shard: string, index: ShardIndex, header: SafetensorsHeader): Finding[] {
  for (const [tensor, place] of index) {
    if (place !== shard || header.tensors.has(tensor)) continue;
    const problem = `it places tensor ${brief(tensor)} in ${shard}, which does not have it.`;
    return [indexError(file, 'M276', problem)];
  }
  for (const tensor of header.tensors.keys()) {
    const other = index.get(tensor);
    if (other === undefined) {
      return [indexError(file, 'M277', `it does not list tensor ${brief(tensor)} of ${shard}.`)];
    }
    if (other !== shard) {
      const problem = `it places tensor ${brief(tensor)} in ${other}, but ${shard} has one of that name too.`;
      return [indexError(file, 'M278', problem)];
    }
  }
  return [];
}

function merge(headers: readonly SafetensorsHeader[]): Shards {
  const tensors = new Map<string, StoredTensor>();
  for (const header of headers) for (const [name, tensor] of header.tensors) tensors.set(name, tensor);
  return {
    tensors,
    weightFiles: headers.map((header) => header.file),
    identities: new Map(headers.map((header) => [header.file, header.identity])),
    metadata: headers[0]?.metadata ?? new Map(),
  };
}
