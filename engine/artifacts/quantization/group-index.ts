import type { FileReader } from '../../core/ports.ts';
import { readTensor } from '../safetensors/read-tensor.ts';
import type { StoredTensor } from '../tensor-facts.ts';
import type { Groups } from './packed-matrix.ts';
import type { SchemeReader } from './scheme-reader.ts';

/** Far above any real matrix; keeps a hostile file from having its lists read into memory. */
export const maximumInputs = 1 << 22;

export type GroupIndex = 'consecutive' | 'listed' | 'unused';

export interface GroupIndexRequest {
  readonly module: string;
  readonly tensor: StoredTensor;
  readonly inputs: number;
  readonly groups: number;
  readonly groupSize: number;
}

/**
 * Reads which group each input belongs to, and tells whether the list says more than that neighbours share a group: then
 * the unpacking need not look at it. Numbers that name no group are a finding; all −1 means that there is no list.
 */
export async function readGroupIndex(
  files: FileReader,
  reader: SchemeReader,
  request: GroupIndexRequest,
): Promise<GroupIndex | undefined> {
  const { module, tensor, inputs, groups, groupSize } = request;
  if (!reader.hasShape(module, tensor, [inputs])) return undefined;
  const bytes = await readTensor(files, tensor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let isConsecutive = true;
  let unused = 0;
  for (let i = 0; i < inputs; i++) {
    const group = view.getInt32(4 * i, true);
    if (group === -1) unused++;
    else if (group < 0 || group >= groups) {
      reader.broken(module, `places input ${i} in group ${group}, but has ${groups} groups`);
      return undefined;
    }
    if (group !== Math.floor(i / groupSize)) isConsecutive = false;
  }
  if (unused === inputs) return 'unused';
  if (unused > 0) {
    reader.broken(module, `places ${unused} of ${inputs} inputs in no group`);
    return undefined;
  }
  return isConsecutive ? 'consecutive' : 'listed';
}

export function isGroupSize(value: number): boolean {
  return value === -1 || (value >= 1 && value <= maximumInputs);
}

/** Groups of `size` neighbours; −1 means one group. */
export function consecutiveGroups(inputs: number, size: number): Groups {
  const actual = size === -1 ? inputs : Math.min(size, inputs);
  return { count: Math.ceil(inputs / actual), membership: { kind: 'consecutive', size: actual } };
}
