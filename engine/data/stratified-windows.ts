import type { Checked, Finding } from '../core/findings.ts';
import { standardDeviation } from '../numerics/numpy-reduce.ts';
import { randomStatePermutation } from '../numerics/random-state-permutation.ts';
import type { DataText } from './data-types.ts';
import { type Candidate, meanDifficulty, type StratifiedArms, stratify } from './stratify.ts';
import { difficultyModel, textDifficulties } from './text-difficulty.ts';

export interface SelectionRequest {
  readonly previewN: number;
  readonly finalN: number;
  readonly seqLen: number;
  readonly seed: number;
}

/** Token ids of a text, cut to so many; a text that cannot be tokenized gives undefined. */
export type Encode = (text: string, seqLen: number) => readonly number[] | undefined;

/** A text that was tokenized, with its place among the usable ones. */
export interface TokenizedCandidate extends Candidate {
  readonly text: DataText;
  readonly ids: readonly number[];
}

export interface StratifiedSelection extends StratifiedArms<TokenizedCandidate> {
  /** Everything that was tokenized, in the order in which it was. */
  readonly candidates: readonly TokenizedCandidate[];
  readonly poolTarget: number;
  readonly stratification: StratificationRecord;
  readonly scorerProfile: ScorerProfile;
}

/** `data.scorer_profile` of the run report. */
export type ScorerProfile = typeof difficultyModel & { readonly tokens_processed: number };

/** `data.stratification` of the run report. */
export interface StratificationRecord {
  readonly pool_size: number;
  readonly reserve: number;
  readonly batch_size_used: number;
  readonly preview_mean_difficulty: number;
  readonly final_mean_difficulty: number;
  readonly preview_std_difficulty: number;
  readonly final_std_difficulty: number;
  readonly difficulty_gap: number;
}

/** The rows that are read before filtering (spec 02 §2.3, step 1). */
export function rowsToRead({ previewN, finalN }: Pick<SelectionRequest, 'previewN' | 'finalN'>): number {
  const wanted = previewN + finalN;
  return Math.max(wanted + Math.max(500, Math.floor(wanted / 2)), 2000);
}

/**
 * Selects windows as the provider `wikitext2` does (spec 02 §2.3): a seeded permutation gives candidates, a byte model
 * scores them, and both arms get equally hard ones.
 *
 * E302 without a window to select, E303 when there are too few texts, E304 when too few can be tokenized, E305 when the
 * arms cannot be filled.
 */
export function selectStratified(
  texts: readonly DataText[],
  encode: Encode,
  request: SelectionRequest,
): Checked<StratifiedSelection> {
  const { previewN, finalN, seqLen, seed } = request;
  const wanted = previewN + finalN;
  if (wanted <= 0)
    return failed('E302', 'At least one preview or final window must be asked for.', { wanted });
  const reserve = Math.max(16, Math.floor(0.1 * wanted));
  const poolTarget = Math.min(texts.length, wanted + 2 * reserve);
  if (poolTarget < wanted) {
    const message = `The data has ${texts.length} usable texts, but ${previewN} preview and ${finalN} final windows were asked for.`;
    return failed('E303', message, { have: texts.length, preview: previewN, final: finalN });
  }
  const order = randomStatePermutation(seed, texts.length);
  const tokenized = tokenize(texts, order, encode, { seqLen, poolTarget, enough: wanted + reserve });
  if (tokenized.length < wanted) {
    const message = `Only ${tokenized.length} texts have at least two tokens, but ${wanted} windows were asked for.`;
    return failed('E304', message, { needed: wanted, got: tokenized.length });
  }
  const { difficulties, tokensProcessed } = textDifficulties(tokenized.map(({ text }) => text.text));
  const candidates = tokenized.map((item, at) => ({ ...item, difficulty: difficulties[at] ?? 0 }));
  const arms = stratify(candidates, previewN, finalN);
  if (!arms)
    return failed('E305', 'The windows could not be divided into arms of equal difficulty.', { wanted });
  return {
    value: {
      ...arms,
      candidates,
      poolTarget,
      stratification: stratificationRecord(arms, { wanted, reserve, candidates: candidates.length }),
      scorerProfile: { ...difficultyModel, tokens_processed: tokensProcessed },
    },
    findings: [],
  };
}

/** Chunks are taken whole, so there may be more candidates than are needed. */
function tokenize(
  texts: readonly DataText[],
  order: Int32Array,
  encode: Encode,
  { seqLen, poolTarget, enough }: { seqLen: number; poolTarget: number; enough: number },
): Omit<TokenizedCandidate, 'difficulty'>[] {
  const chunk = Math.max(64, Math.min(256, poolTarget));
  const tokenized: Omit<TokenizedCandidate, 'difficulty'>[] = [];
  for (let at = 0; at < order.length && tokenized.length < enough; at += chunk) {
    for (const index of order.subarray(at, at + chunk)) {
      const text = texts[index];
      const ids = text && encode(text.text, seqLen);
      // One token has nothing to be predicted from.
      if (text && ids && ids.length > 1) tokenized.push({ index, text, ids });
    }
  }
  return tokenized;
}

function stratificationRecord(
  { preview, final }: StratifiedArms<Candidate>,
  counts: { readonly wanted: number; readonly reserve: number; readonly candidates: number },
): StratificationRecord {
  const deviation = (arm: readonly Candidate[]) =>
    arm.length === 0
      ? 0
      : standardDeviation(
          arm.map(({ difficulty }) => difficulty),
          0,
        );
  const means = { preview: meanDifficulty(preview), final: meanDifficulty(final) };
  return {
    pool_size: counts.wanted,
    reserve: counts.reserve,
    batch_size_used: counts.candidates,
    preview_mean_difficulty: means.preview,
    final_mean_difficulty: means.final,
    preview_std_difficulty: deviation(preview),
    final_std_difficulty: deviation(final),
    difficulty_gap: preview.length === 0 || final.length === 0 ? 0 : means.final - means.preview,
  };
}

function failed(
  code: Finding['code'],
  message: string,
  details: Readonly<Record<string, number>>,
): Checked<StratifiedSelection> {
  const finding: Finding = { code, severity: 'error', message, pointer: '/dataset/preview_n', details };
  return { value: undefined, findings: [finding] };
}
