import type { Golden, Tolerance } from './parity-types.ts';

export interface Comparison {
  /** Leaves that were compared. */
  readonly compared: number;
  /** One sentence per difference. */
  readonly differences: readonly string[];
  /** Pointers that were left out and would have been compared. */
  readonly leftOut: readonly string[];
}

/**
 * Compares what we give with what the reference gave, leaf by leaf. Golden files spell numbers that JSON lacks as texts; a
 * number that does not exist may be null here (spec 02 EQ-40).
 */
export function compare(
  expected: Golden,
  actual: Golden,
  tolerance: (pointer: string) => Tolerance,
  isLeftOut: (pointer: string) => boolean,
): Comparison {
  const differences: string[] = [];
  const leftOut: string[] = [];
  let compared = 0;
  const walk = (wanted: Golden, given: Golden, pointer: string): void => {
    if (isLeftOut(pointer)) {
      leftOut.push(pointer || '/');
      return;
    }
    if (Array.isArray(wanted) && Array.isArray(given)) {
      compared += 1;
      if (wanted.length !== given.length)
        differences.push(`${pointer}: ${given.length} entries instead of ${wanted.length}`);
      else for (const [index, item] of wanted.entries()) walk(item, given[index], `${pointer}/${index}`);
      return;
    }
    if (isMapping(wanted) && isMapping(given)) {
      compared += 1;
      for (const key of new Set([...Object.keys(wanted), ...Object.keys(given)]))
        walk(wanted[key], given[key], `${pointer}/${key}`);
      return;
    }
    compared += 1;
    if (!isSame(wanted, given, tolerance(pointer)))
      differences.push(`${pointer}: ${spell(given)} instead of ${spell(wanted)}`);
  };
  walk(expected, actual, '');
  return { compared, differences, leftOut };
}

const NON_FINITE = ['NaN', 'Infinity', '-Infinity'];

/** A golden number that JSON may lack. */
export function goldenNumber(value: Golden): number {
  return Number(value?.$nonfinite ?? value);
}

export function goldenNumbers(values: readonly Golden[]): number[] {
  return values.map(goldenNumber);
}

function isSame(wanted: Golden, given: Golden, { relative = 0, absolute = 0, ulps = 0 }: Tolerance): boolean {
  if (wanted === given) return true;
  const spelled = wanted?.$nonfinite ?? (typeof wanted === 'number' ? String(wanted) : wanted);
  if (NON_FINITE.includes(spelled)) return given === null || String(given) === spelled;
  if (typeof wanted !== 'number' || typeof given !== 'number') return false;
  const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(wanted))) - 52), 2 ** -1074);
  return Math.abs(given - wanted) <= Math.max(relative * Math.abs(wanted) + absolute, ulps * unit);
}

function isMapping(value: Golden): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('$nonfinite' in value);
}

function spell(value: Golden): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
