import { PythonRandom } from '../../numerics/python-random.ts';
import { ignoredLabel } from '../mask-tokens.ts';

/** Ids of the special tokens that generated examples use. */
export interface ExampleTokens {
  readonly padId: number;
  readonly bosId: number;
  readonly eosId: number;
}

export const defaultExampleTokens: ExampleTokens = { padId: 0, bosId: 1, eosId: 2 };

export interface PairExample {
  readonly sourceIds: readonly number[];
  readonly sourceMask: readonly number[];
  readonly targetIds: readonly number[];
  readonly targetMask: readonly number[];
}

/**
 * One pair of the provider `seq2seq` (spec 02 §1.9). The mask goes by value, as the reference's does: a drawn token that
 * equals the padding is masked.
 */
export function pairExample(
  index: number,
  seed: number,
  options: ExampleTokens & { readonly sourceLength: number; readonly targetLength: number },
): PairExample {
  const { padId, bosId, eosId, sourceLength, targetLength } = options;
  // Python's XOR works on integers of any length.
  const random = new PythonRandom(BigInt(seed + 17) ^ BigInt(index * 97));
  const draw = (count: number) => Array.from({ length: count }, () => 1 + random.randInt(0, 19));
  const sourceIds = filled(
    [bosId, ...draw(Math.max(3, sourceLength - (index % 2)) - 2), eosId],
    sourceLength,
    padId,
  );
  const targetIds = filled(
    [...draw(Math.max(3, targetLength - (index % 3)) - 1), eosId],
    targetLength,
    padId,
  );
  return {
    sourceIds,
    sourceMask: maskOf(sourceIds, padId),
    targetIds,
    targetMask: maskOf(targetIds, padId),
  };
}

export interface TextExample {
  readonly inputIds: readonly number[];
  readonly attentionMask: readonly number[];
  /** Absent for causal examples. */
  readonly labels?: readonly number[];
  /** Scored tokens. */
  readonly weight: number;
}

/**
 * One example of the reference's library provider `text_lm` (spec 02 §1.10): random tokens, for masked models with labels at
 * random places, at least one.
 */
export function textExample(
  index: number,
  seed: number,
  options: Omit<ExampleTokens, 'bosId'> & {
    readonly task: 'causal' | 'mlm';
    readonly seqLen: number;
    readonly maskProbability: number;
  },
): TextExample {
  const { padId, eosId, seqLen, task } = options;
  const random = new PythonRandom(BigInt(seed + 31) ^ BigInt(index * 131));
  const length = Math.max(3, seqLen - (index % 3));
  const drawn = Array.from({ length: length - 1 }, () => 1 + random.randInt(0, 19));
  const inputIds = filled([...drawn, eosId], seqLen, padId);
  const attentionMask = maskOf(inputIds, padId);
  if (task === 'causal') return { inputIds, attentionMask, weight: sum(attentionMask) };
  const maskable = [...inputIds.keys()].filter((at) => inputIds[at] !== padId && inputIds[at] !== eosId);
  const hit = maskable.filter((at) => {
    const place = new PythonRandom((seed + index * 17 + at * 13) & 0x7fffffff);
    return place.random() < options.maskProbability;
  });
  const labelled = new Set(hit.length > 0 ? hit : maskable.slice(0, 1));
  const labels = inputIds.map((id, at) => (labelled.has(at) ? id : ignoredLabel));
  return { inputIds, attentionMask, labels, weight: labelled.size };
}

/** Filled up to a length; what is longer stays. */
function filled(ids: readonly number[], length: number, padId: number): number[] {
  return [...ids, ...new Array<number>(Math.max(0, length - ids.length)).fill(padId)];
}

function maskOf(ids: readonly number[], padId: number): number[] {
  return ids.map((id) => (id === padId ? 0 : 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
