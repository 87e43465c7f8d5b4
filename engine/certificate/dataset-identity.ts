import { createHash } from 'node:crypto';
import { listAt, numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';
import { tokenListsHash } from '../digests/window-hash.ts';

/** The data of a run as a certificate names it, without statistics (spec 02 §3). */
export interface DatasetIdentity {
  readonly provider: string;
  readonly split: string;
  readonly seq_len: number;
  readonly stride: number;
  readonly windows: { readonly preview: number; readonly final: number; readonly seed: number | null };
  readonly hash: DatasetHashes;
  readonly tokenizer: {
    readonly name: string;
    readonly hash: string | null;
    readonly vocab_size: number | null;
    readonly bos_token: string | null;
    readonly eos_token: string | null;
    readonly pad_token: string | null;
    readonly add_prefix_space: boolean | null;
  };
}

export interface DatasetHashes {
  readonly preview: string;
  readonly final: string;
  readonly dataset: string | null;
  readonly preview_tokens: number;
  readonly final_tokens: number;
  readonly total_tokens: number;
}

/** Reads what a report says of its data, also where it is the Python tool's and says little. */
export function datasetIdentity(report: unknown): DatasetIdentity {
  const data = objectAt(report, 'data');
  const count = (arm: 'preview' | 'final') =>
    numberAt(data, `${arm}_n`) ?? listAt(report, 'evaluation_windows', arm, 'window_ids')?.length ?? 0;
  const addPrefixSpace = valueAt(data, 'add_prefix_space');
  return {
    provider: textAt(data, 'dataset') ?? 'unknown',
    split: textAt(data, 'split') ?? 'val',
    seq_len: numberAt(data, 'seq_len') ?? 0,
    stride: numberAt(data, 'stride') ?? 0,
    windows: { preview: count('preview'), final: count('final'), seed: numberAt(data, 'seed') ?? null },
    hash: datasetHashes(report),
    tokenizer: {
      name: textAt(data, 'tokenizer_name') ?? 'unknown',
      hash: textAt(data, 'tokenizer_hash') ?? null,
      vocab_size: numberAt(data, 'vocab_size') ?? null,
      bos_token: textAt(data, 'bos_token') ?? null,
      eos_token: textAt(data, 'eos_token') ?? null,
      pad_token: textAt(data, 'pad_token') ?? null,
      add_prefix_space: typeof addPrefixSpace === 'boolean' ? addPrefixSpace : null,
    },
  };
}

/** The first that applies: recorded hashes, the windows themselves, a hash of the configuration. */
export function datasetHashes(report: unknown): DatasetHashes {
  const data = objectAt(report, 'data');
  const recorded = { preview: textAt(data, 'preview_hash'), final: textAt(data, 'final_hash') };
  if (recorded.preview && recorded.final) {
    return {
      preview: `blake2s:${recorded.preview}`,
      final: `blake2s:${recorded.final}`,
      dataset: textAt(data, 'dataset_hash') ?? null,
      ...tokenCounts(numberAt(data, 'preview_total_tokens') ?? 0, numberAt(data, 'final_total_tokens') ?? 0),
    };
  }
  const preview = tokenLists(report, 'preview');
  const final = tokenLists(report, 'final');
  if (preview && final) {
    return {
      preview: `sha256:${tokenListsHash(preview)}`,
      final: `sha256:${tokenListsHash(final)}`,
      dataset: null,
      ...tokenCounts(lengthOf(preview), lengthOf(final)),
    };
  }
  const dataset = textAt(data, 'provider_hash') || textAt(data, 'tokenizer_hash') || null;
  return { ...hashesOfConfiguration(report), dataset };
}

function hashesOfConfiguration(report: unknown): Omit<DatasetHashes, 'dataset'> {
  const data = objectAt(report, 'data');
  const seqLen = numberAt(data, 'seq_len') ?? 0;
  const previewN = numberAt(data, 'preview_n') ?? 0;
  const finalN = numberAt(data, 'final_n') ?? 0;
  const seed = numberAt(report, 'meta', 'seed') ?? 0;
  const names = `${textAt(data, 'dataset') ?? 'unknown'}${textAt(data, 'split') ?? 'val'}`;
  const hash = createHash('sha256').update(`${names}${seqLen}${previewN}${finalN}${seed}`).digest('hex');
  return {
    preview: `sha256:${hash.slice(0, 32)}`,
    final: `sha256:${hash.slice(-32)}`,
    ...tokenCounts(previewN * seqLen, finalN * seqLen),
  };
}

function tokenCounts(preview: number, final: number) {
  return { preview_tokens: preview, final_tokens: final, total_tokens: preview + final };
}

function tokenLists(report: unknown, arm: string): readonly number[][] | undefined {
  const lists = listAt(report, 'evaluation_windows', arm, 'input_ids');
  return lists?.map((ids) => (Array.isArray(ids) ? ids.map(Number) : []));
}

function lengthOf(lists: readonly (readonly number[])[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0);
}
