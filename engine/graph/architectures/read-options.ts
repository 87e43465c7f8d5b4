import type { Finding } from '../../core/findings.ts';
import type { ModelConfig } from './architecture.ts';

/** Reads options of config.json and collects what is wrong with them. */
export class OptionReader {
  readonly findings: Finding[] = [];
  readonly #config: ModelConfig;

  constructor(config: ModelConfig) {
    this.#config = config;
  }

  /** A whole number from 1 to `maximum`; the bound keeps a hostile config.json from asking for a giant graph. */
  size(key: string, maximum: number, fallback?: number): number {
    const value = this.#config[key] ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maximum) return value;
    this.#invalid(key, value, `must be a whole number from 1 to ${maximum}`);
    return 1;
  }

  positive(key: string, fallback: number): number {
    const value = this.#config[key] ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    this.#invalid(key, value, 'must be a positive number');
    return fallback;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#config[key] ?? fallback;
    if (typeof value === 'boolean') return value;
    this.#invalid(key, value, 'must be true or false');
    return fallback;
  }

  /** One of the names in `supported`; any other is an option that we would compute wrongly. */
  name(key: string, supported: readonly string[], fallback: string): string {
    const value = this.#config[key] ?? fallback;
    if (typeof value === 'string' && supported.includes(value)) return value;
    this.unsupported(key, value, `Supported are ${supported.join(', ')}.`);
    return fallback;
  }

  /** Refuses an option that is set to anything but false, null or empty. */
  refuse(key: string, why: string): void {
    const value = this.#config[key];
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    if (value === undefined || value === null || value === false || isEmpty) return;
    this.unsupported(key, value, why);
  }

  unsupported(key: string, value: unknown, why: string): void {
    this.findings.push({
      code: 'M204',
      severity: 'error',
      message: `config.json: ${key} is ${brief(value)}, which this version cannot compute. ${why}`,
      pointer: `/${key}`,
      actual: value,
    });
  }

  #invalid(key: string, value: unknown, rule: string): void {
    this.findings.push({
      code: 'M202',
      severity: 'error',
      message: `config.json: ${key} ${rule}, but is ${value === undefined ? 'missing' : brief(value)}.`,
      pointer: `/${key}`,
      actual: value,
    });
  }
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
