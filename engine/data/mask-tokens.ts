import { blake2s } from '../digests/blake2.ts';
import { PythonRandom } from '../numerics/python-random.ts';

/** What masking must know of a tokenizer. */
export interface MaskingVocabulary {
  readonly maskId: number;
  readonly vocabSize: number;
  /** Ids that are never masked: classification, separator, begin, end, padding and what else the tokenizer names. */
  readonly specialIds: ReadonlySet<number>;
}

export interface MaskingOptions {
  readonly maskProbability: number;
  readonly seed: number;
  /** Share of the masked positions that get a random token, and that keep their own. */
  readonly randomTokenProbability: number;
  readonly originalTokenProbability: number;
}

export interface MaskableWindow {
  /** Part of the seeds: `preview:0`. The reference's throw-away passes have none, which it spells `None`. */
  readonly windowId: string;
  readonly inputIds: readonly number[];
  readonly attentionMask: readonly number[];
}

export interface MaskedWindow {
  readonly inputIds: readonly number[];
  /** The original id at every masked position, `ignoredLabel` elsewhere. */
  readonly labels: readonly number[];
  readonly maskedCount: number;
}

export const ignoredLabel = -100;

/**
 * Masks tokens as the reference does, bit for bit (spec 02 §2.7). Which positions are masked is decided by `stream`, the
 * reference's process-wide random numbers; what stands there instead by numbers that are seeded by window and position.
 *
 * @example maskTokens(windows, vocabulary, options, new PythonRandom(42))[0].labels
 */
export function maskTokens(
  windows: readonly MaskableWindow[],
  vocabulary: MaskingVocabulary,
  options: MaskingOptions,
  stream: PythonRandom,
): MaskedWindow[] {
  return windows.map((window) => maskWindow(window, vocabulary, options, stream));
}

function maskWindow(
  window: MaskableWindow,
  vocabulary: MaskingVocabulary,
  options: MaskingOptions,
  stream: PythonRandom,
): MaskedWindow {
  const inputIds = [...window.inputIds];
  const labels = inputIds.map(() => ignoredLabel);
  if (options.maskProbability <= 0) return { inputIds, labels, maskedCount: 0 };
  const candidates = [...inputIds.keys()].filter((position) => {
    const id = inputIds[position];
    return id !== undefined && (window.attentionMask[position] ?? 0) > 0 && !vocabulary.specialIds.has(id);
  });
  const random = (offset: number, position: number): PythonRandom =>
    new PythonRandom(maskingSeed(options.seed + offset, window.windowId, position));
  let maskedCount = 0;
  const mask = (position: number, branch: PythonRandom, draw: () => number): void => {
    const id = inputIds[position] ?? ignoredLabel;
    labels[position] = id;
    inputIds[position] = replacement(id, branch.random(), vocabulary, options, draw);
    maskedCount += 1;
  };
  for (const position of candidates) {
    if (stream.random() >= options.maskProbability) continue;
    mask(position, random(0, position), () =>
      random(17, position).randInt(0, Math.max(1, vocabulary.vocabSize - 1)),
    );
  }
  const middle = candidates[Math.floor(candidates.length / 2)];
  if (maskedCount === 0 && middle !== undefined) {
    // A window without a masked token would have no loss, so its middle one is taken.
    const branch = random(17, middle);
    mask(middle, branch, () => branch.randBelow(vocabulary.vocabSize));
  }
  return { inputIds, labels, maskedCount };
}

/** The mask, a random token or the token itself, by where `share` falls. */
function replacement(
  id: number,
  share: number,
  { maskId, vocabSize }: MaskingVocabulary,
  { randomTokenProbability, originalTokenProbability }: MaskingOptions,
  draw: () => number,
): number {
  if (share < 1 - (randomTokenProbability + originalTokenProbability)) return maskId;
  return share < 1 - originalTokenProbability && vocabSize > 0 ? draw() : id;
}

/** The 64-bit seed of a position (spec 02 §2.7): the little-endian value of an 8-byte BLAKE2s. */
export function maskingSeed(seed: number, windowId: string, position: number): bigint {
  const digest = blake2s(8, new TextEncoder().encode(`${seed}:${windowId}:${position}`));
  const littleEndian = digest.match(/../g)?.reverse().join('') ?? '0';
  return BigInt(`0x${littleEndian}`);
}
