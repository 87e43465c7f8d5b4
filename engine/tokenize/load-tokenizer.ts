import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import type { Checked, Finding } from '../core/findings.ts';
import { isLfsPointer, lfsPointerProblem } from '../core/lfs-pointer.ts';
import type { FileReader } from '../core/ports.ts';
import type { SpecialTokens } from '../data/masking-vocabulary.ts';
import { contentTokenizerHash, referenceTokenizerHash } from '../digests/tokenizer-hash.ts';
import { byteLevelBpe, type FastEncoder } from './byte-level-bpe.ts';
import { cutTokens } from './cut-tokens.ts';
import { useExactComponents } from './exact-components.ts';
import { portableTokenizer } from './portable-tokenizer.ts';
import { specialTokens, tokenContent } from './special-tokens.ts';
import { tokenTexts } from './token-text.ts';
import { UnsupportedTokenizer } from './unsupported-tokenizer.ts';

/** A model folder's own tokenizer (spec 02 EQ-41: never another model's). */
export interface ModelTokenizer {
  /** Token ids with the special tokens that the tokenizer itself adds, which a limit of the length does not cut off. */
  encode(text: string, maximumLength?: number): readonly number[];
  decode(ids: readonly number[]): string;
  /** One token as a person reads it; bytes that are no UTF-8 by themselves are escaped. */
  tokenText(id: number): string;
  readonly name: string;
  readonly className: string;
  readonly vocabSize: number;
  readonly maxTokenId: number;
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  readonly padToken: string | null;
  /** The pad token's id; without one, the end-of-text token's (spec 02 §2.1), else another special one's, else 0. */
  readonly padId: number;
  readonly special: SpecialTokens;
  readonly addPrefixSpace: boolean | null;
  /** Content only: the parity key (spec 02 EQ-14). */
  readonly contentHash: string;
  /** The reference's hash, which covers class name and path too. */
  readonly referenceHash: string;
}

const MAX_FILE_BYTES = 256 << 20;

/**
 * Loads `tokenizer.json` (and `tokenizer_config.json` when there is one).
 *
 * T301 when the folder has none, with the hint to save a fast tokenizer when only a slow one is there; T302 when it cannot
 * be used; T305 when it has parts that would give other ids here than in the library that made it.
 */
