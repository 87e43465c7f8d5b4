import { isMap, isSeq, type Node } from 'yaml';
import { appendPointer } from '../../engine/config/json-pointer.ts';
import type { TextRange } from '../../engine/core/findings.ts';
import { writtenAtPointer } from '../yaml/find-pair.ts';
import { placeOf } from '../yaml/list-items.ts';
import type { FixContext, Fixer } from './fix-context.ts';

/** A lower bound above the upper one: the two change places, in `[low, high]` and in `{min, max}` alike. */
export const exchangeBounds: Fixer = (context) => {
  const { text, finding } = context;
  const [lower, upper] = bounds(context, finding.pointer ?? '');
  if (!lower || !upper) return [];
  const [low, high] = [lower, upper].map(({ start, end }) => text.slice(start, end));
  if (low === undefined || high === undefined || Number(low) === Number(high)) return [];
  const [first, second] = lower.start < upper.start ? [lower, upper] : [upper, lower];
  const between = text.slice(first.end, second.start);
  const [one, two] = first === lower ? [high, low] : [low, high];
  const range = { start: first.start, end: second.end };
  return [{ title: `Exchange ${low} and ${high}`, range, newText: `${one}${between}${two}` }];
};

function bounds({ document }: FixContext, pointer: string): (TextRange | undefined)[] {
  const node = writtenAtPointer(document, pointer)?.node;
  if (isSeq(node)) return [0, 1].map((index) => placeOf(node.items[index] as Node | undefined));
  if (!isMap(node)) return [];
  return ['min', 'max'].map((key) => placeOf(writtenAtPointer(document, appendPointer(pointer, key))?.node));
}

/** Two shares of one whole: either may give way. */
export const lowerShare: Fixer = ({ document, text }) => {
  const shares = ['original_token_prob', 'random_token_prob'].map((name) => {
    const range = placeOf(writtenAtPointer(document, `/eval/loss/${name}`)?.node);
    return { name, range, value: range ? Number(text.slice(range.start, range.end)) : Number.NaN };
  });
  return shares.flatMap(({ name, range }, index) => {
    const other = shares[1 - index]?.value ?? Number.NaN;
    if (!range || !(other >= 0 && other <= 1)) return [];
    // Twelve digits hide that 1 - 0.9 is not 0.1 in binary.
    const rest = String(Number((1 - other).toPrecision(12)));
    return [{ title: `Lower ${name} to ${rest}`, range, newText: rest }];
  });
};
