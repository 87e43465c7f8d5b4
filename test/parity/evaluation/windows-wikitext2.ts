import { isTruthy } from '../../../engine/core/is-truthy.ts';
import {
  rowsToRead,
  type StratifiedSelection,
  selectStratified,
  type TokenizedCandidate,
} from '../../../engine/data/stratified-windows.ts';
import { usableTexts } from '../../../engine/data/usable-texts.ts';
import { windowHash } from '../../../engine/digests/window-hash.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { failureAlike } from './fails-alike.ts';
import { padded, toyTokenizer } from './toy-tokenizers.ts';

const { encode, padId } = toyTokenizer('toy');

/** From rows to windows: filter, permutation, difficulty, stratification (spec 02 §1.4, §2.3, §2.4). */
export const windowsWikitext2 = goldenCases(select, {
  tolerance: (pointer) => (/difficulty/u.test(pointer) ? { absolute: 1e-12, relative: 1e-12 } : {}),
  // The reference tells its progress in sentences of its own; their numbers are compared.
  expected: ({ events, ...rest }) => (events ? { ...rest, events: events.map(numbersOf) } : rest),
});

function select(input: Golden, expected: Golden, { corpora }: Golden): Golden {
  const { preview_n: previewN, final_n: finalN, seq_len: seqLen, seed } = input;
  const request = { previewN, finalN, seqLen, seed };
  const rows = corpora[input.corpus];
  const limit = rowsToRead(request);
  const texts = usableTexts(rows.slice(0, limit), { dedupe: isTruthy(input.env.INVARLOCK_DEDUP_TEXTS) });
  const { value, findings } = selectStratified(texts, encode, request);
  if (!value)
    return { ...failureAlike(expected, ['E302', 'E303', 'E304', 'E305'], findings), ...codeOf(findings[0]) };
  const { candidates, poolTarget, stratification, scorerProfile } = value;
  return {
    load_calls: [`validation[:${limit}]`],
    n_valid_texts: texts.length,
    candidate_pool: {
      dataset_index: candidates.map(({ index }) => index),
      token_count: candidates.map(({ ids }) => ids.length),
      difficulty: candidates.map(({ difficulty }) => difficulty),
    },
    preview: armOf(value.preview, seqLen),
    final: armOf(value.final, seqLen),
    stratification_stats: stratification,
    scorer_profile: scorerProfile,
    events: progress(value, {
      ...request,
      rows: Math.min(rows.length, limit),
      texts: texts.length,
      poolTarget,
    }),
  };
}

/** The same code and, in the same words, how many there are. */
function codeOf(finding: Golden): Golden {
  const isValidation = finding.code === 'E302';
  return { code: finding.code, details: isValidation ? null : finding.details };
}

function armOf(arm: readonly TokenizedCandidate[], seqLen: number): Golden {
  const inputIds = arm.map(({ ids }) => padded(ids, seqLen, padId));
  const attentionMasks = arm.map(({ ids }) =>
    padded(
      ids.map(() => 1),
      seqLen,
      0,
    ),
  );
  const hashed = { indices: arm.map(({ index }) => index), inputIds, attentionMasks };
  return {
    indices: hashed.indices,
    difficulty: arm.map(({ difficulty }) => difficulty),
    token_counts: arm.map(({ ids }) => ids.length),
    first_input_ids: inputIds[0] ?? null,
    first_attention_mask: attentionMasks[0] ?? null,
    window_hash_with_data: windowHash(hashed, true),
    window_hash_structural: windowHash(hashed, false),
  };
}

function progress({ preview, final, stratification }: StratifiedSelection, facts: Golden): Golden {
  const { rows, texts, previewN, finalN, poolTarget, seed, seqLen } = facts;
  return [
    [],
    [texts, rows],
    [],
    [previewN, finalN],
    [poolTarget, stratification.reserve],
    [seed, seqLen],
    [preview.length],
    [final.length],
  ];
}

/** `WikiText-2` holds none. */
function numbersOf([, sentence]: Golden): number[] {
  return (sentence.match(/(?<![\w-])\d+/gu) ?? []).map(Number);
}
