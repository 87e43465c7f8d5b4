import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../core/json-access.ts';
import { type JsonNode, taggedValue } from '../core/json-node.ts';
import { canonicalJson } from '../core/python-json.ts';
import { volatilePointers } from './certificate-schema.ts';

/** The `integrity` block of a certificate: a digest over all of it that does not change from run to run. */
export interface Integrity {
  readonly algorithm: 'sha256';
  readonly form: 'canonical-json-a';
  readonly sha256: string;
}

/**
 * The digest over a certificate as it stands in its file (spec 04 CQ-03, CQ-34). It leaves out itself and the volatile
 * fields, so that two runs on the same inputs agree. Anyone can compute it again: it shows damage and careless
 * changes, it is not a signature.
 */
export function certificateIntegrity(root: JsonNode): Integrity {
  let value = taggedValue(root);
  for (const pointer of ['/integrity', ...volatilePointers])
    value = without(value, pointer.slice(1).split('/'));
  const sha256 = createHash('sha256').update(canonicalJson(value, 'A')).digest('hex');
  return { algorithm: 'sha256', form: 'canonical-json-a', sha256 };
}

/** A copy of the value that lacks the member at a path. */
export function without(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (!isObject(value) || key === undefined || !Object.hasOwn(value, key)) return value;
  const copy: Record<string, unknown> = Object.assign(Object.create(null), value satisfies JsonObject);
  if (rest.length === 0) delete copy[key];
  else copy[key] = without(copy[key], rest);
  return copy;
}