export async function loadTokenizer(files: FileReader, folder: string): Promise<Checked<ModelTokenizer>> {
  const file = path.join(folder, 'tokenizer.json');
  const facts = await files.facts(file);
  if (facts?.kind !== 'file') return failed(await missing(files, folder));
  if (facts.sizeBytes > MAX_FILE_BYTES) {
    return failed(unusable(file, `it has ${facts.sizeBytes} bytes; the limit is ${MAX_FILE_BYTES}`));
  }
  const json = await readJsonObject(files, file);
  if (typeof json === 'string') return failed(unusable(file, json));
  const configFile = path.join(folder, 'tokenizer_config.json');
  const config = (await files.facts(configFile)) ? await readJsonObject(files, configFile) : {};
  if (typeof config === 'string') return failed(unusable(configFile, config));
  try {
    return { value: describe(json, config, path.basename(folder)), findings: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The library names the kinds that it does not know so.
    const isUnsupported = error instanceof UnsupportedTokenizer || /^Unknown \w+ type/u.test(reason);
    return failed(isUnsupported ? unsupported(file, reason) : unusable(file, reason));
  }
}

type JsonObject = Record<string, unknown>;

function describe(json: JsonObject, config: JsonObject, name: string): ModelTokenizer {
  const tokenizer = new Tokenizer(portableTokenizer(json), withoutSlowSwitches(config));
  useExactComponents(tokenizer);
  const vocabulary = vocabularyOf(json);
  const fast = agreeing(byteLevelBpe(json, vocabulary), (text) => tokenizer.encode(text).ids);
  const ids = [...vocabulary.values()];
  const className =
    typeof config.tokenizer_class === 'string' ? config.tokenizer_class : 'PreTrainedTokenizerFast';
  const tokenText = (key: string): string | null => tokenContent(config[key]) ?? null;
  const special = specialTokens(json, config, vocabulary);
  return {
    encode: (text, maximumLength = Number.POSITIVE_INFINITY) => {
      const quick = fast?.(text, maximumLength);
      if (quick) return quick;
      const { ids } = tokenizer.encode(text);
      if (ids.length <= maximumLength) return ids;
      return cutTokens(ids, tokenizer.encode(text, { add_special_tokens: false }).ids, maximumLength);
    },
    decode: (tokens) => tokenizer.decode([...tokens]),
    tokenText: tokenTexts(json, vocabulary),
    name,
    className,
    vocabSize: vocabulary.size,
    maxTokenId: ids.reduce((largest, id) => Math.max(largest, id), 0),
    bosToken: tokenText('bos_token'),
    eosToken: tokenText('eos_token'),
    padToken: tokenText('pad_token'),
    padId: special.padId,
    special,
    addPrefixSpace: typeof config.add_prefix_space === 'boolean' ? config.add_prefix_space : null,
    contentHash: contentTokenizerHash(json),
    referenceHash: referenceTokenizerHash({ vocabulary, className, nameOrPath: name }),
  };
}

/** What the encoder for the common case is tried on before it is used: words, spaces, numbers, other scripts, marks. */
const probes = [
  "Hello world, it's  we've\n\n 1234 5th  naïve “quotes” — 東京 🙂\t end. ",
  ' leading space',
  'x',
];

/** The encoder, unless the library encodes anything otherwise, for example because the config adds tokens. */
function agreeing(
  encoder: FastEncoder | undefined,
  library: (text: string) => readonly number[],
): FastEncoder | undefined {
  const agrees = probes.every((text) => {
    const quick = encoder?.(text, Number.POSITIVE_INFINITY);
    return quick === undefined || quick.join() === library(text).join();
  });
  return agrees ? encoder : undefined;
}

/** Switches of slow tokenizers, whose fast forms have them in tokenizer.json already. */
function withoutSlowSwitches(config: JsonObject): JsonObject {
  const { remove_space: _, do_lowercase_and_remove_accent: __, ...rest } = config;
  return rest;
}

/** Token → id, added tokens included, as the reference's `get_vocab()` gives it. */
function vocabularyOf(json: JsonObject): Map<string, number> {
  const model = isObject(json.model) ? json.model : {};
  const vocabulary = new Map<string, number>();
  if (Array.isArray(model.vocab)) {
    model.vocab.forEach((entry, id) => {
      if (Array.isArray(entry) && typeof entry[0] === 'string') vocabulary.set(entry[0], id);
    });
  } else if (isObject(model.vocab)) {
    for (const [token, id] of Object.entries(model.vocab))
      if (typeof id === 'number') vocabulary.set(token, id);
  }
  for (const added of Array.isArray(json.added_tokens) ? json.added_tokens : []) {
    if (isObject(added) && typeof added.content === 'string' && typeof added.id === 'number') {
      vocabulary.set(added.content, added.id);
    }
  }
  return vocabulary;
}

async function readJsonObject(files: FileReader, file: string): Promise<JsonObject | string> {
  try {
    const bytes = await files.readBytes(file);
    if (isLfsPointer(bytes)) return lfsPointerProblem;
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : 'it is not a JSON object';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What slow tokenizers are stored in. */
const slowFiles = [
  'vocab.json',
  'merges.txt',
  'vocab.txt',
  'tokenizer.model',
  'spiece.model',
  'sentencepiece.bpe.model',
  'source.spm',
  'target.spm',
  'tiktoken.model',
];

async function missing(files: FileReader, folder: string): Promise<Finding> {
  let names: readonly string[] = [];
  if ((await files.facts(folder))?.kind === 'folder') names = await files.list(folder);
  const found = slowFiles.filter((name) => names.includes(name));
  const hint =
    found.length > 0
      ? ` Only a slow tokenizer is there (${found.join(', ')}). Save its fast form beside it, in Python: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).`
      : " Copy it from the baseline's folder, or save the tokenizer again as a fast one.";
  return {
    code: 'T301',
    severity: 'error',
    message: `${folder} has no tokenizer.json.${hint}`,
    file: folder,
  };
}

function unusable(file: string, reason: string): Finding {
  return {
    code: 'T302',
    severity: 'error',
    message: `${file} cannot be used as a tokenizer: ${reason}.`,
    file,
  };
}

function unsupported(file: string, reason: string): Finding {
  return {
    code: 'T305',
    severity: 'error',
    message: `${file} is a tokenizer that would give other ids here than elsewhere: ${reason}.`,
    file,
  };
}

function failed(finding: Finding): Checked<ModelTokenizer> {
  return { value: undefined, findings: [finding] };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
