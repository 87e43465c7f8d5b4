import { isFiniteNumber, isObject, listAt, valueAt } from '../core/json-access.ts';

/** Where a `worst_windows` block is not what it must be, relative to the block; undefined when it is well formed. */
export interface MalformedWorst {
  readonly pointer: string;
  readonly message: string;
}

/** The form of a block that was read from a file: its windows, and lists of tokens that belong together. */
export function checkWorstWindows(block: unknown): MalformedWorst | undefined {
  const windows = listAt(block, 'windows');
  if (!windows || !Number.isSafeInteger(valueAt(block, 'count')))
    return { pointer: '', message: 'The worst windows need a count and a list of windows.' };
  for (const [index, window] of windows.entries()) {
    const pointer = `/windows/${index}`;
    const numbers = ['window_id', 'baseline_loss', 'subject_loss', 'delta'];
    if (!numbers.every((key) => isFiniteNumber(valueAt(window, key))))
      return {
        pointer,
        message: 'A worst window needs its id, the losses of both arms and their difference.',
      };
    const tokens = valueAt(window, 'tokens');
    if (tokens !== undefined && !areTokens(tokens))
      return {
        pointer: `${pointer}/tokens`,
        message: 'The tokens of a worst window must be lists of one length within the scored tokens.',
      };
  }
  return undefined;
}

function areTokens(tokens: unknown): boolean {
  if (!isObject(tokens)) return false;
  const { scored, first, ids, texts, baseline_nll: before, subject_nll: after } = tokens;
  if (![scored, first].every((value) => Number.isSafeInteger(value) && Number(value) >= 0)) return false;
  const lists = [ids, texts, before, after];
  if (!lists.every(Array.isArray)) return false;
  const [idList, textList, ...losses] = lists as unknown[][];
  const length = idList?.length ?? 0;
  return (
    lists.every((list) => Array.isArray(list) && list.length === length) &&
    Number(first) + length <= Number(scored) &&
    idList?.every(Number.isSafeInteger) === true &&
    textList?.every((text) => typeof text === 'string') === true &&
    losses.every((list) => list.every(isFiniteNumber))
  );
}
