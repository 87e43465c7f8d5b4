import { createHash } from 'node:crypto';
import { canonicalJson, PythonFloat } from '../../core/python-json.ts';

/**
 * The first 16 digits of SHA-256 over how a guard measured, in the reference's canonical form; two reports whose contracts
 * differ cannot be compared (spec 03 §3.9, §4.6). Null where nothing was recorded.
 *
 * @example contractHash(spectralContract(policy)) // '14cca7884179d484' for the default policy
 */
export function contractHash(contract: object | null | undefined): string | null {
  if (!contract || Object.keys(contract).length === 0) return null;
  return createHash('sha256').update(contractText(contract)).digest('hex').slice(0, 16);
}

/** Python keeps ratios as floats and counts as integers, and its texts tell them apart (Q36). */
export function contractText(contract: object): string {
  return canonicalJson(withFloats(contract), 'A');
}

function withFloats(value: unknown, name = ''): unknown {
  if (typeof value === 'number') return name.endsWith('_ratio') ? new PythonFloat(value) : value;
  if (Array.isArray(value)) return value.map((item) => withFloats(item, name));
  if (typeof value !== 'object' || value === null || value instanceof PythonFloat) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withFloats(item, key)]));
}
