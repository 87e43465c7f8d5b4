import { isObject } from '../core/json-access.ts';
import { refuseTokenizer } from './unsupported-tokenizer.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What Unicode calls the characters of words (UTS 18): the library's `\w` is that of another standard. */
const word = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D`;
/** Of Unicode, and the signs of ASCII that Unicode calls symbols. */
const punctuation = String.raw`[\p{P}\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007E]`;

/**
 * Pre-tokenizers in the forms that @huggingface/tokenizers reads as they are meant. Its own ones for words, digits and
 * punctuation know ASCII only, or join what must be apart; as patterns they say the same in both libraries.
 */
export function portablePreTokenizer(component: unknown, tokens: readonly string[]): unknown {
  if (!isObject(component)) return component;
  switch (component.type) {
    case 'Sequence': {
      const parts: readonly unknown[] = Array.isArray(component.pretokenizers) ? component.pretokenizers : [];
      return { ...component, pretokenizers: parts.map((part) => portablePreTokenizer(part, tokens)) };
    }
    case 'Whitespace':
      return split(`[${word}]+|[^${word}\\s]+`, { behavior: 'Removed', invert: true });
    case 'WhitespaceSplit':
      return split(String.raw`\s+`, { behavior: 'Removed', invert: false });
    case 'Digits':
      return split(String.raw`\p{N}${component.individual_digits === true ? '' : '+'}`);
    case 'Punctuation':
      return punctuationSplit(component);
    case 'BertPreTokenizer':
      return {
        type: 'Sequence',
        pretokenizers: [split(String.raw`\s+`, { behavior: 'Removed', invert: false }), split(punctuation)],
      };
    case 'Split':
      return portableSplit(component);
    case 'Metaspace':
      return metaspace(component, tokens);
    case 'FixedLength':
      return refuseTokenizer('it cuts texts into pieces of a fixed length');
    default:
      // ByteLevel is the same in both; others that are not known there are refused by their names.
      return component;
  }
}

function split(
  regex: string,
  how: { readonly behavior: string; readonly invert: boolean } = isolated,
): JsonObject {
  return { type: 'Split', pattern: { Regex: regex }, ...how };
}

const isolated = { behavior: 'Isolated', invert: false };

function punctuationSplit({ behavior = 'Isolated' }: JsonObject): JsonObject {
  if (behavior === 'Isolated') return split(punctuation);
  if (behavior === 'Contiguous') return split(`${punctuation}+`);
  return refuseTokenizer(`it splits at punctuation with the behavior ${String(behavior)}`);
}

function portableSplit({ pattern, behavior, invert }: JsonObject): JsonObject {
  const { Regex: regex, String: text } = isObject(pattern) ? pattern : {};
  const source =
    typeof regex === 'string'
      ? regex
      : typeof text === 'string'
        ? escaped(text)
        : refuseTokenizer('it splits at no pattern');
  if (behavior === 'Isolated') return split(source);
  if (behavior !== 'Removed') return refuseTokenizer(`it splits with the behavior ${String(behavior)}`);
  // JavaScript would give what a group holds as a part of its own.
  if (invert !== true && /(?<!\\)(?:\\\\)*\((?!\?(?!<[A-Za-z_]))/u.test(source)) {
    return refuseTokenizer('it splits at a pattern with groups');
  }
  return split(source, { behavior, invert: invert === true });
}

/** Words are not split at the marks of spaces there, which is the same as long as no token goes over a mark. */
function metaspace(component: JsonObject, tokens: readonly string[]): JsonObject {
  const mark = typeof component.replacement === 'string' ? component.replacement : '▁';
  const portable =
    component.prepend_scheme === undefined && component.add_prefix_space === false
      ? { ...component, prepend_scheme: 'never' }
      : component;
  if (
    component.split !== false &&
    (tokens.some((token) => token.lastIndexOf(mark) > 0) || !tokens.includes(mark))
  ) {
    return refuseTokenizer('it splits at spaces, and has tokens that go over them');
  }
  return portable;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
}
