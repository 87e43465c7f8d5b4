import type { SpecialTokens } from '../data/masking-vocabulary.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The keys of tokenizer_config.json that name special tokens. */
const keys = [
  'bos_token',
  'cls_token',
  'eos_token',
  'mask_token',
  'pad_token',
  'sep_token',
  'unk_token',
] as const;

/** What a tokenizer calls special. */
export interface KnownSpecialTokens extends SpecialTokens {
  /** The padding token's id; without one that of another, as spec 02 §2.1 has it, else 0. */
  readonly padId: number;
}

/**
 * The special tokens of a tokenizer. tokenizer_config.json states them; folders of old models state nothing and rely on
 * the names that their class has built in, which are looked for among the special tokens of tokenizer.json.
 */
export function specialTokens(
  json: JsonObject,
  config: JsonObject,
  vocabulary: ReadonlyMap<string, number>,
): KnownSpecialTokens {
  const added = Array.isArray(json.added_tokens) ? json.added_tokens.filter(isSpecial) : [];
  const stated = (key: (typeof keys)[number]): number | undefined =>
    vocabulary.get(tokenContent(config[key]) ?? '');
  const builtIn = (...names: readonly string[]): number | undefined =>
    added.find((token) => names.includes(token.content))?.id;
  const others = Array.isArray(config.additional_special_tokens) ? config.additional_special_tokens : [];
  const maskId = stated('mask_token') ?? builtIn('[MASK]', '<mask>');
  const ids = [
    ...keys.map(stated),
    ...others.map((token) => vocabulary.get(tokenContent(token) ?? '')),
    ...added.map((token) => token.id),
  ];
  return {
    vocabSize: modelVocabularySize(json),
    ...(maskId === undefined ? {} : { maskId }),
    specialIds: [...new Set(ids)].filter((id) => id !== undefined),
    padId:
      stated('pad_token') ??
      stated('eos_token') ??
      builtIn('[PAD]', '<pad>') ??
      stated('sep_token') ??
      stated('cls_token') ??
      0,
  };
}

/** Tokens are stated as texts, or as objects with their content. */
export function tokenContent(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content = isObject(value) ? value.content : undefined;
  return typeof content === 'string' ? content : undefined;
}

/** Entries of the model itself, without the tokens that were added: what a random token is drawn from (spec 02 §2.7). */
function modelVocabularySize(json: JsonObject): number {
  const vocabulary = isObject(json.model) ? json.model.vocab : undefined;
  if (Array.isArray(vocabulary)) return vocabulary.length;
  return isObject(vocabulary) ? Object.keys(vocabulary).length : 0;
}

interface AddedToken {
  readonly content: string;
  readonly id: number;
}

function isSpecial(token: unknown): token is AddedToken {
  return (
    isObject(token) &&
    token.special === true &&
    typeof token.content === 'string' &&
    typeof token.id === 'number'
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
