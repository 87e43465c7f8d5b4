import { createHash } from 'node:crypto';

const REDACTED = '<redacted>';
const MAX_TEXT_LENGTH = 512;
const MAX_DEPTH = 12;

/** Keys, in lower snake case, whose value is a secret or a person's address, whatever it looks like. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'api_key',
  'apikey',
  'auth',
  'authorization',
  'bearer',
  'cookie',
  'credential',
  'credentials',
  'email',
  'passphrase',
  'passwd',
  'password',
  'private_key',
  'pwd',
  'secret',
  'token',
]);

/** Compound keys end in one of these: `hf_token`, `client_secret`. A count such as `token_count` does not. */
const SECRET_SUFFIXES = [
  '_api_key',
  '_passphrase',
  '_password',
  '_private_key',
  '_secret',
  '_token',
  '_credentials',
];

/** Lists of token ids: from them the evaluated text can be read back (spec 01 Q-35). */
const TOKEN_ID_KEYS: ReadonlySet<string> = new Set([
  'attention_mask',
  'attention_masks',
  'input_ids',
  'labels',
  'target_ids',
  'token_ids',
]);

/** Token names that end like a secret but name a character sequence of the vocabulary. */
const VOCABULARY_KEYS: ReadonlySet<string> = new Set([
  'bos_token',
  'eos_token',
  'pad_token',
  'unk_token',
  'mask_token',
]);

/** What no log may hold even inside a sentence. */
const SECRET_TEXT =
  /\bhf_[A-Za-z0-9]{16,}|\bsk-[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{16,}|\bBearer\s+\S+/gu;

/**
 * Makes event data safe to log: secrets are replaced, token ids become their count and digest, long texts and bytes
 * their length. The rules go by whole keys, not by words inside them, so counts and paths stay (spec 04 CQ-39).
 */
export function redactEventData(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactObject(data, 0);
}

function redactObject(value: object, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) result[key] = redactMember(key, member, depth);
  }
  return result;
}

function redactMember(key: string, value: unknown, depth: number): unknown {
  const name = key
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  if (isSecretKey(name)) return REDACTED;
  if (TOKEN_ID_KEYS.has(name) && isList(value)) return summarizeIds(value);
  return redactValue(value, depth + 1);
}

function isSecretKey(name: string): boolean {
  if (VOCABULARY_KEYS.has(name)) return false;
  return SECRET_KEYS.has(name) || SECRET_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

function redactValue(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string') {
    return value.length > MAX_TEXT_LENGTH
      ? `<str len=${value.length}>`
      : value.replaceAll(SECRET_TEXT, REDACTED);
  }
  if (value instanceof Uint8Array) return `<bytes len=${value.length}>`;
  if (typeof value !== 'object') return `<${typeof value}>`;
  if (depth > MAX_DEPTH) return '<deep>';
  if (value instanceof Date) return value.toISOString();
  if (isList(value) || value instanceof Set) return Array.from(value, (item) => redactValue(item, depth + 1));
  return redactObject(value instanceof Map ? Object.fromEntries(value) : value, depth);
}

function isList(value: unknown): value is ArrayLike<unknown> & Iterable<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function summarizeIds(value: Iterable<unknown>): { count: number; sha256: string } {
  const rows = Array.from(value, (row) => (isList(row) ? Array.from(row) : row));
  const count = rows.reduce<number>((sum, row) => sum + (Array.isArray(row) ? row.length : 1), 0);
  return { count, sha256: createHash('sha256').update(JSON.stringify(rows)).digest('hex') };
}
