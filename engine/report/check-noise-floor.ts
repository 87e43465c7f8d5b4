import { isFiniteNumber, isObject, valueAt } from '../core/json-access.ts';

/** What is wrong with the form of a `noise_floor` block that was read from a file; undefined when nothing is. */
export function checkNoiseFloor(block: unknown): string | undefined {
  if (!isObject(block)) return 'The noise floor must be an object.';
  if (block.evaluated === false)
    return typeof block.reason === 'string'
      ? undefined
      : 'A noise floor that was not evaluated needs a reason.';
  const numbers = ['max_abs_delta', 'ratio', 'half_width'].map((key) => block[key]);
  const conditions = ['first', 'second'].every(
    (key) =>
      typeof valueAt(block, key, 'device') === 'string' && isFiniteNumber(valueAt(block, key, 'threads')),
  );
  const hasForm =
    block.evaluated === true &&
    conditions &&
    numbers.every((value) => value === null || isFiniteNumber(value)) &&
    isObject(valueAt(block, 'evaluation_windows'));
  return hasForm ? undefined : 'The noise floor lacks its conditions, its band or its windows.';
}
