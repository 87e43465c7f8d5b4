import type { Finding } from '../../core/findings.ts';
import { isObject, valueAt } from '../../core/json-access.ts';
import { type CheckContext, found } from '../check-context.ts';

/** What the windows give. */
const WINDOWS = 'the windows in the certificate give';

/**
 * A recorded value against what it must be, whole: a member that only one side has is a difference as well. Numbers may
 * differ by the tolerance. `source` says where the expected value comes from, as the middle of a sentence.
 */
export function compareAt(
  context: CheckContext,
  pointer: string,
  expected: unknown,
  source = WINDOWS,
): readonly Finding[] {
  const actual = valueAt(context.certificate, ...pointer.slice(1).split('/'));
  return [...differences(context, pointer, expected, actual)].map((difference) =>
    mismatch(difference.pointer, difference.expected, difference.actual, source),
  );
}

/** Relative above 1, absolute below: the order of additions may differ in another implementation. */
export function isClose({ tolerance }: CheckContext, expected: number, actual: unknown): boolean {
  return (
    typeof actual === 'number' &&
    Math.abs(actual - expected) <= Math.max(1e-12, tolerance) * Math.max(1, Math.abs(expected))
  );
}

export function mismatch(pointer: string, expected: unknown, actual: unknown, source = WINDOWS): Finding {
  const name = pointer.slice(1).replaceAll('/', '.');
  const message = `${name} is ${shown(actual)}, but ${source} ${shown(expected)}.`;
  return found('E602', pointer, message, { expected, actual });
}

interface Difference {
  readonly pointer: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

function* differences(
  context: CheckContext,
  pointer: string,
  expected: unknown,
  actual: unknown,
): Generator<Difference> {
  if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)]))
      yield* differences(context, `${pointer}/${key}`, valueAt(expected, key), valueAt(actual, key));
  } else if (!isSame(context, expected, actual)) yield { pointer, expected, actual };
}

function isSame(context: CheckContext, expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'number') return isClose(context, expected, actual);
  if (isObject(expected) && isObject(actual))
    return differences(context, '', expected, actual).next().done === true;
  if (!Array.isArray(expected) || !Array.isArray(actual)) return expected === actual;
  return (
    expected.length === actual.length && expected.every((item, index) => isSame(context, item, actual[index]))
  );
}

function shown(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(12);
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (isObject(value)) return JSON.stringify(value);
  return value === undefined ? 'missing' : String(value);
}
