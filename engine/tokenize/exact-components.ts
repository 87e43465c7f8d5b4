import type { Tokenizer } from '@huggingface/tokenizers';
import { isObject } from '../core/json-access.ts';
import { byteLevelPattern } from './byte-level-pattern.ts';
import { precompiledNormalizer } from './precompiled-charsmap.ts';

/**
 * Puts right where components of @huggingface/tokenizers differ from the library that tokenizers are made with: it lowers
 * letters one by one, knows Chinese characters beyond the first plane, and calls white space what Unicode does.
 */
export function useExactComponents(tokenizer: Tokenizer): void {
  for (const part of partsOf(tokenizer.normalizer, 'normalizers')) {
    const config = isObject(part.config) ? part.config : {};
    const normalize = exactNormalizer(config);
    if (normalize) part.normalize = normalize;
  }
  for (const part of partsOf(tokenizer.pre_tokenizer, 'tokenizers')) {
    if (part.byte_encoder !== undefined && part.pattern instanceof RegExp) part.pattern = byteLevelPattern;
  }
}

type Part = Record<string, unknown>;

function partsOf(component: unknown, key: string): readonly Part[] {
  if (typeof component !== 'object' && typeof component !== 'function') return [];
  if (component === null) return [];
  const part = component as Part;
  const list = part[key];
  return Array.isArray(list) ? list.flatMap((one) => partsOf(one, key)) : [part];
}

function exactNormalizer(config: Part): ((text: string) => string) | undefined {
  switch (config.type) {
    case 'Lowercase':
      return lowered;
    case 'Strip':
      return (text) => {
        const left = config.strip_left === true ? text.replace(/^\p{White_Space}+/u, '') : text;
        return config.strip_right === true ? left.replace(/\p{White_Space}+$/u, '') : left;
      };
    case 'BertNormalizer':
      return (text) => bertNormalized(text, config);
    case 'Precompiled':
      return precompiledNormalizer(config.precompiled_charsmap);
    default:
      return undefined;
  }
}

/** A letter does not know its neighbours there: a capital sigma at the end of a word becomes the common small one. */
function lowered(text: string): string {
  return text.includes('Σ')
    ? Array.from(text, (character) => character.toLowerCase()).join('')
    : text.toLowerCase();
}

function bertNormalized(text: string, config: Part): string {
  let result = text;
  if (config.clean_text === true) {
    result = result
      .replace(/[\0\uFFFD]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}]/gu, '')
      .replace(/\p{White_Space}/gu, ' ');
  }
  if (config.handle_chinese_chars === true) result = result.replace(chinese, ' $& ');
  const strips = config.strip_accents ?? config.lowercase;
  if (strips === true) result = result.normalize('NFD').replace(/\p{Mn}/gu, '');
  return config.lowercase === true ? lowered(result) : result;
}

const chinese =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;
