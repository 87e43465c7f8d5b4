import { isObject } from '../core/json-access.ts';
import { portablePreTokenizer } from './portable-pre-tokenizer.ts';
import { refuseTokenizer } from './unsupported-tokenizer.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A tokenizer.json that @huggingface/tokenizers reads as the library does that wrote it. What has the same meaning in another
 * form is put into that form; what has none is refused with `UnsupportedTokenizer`, because a wrong id would pass for a result.
 */
export function portableTokenizer(json: JsonObject): JsonObject {
  const model = modelOf(json);
  const tokens = vocabularyTokens(model);
  for (const token of listOf(json.added_tokens)) {
    if (token.single_word === true)
      refuseTokenizer(`the added token ${JSON.stringify(token.content)} stands for single words only`);
  }
  for (const normalizer of components(json.normalizer, 'normalizers')) checkNormalizer(normalizer);
  for (const processor of components(json.post_processor, 'processors'))
    checkProcessor(processor, json, model);
  return { ...json, model, pre_tokenizer: portablePreTokenizer(json.pre_tokenizer, tokens) };
}

function modelOf({ model }: JsonObject): JsonObject {
  if (!isObject(model)) refuseTokenizer('it has no model');
  const typed = { ...model, type: model.type ?? typeOf(model) };
  if (typed.type === 'BPE') {
    // Newer files state an empty text or null for "none".
    if (model.continuing_subword_prefix) refuseTokenizer('its BPE has a prefix for what continues a word');
    if (typeof model.dropout === 'number' && model.dropout > 0)
      refuseTokenizer('its BPE drops merges at random');
  } else if (typed.type === 'Unigram') {
    if (model.byte_fallback === true) refuseTokenizer('its Unigram falls back to bytes');
    if (typeof model.unk_id !== 'number') refuseTokenizer('its Unigram has no unknown token');
  } else if (typed.type === 'WordPiece') {
    if (
      !isObject(model.vocab) ||
      typeof model.unk_token !== 'string' ||
      !Object.hasOwn(model.vocab, model.unk_token)
    ) {
      refuseTokenizer('its WordPiece has no unknown token');
    }
  } else refuseTokenizer(`its model is ${String(typed.type)}, and BPE, WordPiece and Unigram are supported`);
  return typed;
}

/** Files of the first versions do not name the kind of their model. */
function typeOf(model: JsonObject): string {
  if ('merges' in model) return 'BPE';
  if (Array.isArray(model.vocab)) return 'Unigram';
  return 'max_input_chars_per_word' in model ? 'WordPiece' : 'not named';
}

function vocabularyTokens({ vocab }: JsonObject): readonly string[] {
  if (isObject(vocab)) return Object.keys(vocab);
  return Array.isArray(vocab)
    ? vocab.flatMap((entry) => (Array.isArray(entry) ? [String(entry[0])] : []))
    : [];
}

function checkNormalizer({ type, content }: JsonObject): void {
  if (type === 'Replace' && typeof content === 'string' && content.includes('$')) {
    refuseTokenizer('it replaces by a text with a dollar sign');
  }
}

/** Special tokens are added by their texts, so the ids that are stated must be those of the texts. */
function checkProcessor(processor: JsonObject, json: JsonObject, { vocab }: JsonObject): void {
  const stated: [string, unknown][] = [];
  if (processor.type === 'TemplateProcessing' && isObject(processor.special_tokens)) {
    for (const [token, value] of Object.entries(processor.special_tokens)) {
      const ids = isObject(value) && Array.isArray(value.ids) ? value.ids : [];
      if (ids.length !== 1) refuseTokenizer(`the special token ${token} stands for ${ids.length} ids`);
      stated.push([token, ids[0]]);
    }
  }
  for (const key of ['sep', 'cls']) {
    const pair = processor[key];
    if (Array.isArray(pair)) stated.push([String(pair[0]), pair[1]]);
  }
  for (const [token, id] of stated) {
    const added = listOf(json.added_tokens).find(({ content }) => content === token);
    const known = added ? added.id : isObject(vocab) ? vocab[token] : indexIn(vocab, token);
    if (known !== id)
      refuseTokenizer(`the special token ${token} is said to be ${String(id)}, and is ${String(known)}`);
  }
}

function indexIn(vocab: unknown, token: string): number | undefined {
  const index = Array.isArray(vocab)
    ? vocab.findIndex((entry) => Array.isArray(entry) && entry[0] === token)
    : -1;
  return index < 0 ? undefined : index;
}

/** A component, or those that it is a sequence of. */
function components(component: unknown, key: string): readonly JsonObject[] {
  if (!isObject(component)) return [];
  return component.type === 'Sequence'
    ? listOf(component[key]).flatMap((part) => components(part, key))
    : [component];
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
