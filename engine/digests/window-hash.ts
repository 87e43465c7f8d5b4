import { createHash } from 'node:crypto';

/** An arm as a provider gives it. */
export interface HashedArm {
  readonly indices: readonly number[];
  readonly inputIds: readonly (readonly number[])[];
  readonly attentionMasks: readonly (readonly number[])[];
}

/**
 * The reference's hash of an arm (spec 02 §3, window hash): number of windows and sorted indices, with `withData` also
 * tokens and masks of every window, spelled as Python spells lists. SHA-256.
 */
export function windowHash(arm: HashedArm, withData: boolean): string {
  const sorted = [...arm.indices].sort((a, b) => a - b);
  const parts = [String(arm.inputIds.length), pythonList(sorted)];
  if (withData) {
    for (const [index, ids] of arm.inputIds.entries())
      parts.push(pythonList(ids), pythonList(arm.attentionMasks[index] ?? []));
  }
  return sha256(parts.join(''));
}

/** SHA-256 of a list of token lists as Python spells it: the certificate's dataset hash of reports without one. */
export function tokenListsHash(sequences: readonly (readonly number[])[]): string {
  return sha256(sequences.map(pythonList).join(''));
}

function pythonList(values: readonly number[]): string {
  return `[${values.join(', ')}]`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
