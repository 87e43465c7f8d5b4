import type { DataText } from '../data-types.ts';
import { syntheticBaseTexts } from './synthetic-base-texts.ts';

/** Put before the lower-cased base text; the first variation is the text itself. */
const OPENINGS = [
  '',
  'Recently, ',
  'According to reports, ',
  'It is notable that ',
  'Furthermore, ',
  'In addition, ',
];

/**
 * The first `count` texts of the provider `synthetic` (spec 02 §1.5): every base text in every variation, then the same again
 * with a number that keeps them apart. They need no data, so they show that a set-up works; they certify little.
 *
 * @example syntheticTexts(2)[1].text // 'Scientists have discovered a new species of frog in a valley near the sea.'
 */
export function syntheticTexts(count: number, baseTexts: readonly string[] = syntheticBaseTexts): DataText[] {
  const distinct = OPENINGS.length * baseTexts.length;
  return Array.from({ length: count }, (_, rowIndex) => {
    const base = baseTexts[rowIndex % baseTexts.length] ?? '';
    const opening = OPENINGS[Math.floor(rowIndex / baseTexts.length) % OPENINGS.length] ?? '';
    const text = opening === '' ? base : opening + base.toLowerCase();
    return { text: rowIndex < distinct ? text : `${text} [synthetic #${rowIndex}]`, rowIndex };
  });
}

/** What stands for a text where there is no tokenizer at all: counting, up to 49. */
export function countingIds(seqLen: number): number[] {
  return Array.from({ length: Math.min(seqLen, 49) }, (_, at) => at + 1);
}
