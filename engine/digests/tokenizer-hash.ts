import { createHash } from 'node:crypto';
import { compareCodePoints } from '../core/compare-code-points.ts';
import { canonicalJson } from '../core/python-json.ts';
import { blake2s } from './blake2.ts';
import { ByteWriter } from './byte-writer.ts';

/**
 * What decides which tokens a text gives, and nothing else: the parity key between two model folders (spec 02 EQ-14).
 *
 * Truncation and padding are settings of a call, the decoder turns tokens back into text, and paths and class names say
 * nothing about content; none of them count. Neither does the spelling: a merge may be a text or a pair, added tokens may
 * come in any order. SHA-256 of the canonical JSON of the rest.
 */
export function contentTokenizerHash(tokenizerJson: Readonly<Record<string, unknown>>): string {
  const { added_tokens, normalizer, pre_tokenizer, post_processor, model } = tokenizerJson;
  const content = {
    added_tokens: Array.isArray(added_tokens) ? sortedById(added_tokens) : null,
    normalizer: normalizer ?? null,
    pre_tokenizer: pre_tokenizer ?? null,
    post_processor: post_processor ?? null,
    model: isObject(model) ? withMergePairs(model) : null,
  };
  return createHash('sha256').update(canonicalJson(content, 'C'), 'utf8').digest('hex');
}

function sortedById(tokens: readonly unknown[]): unknown[] {
  const idOf = (token: unknown) => (isObject(token) ? Number(token.id) : Number.NaN);
  return [...tokens].sort((a, b) => idOf(a) - idOf(b));
}

/** Older files write a merge as `"a b"`, newer ones as `["a", "b"]`. */
function withMergePairs(model: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Array.isArray(model.merges)) return model;
  const merges = model.merges.map((merge: unknown) => (typeof merge === 'string' ? merge.split(' ') : merge));
  return { ...model, merges };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The reference's tokenizer hash: vocabulary by token, class name, name or path (spec 02 §3). */
export function referenceTokenizerHash(tokenizer: {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly className: string;
  readonly nameOrPath: string;
}): string {
  const writer = new ByteWriter();
  const entries = [...tokenizer.vocabulary].sort(([a], [b]) => compareCodePoints(a, b));
  for (const [token, id] of entries) {
    // Python drops surrogates that UTF-8 cannot hold; TextEncoder would write a replacement for them.
    writer.text(
      token.replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, ''),
    );
    if (id >= 0 && id < 2 ** 32) writer.uint32(id);
    else writer.text(String(id));
  }
  writer.text(tokenizer.className).text(tokenizer.nameOrPath);
  return blake2s(16, writer.bytes());
}
