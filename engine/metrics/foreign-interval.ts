import { finiteNumber } from '../policy/finite-number.ts';
import type { Interval } from '../report/run-report.ts';

/**
 * An interval from a foreign report: a list of two, or such a list spelled as a text, as older reports of the Python tool have
 * it. Undefined for anything else.
 *
 * @example foreignInterval('(0.1, 0.2)') // [0.1, 0.2]
 */
export function foreignInterval(value: unknown): Interval | undefined {
  const parts = typeof value === 'string' ? listed(value) : value;
  if (!Array.isArray(parts) || parts.length !== 2) return undefined;
  const [low, high] = parts.map(finiteNumber);
  return low === undefined || high === undefined ? undefined : [low, high];
}

function listed(text: string): readonly string[] {
  const inner = /^\s*[([](.*)[)\]]\s*$/su.exec(text)?.[1];
  return (inner ?? text).split(',');
}
