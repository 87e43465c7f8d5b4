import { compareCodePoints } from '../core/compare-code-points.ts';
import { isFiniteNumber, isObject } from '../core/json-access.ts';

/** One place in which two documents differ. */
export interface Difference {
  /** JSON pointer. */
  readonly pointer: string;
  /** Undefined where the document has nothing. */
  readonly left: unknown;
  readonly right: unknown;
  /** The schema says that this may differ between two runs on the same inputs. */
  readonly volatile: boolean;
  /** For lists of values, which are one difference, however many entries differ. */
  readonly entries?: ListDifference;
}

interface ListDifference {
  readonly left: number;
  readonly right: number;
  readonly differing: number;
  /** The largest difference of two numbers, and where it is. */
  readonly largest?: { readonly index: number; readonly difference: number };
}

export interface Comparison {
  /** What decides comes first, then the rest by pointer; volatile fields last. */
  readonly differences: readonly Difference[];
  /** Values that are the same on both sides. */
  readonly equalCount: number;
}

/**
 * Compares two certificates, or two run reports, value by value (spec 04 §4.7, decisions: volatile fields).
 *
 * @example compareDocuments({ a: 1 }, { a: 2 }, []).differences[0]?.pointer // '/a'
 */
export function compareDocuments(
  left: unknown,
  right: unknown,
  volatilePointers: readonly string[],
): Comparison {
  const found: Difference[] = [];
  const equalCount = walk(left, right, '', (difference) => {
    found.push({ ...difference, volatile: isVolatile(difference.pointer, volatilePointers) });
  });
  const differences = found.sort((a, b) => rank(a) - rank(b) || compareCodePoints(a.pointer, b.pointer));
  return { differences, equalCount };
}

type OnDifference = (difference: Omit<Difference, 'volatile'>) => void;

/** Returns how many values are equal. */
function walk(left: unknown, right: unknown, pointer: string, report: OnDifference): number {
  if (isObject(left) && isObject(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return keys.reduce((count, key) => {
      const inner = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return count + walk(own(left, key), own(right, key), inner, report);
    }, 0);
  }
  if (Array.isArray(left) && Array.isArray(right)) return walkList(left, right, pointer, report);
  if (isSame(left, right)) return 1;
  report({ pointer, left, right });
  return 0;
}

function walkList(
  left: readonly unknown[],
  right: readonly unknown[],
  pointer: string,
  report: OnDifference,
): number {
  const length = Math.max(left.length, right.length);
  if (length === 0) return 1;
  if ([...left, ...right].some((item) => isObject(item))) {
    let count = 0;
    for (let index = 0; index < length; index += 1)
      count += walk(left[index], right[index], `${pointer}/${index}`, report);
    return count;
  }
  let differing = 0;
  let largest: ListDifference['largest'];
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [left[index], right[index]];
    if (isSame(a, b)) continue;
    differing += 1;
    if (!isFiniteNumber(a) || !isFiniteNumber(b)) continue;
    const difference = b - a;
    if (!largest || Math.abs(difference) > Math.abs(largest.difference)) largest = { index, difference };
  }
  if (differing === 0) return 1;
  const entries = { left: left.length, right: right.length, differing, ...(largest ? { largest } : {}) };
  report({ pointer, left, right, entries });
  return 0;
}

/** NaN is the same as NaN: both files say that there is no number. */
function isSame(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  }
  return left === right || Object.is(left, right);
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What a reader wants to see first: the outcome, then the numbers behind it. */
const FIRST = ['/validation', '/primary_metric', '/metrics/primary_metric', '/confidence', '/baseline_ref'];

function rank({ pointer, volatile }: Difference): number {
  if (volatile) return FIRST.length + 1;
  const index = FIRST.findIndex((start) => isWithin(pointer, start));
  return index < 0 ? FIRST.length : index;
}

function isVolatile(pointer: string, volatilePointers: readonly string[]): boolean {
  return volatilePointers.some((start) => isWithin(pointer, start));
}

function isWithin(pointer: string, start: string): boolean {
  return pointer === start || pointer.startsWith(`${start}/`);
}
