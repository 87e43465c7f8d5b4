import { isFiniteNumber, isObject, listAt, numberAt, objectAt, valueAt } from '../../core/json-access.ts';

/** Lists of `window_sums`, one entry per window each. */
const sumLists = [
  'window_ids',
  'tokens',
  'kl_sum',
  'kl_max',
  'same_top1',
  'delta_p_sum',
  'delta_p_square_sum',
  'improved',
  'regressed',
] as const;

const estimates: readonly (readonly string[])[] = [
  ...['mean', 'median', 'q90', 'q99', 'q999', 'max'].map((name) => ['kl', name]),
  ['top1_agreement'],
  ['delta_p', 'mean'],
  ['delta_p', 'rms'],
  ['flips', 'share'],
  ['flips', 'improved_share'],
  ['flips', 'regressed_share'],
];

const counts: readonly (readonly string[])[] = [
  ['windows'],
  ['tokens'],
  ['vocabulary', 'compared'],
  ['vocabulary', 'baseline'],
  ['vocabulary', 'subject'],
  ['flips', 'improved'],
  ['flips', 'regressed'],
  ['flips', 'p_value'],
  ['bootstrap', 'replicates'],
  ['bootstrap', 'alpha'],
  ['bootstrap', 'seed'],
  ['self_check', 'max_abs_difference'],
  ['self_check', 'tolerance'],
];

/** What is wrong with the form of a divergence that was read from a file; undefined when nothing is. */
export function checkDivergence(
  block: unknown,
): { readonly pointer: string; readonly message: string } | undefined {
  const wrong = (keys: readonly string[], message: string) => ({
    pointer: keys.map((key) => `/${key}`).join(''),
    message,
  });
  if (!isObject(block)) return wrong([], 'The divergence must be an object.');
  if (block.evaluated === false) {
    if (typeof block.reason === 'string') return undefined;
    return wrong(['reason'], 'A divergence that was not evaluated needs a reason.');
  }
  if (block.evaluated !== true)
    return wrong(['evaluated'], 'The divergence does not say whether it was evaluated.');
  const number = counts.find((keys) => numberAt(block, ...keys) === undefined);
  if (number) return wrong(number, 'A number is missing here.');
  const estimate = estimates.find((keys) => !isEstimate(valueAt(block, ...keys)));
  if (estimate) return wrong(estimate, 'A value with its interval is missing here.');
  const sums = objectAt(block, 'window_sums');
  const length = listAt(sums, 'window_ids')?.length ?? 0;
  const list = sumLists.find((name) => !isNumbers(listAt(sums, name), length));
  if (list) return wrong(['window_sums', list], 'The sums of the windows must be lists of one length.');
  const bins = listAt(block, 'kl_histogram', 'bins');
  const isHistogram =
    isNumbers(bins, bins?.length ?? 0) &&
    isNumbers(listAt(block, 'kl_histogram', 'counts'), bins?.length ?? 0);
  return isHistogram ? undefined : wrong(['kl_histogram'], 'Bins and counts must be lists of one length.');
}

function isEstimate(value: unknown): boolean {
  const interval = valueAt(value, 'ci');
  return (
    numberAt(value, 'value') !== undefined &&
    (interval === null || (Array.isArray(interval) && isNumbers(interval, 2)))
  );
}

function isNumbers(list: readonly unknown[] | undefined, length: number): boolean {
  return list !== undefined && list.length > 0 && list.length === length && list.every(isFiniteNumber);
}
