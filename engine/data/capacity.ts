import type { DataText } from './data-types.ts';
import type { Encode } from './stratified-windows.ts';

/** How many windows a dataset can give (spec 02 §1.11). */
export interface Capacity {
  readonly total_tokens: number;
  readonly available_nonoverlap: number;
  readonly available_unique: number;
  readonly dedupe_rate: number;
  readonly stride: number;
  readonly seq_len: number;
  readonly candidate_unique?: number;
  readonly candidate_limit?: number;
  readonly tokens_available?: number;
  readonly examples_available?: number;
}

export interface CapacityRequest {
  readonly seqLen: number;
  readonly stride: number;
  /** Windows of both arms; absent when nobody asked for a number. */
  readonly targetTotal?: number;
  /** Do not tokenize: every text counts as one full window. */
  readonly fast?: boolean;
}

/** Capacity of a corpus whose windows are selected: every text is tokenized, unless it must be fast. */
export function corpusCapacity(
  texts: readonly DataText[],
  encode: Encode,
  request: CapacityRequest,
): Capacity {
  const { seqLen, stride, targetTotal = 0 } = request;
  if (texts.length === 0) return { ...evenCapacity(0, request), total_tokens: 0 };
  if (request.fast) {
    const available = Math.max(texts.length, targetTotal);
    return { ...evenCapacity(available, request), total_tokens: available * seqLen };
  }
  const tokenized = texts.map(({ text }) => encode(text, seqLen) ?? []);
  const usable = tokenized.filter((ids) => ids.length > 1);
  const unique = distinct(usable);
  const limit = Math.min(texts.length, targetTotal + Math.max(Math.floor(0.2 * targetTotal), 64));
  const candidates = tokenized.slice(0, limit).filter((ids) => ids.length > 1);
  return {
    total_tokens: usable.reduce((sum, ids) => sum + ids.length, 0),
    available_nonoverlap: usable.length,
    available_unique: unique,
    dedupe_rate: usable.length === 0 ? 0 : Math.max(0, 1 - unique / usable.length),
    stride,
    seq_len: seqLen,
    ...(targetTotal > 0 ? { candidate_unique: distinct(candidates), candidate_limit: limit } : {}),
  };
}

/**
 * Capacity of rows that are taken in order. The reference counts no tokens here, so its floor by the share of tokens never
 * applies (EQ-33); without `reference` every row counts as a full window.
 */
export function rowCapacity(
  rows: number,
  request: CapacityRequest & { readonly maxSamples?: number; readonly reference?: boolean },
): Capacity {
  const capacity = evenCapacity(rows, request);
  return {
    ...capacity,
    total_tokens: request.reference ? 0 : rows * request.seqLen,
    candidate_limit: Math.min(rows, request.maxSamples ?? rows),
  };
}

/** Capacity of pairs: each is an example and a full window. */
export function pairCapacity(pairs: number, request: CapacityRequest): Capacity {
  const tokens = pairs * request.seqLen;
  return {
    ...evenCapacity(pairs, request),
    total_tokens: tokens,
    tokens_available: tokens,
    examples_available: pairs,
  };
}

/** As many of everything. */
function evenCapacity(available: number, { seqLen, stride }: CapacityRequest): Capacity {
  return {
    total_tokens: available * seqLen,
    available_nonoverlap: available,
    available_unique: available,
    dedupe_rate: 0,
    stride,
    seq_len: seqLen,
    candidate_unique: available,
    candidate_limit: available,
  };
}

function distinct(sequences: readonly (readonly number[])[]): number {
  return new Set(sequences.map((ids) => ids.join(','))).size;
}
