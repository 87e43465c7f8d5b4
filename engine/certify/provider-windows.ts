import type { RunSettings } from '../config/run-settings.ts';
import type { Checked, Finding } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';
import { buildExampleWindows } from '../data/build-example-windows.ts';
import { buildMaskedWindows } from '../data/build-masked-windows.ts';
import { buildStratifiedWindows } from '../data/build-stratified-windows.ts';
import { buildPairWindows, buildWindows } from '../data/build-windows.ts';
import type { DataText, WindowSchedule } from '../data/data-types.ts';
import type { MaskingOptions, MaskingVocabulary } from '../data/mask-tokens.ts';
import { maskingVocabulary } from '../data/masking-vocabulary.ts';
import { type LocalJsonlOptions, localJsonl } from '../data/providers/local-jsonl.ts';
import { type LocalJsonlPairsOptions, localJsonlPairs } from '../data/providers/local-jsonl-pairs.ts';
import type { JsonlOptions } from '../data/providers/read-jsonl.ts';
import { syntheticTexts } from '../data/providers/synthetic.ts';
import { defaultExampleTokens } from '../data/providers/synthetic-examples.ts';
import { wikitext2Rows } from '../data/providers/wikitext2.ts';
import { rowsToRead } from '../data/stratified-windows.ts';
import type { WindowRequest } from '../data/take-windows.ts';
import type { LossKind } from '../graph/model-graph.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';

/** Providers that this version reads. */
export const readyProviders: readonly string[] = [
  'wikitext2',
  'synthetic',
  'local_jsonl',
  'seq2seq',
  'local_jsonl_pairs',
];

/** Those whose rows have two sides. */
export const pairProviders: readonly string[] = ['seq2seq', 'local_jsonl_pairs'];

/** Windows of the configured provider, which fits the loss. */
export async function providerWindows(
  files: FileReader,
  settings: RunSettings,
  tokenizer: Pick<ModelTokenizer, 'encode' | 'padId' | 'special'>,
  loss: LossKind,
): Promise<Checked<WindowSchedule>> {
  const request: WindowRequest = {
    previewN: settings.previewN.value,
    finalN: settings.finalN.value,
    seqLen: settings.seqLen.value,
    padId: tokenizer.padId,
  };
  const { encode } = tokenizer;
  if (settings.provider.value === 'seq2seq') return buildExampleWindows(request, exampleOptions(settings));
  if (loss === 'seq2seq') {
    const pairs = await localJsonlPairs(files, asNamed, pairOptions(settings.providerOptions));
    return after(pairs, (rows) => buildPairWindows(rows, encode, request));
  }
  const vocabulary = loss === 'mlm' ? maskingVocabulary(tokenizer.special) : undefined;
  if (vocabulary && !vocabulary.value) return { value: undefined, findings: vocabulary.findings };
  const masked = vocabulary?.value && { vocabulary: vocabulary.value, masking: maskingOf(settings) };
  if (settings.provider.value === 'wikitext2') {
    const rows = await readWikitext2(files, settings);
    return after(rows, (all) =>
      buildStratifiedWindows(all, encode, stratifiedRequest(request, settings, masked)),
    );
  }
  const texts = await readTexts(files, settings);
  return after(texts, (rows) =>
    masked
      ? buildMaskedWindows(rows, encode, { ...request, ...masked, seed: settings.seed.value })
      : buildWindows(rows, encode, request),
  );
}

async function readTexts(files: FileReader, settings: RunSettings): Promise<Checked<readonly DataText[]>> {
  if (settings.provider.value !== 'synthetic')
    return localJsonl(files, asNamed, textOptions(settings.providerOptions));
  const { base_samples: base } = settings.providerOptions;
  const count = settings.previewN.value + settings.finalN.value;
  const own = Array.isArray(base) && base.length > 0 ? base.map(String) : undefined;
  const finding: Finding = {
    code: 'T312',
    severity: 'note',
    message:
      'The texts are made up by the provider synthetic. They show that a run works, and certify little about a model.',
    pointer: '/dataset/provider',
  };
  return { value: syntheticTexts(count, own), findings: [finding] };
}

function readWikitext2(files: FileReader, settings: RunSettings): Promise<Checked<readonly string[]>> {
  const { cache_dir: cacheFolder } = settings.providerOptions;
  const limit = rowsToRead({ previewN: settings.previewN.value, finalN: settings.finalN.value });
  const folder = typeof cacheFolder === 'string' ? cacheFolder : undefined;
  return wikitext2Rows(files, folder, settings.split.value, limit);
}

function stratifiedRequest(
  request: WindowRequest,
  { seed, activeEnvironment }: RunSettings,
  masked: { readonly vocabulary: MaskingVocabulary; readonly masking: MaskingOptions } | undefined,
) {
  const dedupe = isTruthy(activeEnvironment.INVARLOCK_DEDUP_TEXTS);
  return { ...request, seed: seed.value, dedupe, ...(masked ? { masked } : {}) };
}

/** Windows of what was read, with the findings of both steps. */
function after<T>(
  read: Checked<readonly T[]>,
  build: (rows: readonly T[]) => Checked<WindowSchedule>,
): Checked<WindowSchedule> {
  if (!read.value) return { value: undefined, findings: read.findings };
  const windows = build(read.value);
  return { value: windows.value, findings: [...read.findings, ...windows.findings] };
}

function maskingOf({ loss }: RunSettings): MaskingOptions {
  return {
    maskProbability: loss.maskProbability.value,
    seed: loss.seed.value,
    randomTokenProbability: loss.randomTokenProbability.value,
    originalTokenProbability: loss.originalTokenProbability.value,
  };
}

/** Paths were made absolute when the settings were read. */
async function asNamed(name: string): Promise<string> {
  return name;
}

type Options = Readonly<Record<string, unknown>>;

function exampleOptions({ providerOptions, seed }: RunSettings) {
  const number = (key: string, byDefault: number) => {
    const value = providerOptions[key];
    return typeof value === 'number' ? value : byDefault;
  };
  return {
    seed: seed.value,
    sourceLength: number('src_len', 6),
    targetLength: number('tgt_len', 7),
    padId: number('pad_id', defaultExampleTokens.padId),
    bosId: number('bos_id', defaultExampleTokens.bosId),
    eosId: number('eos_id', defaultExampleTokens.eosId),
  };
}

function textOptions(options: Options): LocalJsonlOptions {
  const { text_field } = options;
  return { ...jsonlOptions(options), ...(typeof text_field === 'string' ? { textField: text_field } : {}) };
}

function pairOptions(options: Options): LocalJsonlPairsOptions {
  const { src_field, tgt_field } = options;
  return {
    ...jsonlOptions(options),
    ...(typeof src_field === 'string' ? { sourceField: src_field } : {}),
    ...(typeof tgt_field === 'string' ? { targetField: tgt_field } : {}),
  };
}

function jsonlOptions({ file, path, data_files, max_samples }: Options): JsonlOptions {
  return {
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    ...(typeof data_files === 'string' || Array.isArray(data_files)
      ? { dataFiles: data_files as string | string[] }
      : {}),
    ...(typeof max_samples === 'number' ? { maxSamples: max_samples } : {}),
  };
}
