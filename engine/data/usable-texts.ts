import { pythonStrip } from '../core/python-strip.ts';
import type { DataText } from './data-types.ts';

/** Code points below which a row is a heading or a fragment, no text. */
const MIN_CODE_POINTS = 20;

/**
 * The rows of a corpus that are worth a window (spec 02 §1.4): stripped, at least 20 code points, with a letter. Texts are
 * addressed by their place among the usable ones, which is what window selection counts (EQ-31).
 */
export function usableTexts(
  rows: readonly unknown[],
  options: { readonly dedupe?: boolean } = {},
): DataText[] {
  const seen = new Set<string>();
  const texts: DataText[] = [];
  for (const [rowIndex, row] of rows.entries()) {
    if (typeof row !== 'string') continue;
    const text = pythonStrip(row);
    if (!isUsable(text) || (options.dedupe && seen.has(text))) continue;
    seen.add(text);
    texts.push({ text, rowIndex });
  }
  return texts;
}

function isUsable(text: string): boolean {
  if (text.length < MIN_CODE_POINTS || !/\p{L}/u.test(text)) return false;
  return text.length >= 2 * MIN_CODE_POINTS || [...text].length >= MIN_CODE_POINTS;
}
