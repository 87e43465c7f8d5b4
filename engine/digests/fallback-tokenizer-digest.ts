import { createHash } from 'node:crypto';
import { compareCodePoints } from '../core/compare-code-points.ts';
import { canonicalJson } from '../core/python-json.ts';

/** What can be known of a tokenizer: a vocabulary by token, or only a list of entries, or only its names. */
export interface TokenizerFacts {
  readonly vocabulary?: ReadonlyMap<string, number>;
  readonly entries?: readonly unknown[];
  readonly nameOrPath: string;
  readonly eosToken: string | null;
  readonly padToken: string | null;
  readonly vocabSize: number;
}

/**
 * The digest that the reference records when a tokenizer has no hash of its own (spec 02 §3): SHA-256 of the vocabulary
 * sorted by token, else of the entries in order, else of the names. It says which tokenizer a foreign report means.
 */
export function fallbackTokenizerDigest(facts: TokenizerFacts): string {
  return createHash('sha256').update(canonicalText(facts), 'utf8').digest('hex');
}

function canonicalText({ vocabulary, entries, ...names }: TokenizerFacts): string {
  if (vocabulary) {
    return canonicalJson(
      [...vocabulary].sort(([a], [b]) => compareCodePoints(a, b)),
      'B',
    );
  }
  if (entries) return canonicalJson(entries, 'B');
  const { eosToken: eos, nameOrPath: name, padToken: pad, vocabSize: size } = names;
  return canonicalJson({ eos, name, pad, size }, 'A');
}
