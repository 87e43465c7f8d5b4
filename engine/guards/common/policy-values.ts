import type { Finding } from '../../core/findings.ts';
import { isObject, type JsonObject } from '../../core/json-access.ts';
import { finiteNumber } from '../../policy/finite-number.ts';

/** Bounds that may be reached, unless `isOpen` says that the upper one (or both) may not. */
interface Range {
  readonly from?: number;
  readonly to?: number;
  readonly isOpen?: 'above' | 'both';
}

/**
 * Reads the values of a guard's policy leniently, as the reference does, and reports what it did not take as it stands; a
 * run stops on that, so that no setting is less than it seems (spec 03 §1.4, Q13).
 */
export class PolicyValues {
  readonly findings: Finding[] = [];
  private readonly guard: string;
  private readonly raw: JsonObject;

  constructor(guard: string, raw: JsonObject) {
    this.guard = guard;
    this.raw = raw;
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined;
  }

  number(name: string, fallback: number, range: Range = {}): number {
    const value = this.raw[name];
    if (value === undefined) return fallback;
    const number = finiteNumber(value);
    if (number === undefined || !isWithin(number, range)) this.refuse(name, value, rangeText(range));
    return number ?? fallback;
  }

  whole(name: string, fallback: number, range: Range = {}): number {
    return Math.trunc(this.number(name, fallback, range));
  }

  /** What Python calls true. */
  truth(name: string, fallback: boolean): boolean {
    const value = this.raw[name];
    return value === undefined ? fallback : Boolean(value);
  }

  /** A text as it stands, known or not. */
  choice<T extends string>(name: string, known: readonly T[], fallback: T): string {
    const value = this.raw[name];
    if (value === undefined) return fallback;
    const text = String(value);
    if (!known.some((one) => one === text)) this.refuse(name, value, `one of ${known.join(', ')}`);
    return text;
  }

  object(name: string): JsonObject | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) this.refuse(name, value, 'a mapping');
    return isObject(value) ? value : undefined;
  }

  refuse(name: string, value: unknown, wanted: string): void {
    this.findings.push({
      code: 'E501',
      severity: 'error',
      message: `guards.${this.guard}.${name} must be ${wanted}, but is ${JSON.stringify(value)}.`,
      pointer: `/guards/${this.guard}/${name.replaceAll('.', '/')}`,
    });
  }

  /** A key that once existed, or that is easily taken for another. */
  rejectKey(name: string, advice: string): void {
    if (!this.has(name)) return;
    this.findings.push({
      code: 'E501',
      severity: 'error',
      message: `guards.${this.guard}.${name} is no setting of this guard. ${advice}`,
      pointer: `/guards/${this.guard}/${name}`,
    });
  }
}

function isWithin(value: number, { from = -Infinity, to = Infinity, isOpen }: Range): boolean {
  const aboveLow = isOpen === 'both' ? value > from : value >= from;
  return aboveLow && (isOpen === undefined ? value <= to : value < to);
}

function rangeText({ from, to, isOpen }: Range): string {
  const low = from === undefined ? '' : isOpen === 'both' ? ` above ${from}` : ` from ${from}`;
  const high = to === undefined ? '' : isOpen === undefined ? ` to ${to}` : ` below ${to}`;
  return `a number${low}${high}`;
}
