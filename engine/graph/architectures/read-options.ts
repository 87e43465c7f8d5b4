import type { Finding } from '../../core/findings.ts';
import type { ModelConfig } from './architecture.ts';
import { neutralOptions } from './neutral-options.ts';

/** Reads options of config.json, collects what is wrong with them, and knows which were never asked for. */
export class OptionReader {
  readonly findings: Finding[] = [];
  readonly #config: ModelConfig;
  readonly #path: string;
  readonly #read = new Set<string>();

  /** `path` is where the object stands inside config.json, such as `rope_scaling.`. */
  constructor(config: ModelConfig, path = '') {
    this.#config = config;
    this.#path = path;
  }

  /** The option as it stands; null is the same as missing, as it is in config.json. */
  raw(key: string): unknown {
    this.#read.add(key);
    return this.#config[key] ?? undefined;
  }

  /** Whether the option is there, even as null: some defaults hold only for those that are not. */
  has(key: string): boolean {
    this.#read.add(key);
    return Object.hasOwn(this.#config, key);
  }

  /** A whole number from 1 to `maximum`; the bound keeps a hostile config.json from asking for a giant graph. */
  size(key: string, maximum: number, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maximum) return value;
    this.invalid(key, value, `must be a whole number from 1 to ${maximum}`);
    return 1;
  }

  /** A whole number from 0 to `maximum`, such as a token id or a layer. */
  index(key: string, maximum: number, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maximum) return value;
    this.invalid(key, value, `must be a whole number from 0 to ${maximum}`);
    return 0;
  }

  positive(key: string, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    this.invalid(key, value, 'must be a positive number');
    return fallback ?? 1;
  }

  /** A positive number, or undefined for null; `fallback` is for files that do not have the key at all. */
  optionalPositive(key: string, fallback?: number): number | undefined {
    if (this.raw(key) !== undefined) return this.positive(key, 1);
    return this.has(key) ? undefined : fallback;
  }

  /** A whole number from 1 to `maximum`, or undefined for null; `fallback` as above. */
  optionalSize(key: string, maximum: number, fallback?: number): number | undefined {
    if (this.raw(key) !== undefined) return this.size(key, maximum);
    return this.has(key) ? undefined : fallback;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.raw(key) ?? fallback;
    if (typeof value === 'boolean') return value;
    this.invalid(key, value, 'must be true or false');
    return fallback;
  }

  /** One of the names in `supported`; any other is an option that we would compute wrongly. */
  name(key: string, supported: readonly string[], fallback: string): string {
    const value = this.raw(key) ?? fallback;
    if (typeof value === 'string' && supported.includes(value)) return value;
    this.unsupported(key, value, `Supported are ${supported.join(', ')}.`);
    return fallback;
  }

  /** Refuses an option that is set to anything but false, null or empty. */
  refuse(key: string, why: string): void {
    const value = this.raw(key);
    if (!isOff(value)) this.unsupported(key, value, why);
  }

  unsupported(key: string, value: unknown, why: string): void {
    this.findings.push({
      code: 'M204',
      severity: 'error',
      message: `config.json: ${this.#path}${key} is ${brief(value)}, which this version cannot compute. ${why}`,
      pointer: this.#pointer(key),
      actual: value,
    });
  }

  invalid(key: string, value: unknown, rule: string): void {
    this.findings.push({
      code: 'M202',
      severity: 'error',
      message: `config.json: ${this.#path}${key} ${rule}, but is ${value === undefined ? 'missing' : brief(value)}.`,
      pointer: this.#pointer(key),
      actual: value,
    });
  }

  /** Options that are set, were not asked for, and are not known to leave the mathematics alone. */
  unread(): string[] {
    return Object.keys(this.#config).filter(
      (key) => !this.#read.has(key) && !neutralOptions.has(key) && !isOff(this.#config[key]),
    );
  }

  /**
   * A warning about options that nobody here knows. They are no reason to refuse a model: what runs a checkpoint
   * ignores what its architecture does not define, and people store notes of their own in config.json.
   */
  remarks(): Finding[] {
    return this.unread().map((key) => ({
      code: 'M214',
      severity: 'warning',
      message: `config.json: ${key} is not known to this version and has no effect. If it changes what the model computes, the losses are not those of this model.`,
      pointer: this.#pointer(key),
      actual: this.#config[key],
    }));
  }

  #pointer(key: string): string {
    const place = `${this.#path.replaceAll('.', '/')}${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return `/${place}`;
  }
}

function isOff(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
