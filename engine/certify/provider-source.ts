import type { RunSettings } from '../config/run-settings.ts';
import type { Checked, Finding } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';
import { buildExampleWindows } from '../data/build-example-windows.ts';
import { buildMaskedWindows } from '../data/build-masked-windows.ts';
import { buildStratifiedWindows } from '../data/build-stratified-windows.ts';
import { buildTaskWindows } from '../data/build-task-windows.ts';
import { buildPairWindows, buildWindows } from '../data/build-windows.ts';
import {
  type Capacity,
  type CapacityRequest,
  corpusCapacity,
  pairCapacity,
  rowCapacity,
} from '../data/capacity.ts';
import type { DataText, WindowSchedule } from '../data/data-types.ts';
import type { MaskingOptions, MaskingVocabulary } from '../data/mask-tokens.ts';
import { maskingVocabulary } from '../data/masking-vocabulary.ts';
import { localJsonl } from '../data/providers/local-jsonl.ts';
import { localJsonlPairs } from '../data/providers/local-jsonl-pairs.ts';
import { localJsonlTasks } from '../data/providers/local-jsonl-tasks.ts';
import { taskProviders } from '../data/providers/provider-names.ts';
import { syntheticTexts } from '../data/providers/synthetic.ts';
import { rowsToRead } from '../data/stratified-windows.ts';
import type { WindowRequest } from '../data/take-windows.ts';
import { usableTexts } from '../data/usable-texts.ts';
import type { LossKind } from '../graph/model-graph.ts';
import type { Hub } from '../hub/hub-ports.ts';
import type { DatasetOrigin } from '../hub/open-dataset.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';
import { type ReadData, readHubPairs, readHubTexts, readWikitext2 } from './hub-data.ts';
import { exampleOptions, pairOptions, taskOptions, textOptions } from './provider-options.ts';

/** Data that was read: what it can give, and its windows. */
export interface ProviderSource {
  capacity(request: CapacityRequest): Capacity;
  windows(request: WindowRequest): Checked<WindowSchedule>;
  /** Of data of the Hugging Face Hub: which ones. */
  readonly origin?: DatasetOrigin;
}

export type WindowTokenizer = Pick<ModelTokenizer, 'encode' | 'padId' | 'special'>;

/** The capacity of a corpus is measured on so many rows (spec 02 §1.11). */
const CAPACITY_ROWS = 2000;

/** Reads the configured provider, which fits the loss. */
export async function providerSource(
  files: FileReader,
  settings: RunSettings,
  tokenizer: WindowTokenizer,
  loss: LossKind,
  hub?: Hub,
): Promise<Checked<ProviderSource>> {
  const { encode } = tokenizer;
  const { providerOptions } = settings;
  if (settings.provider.value === 'seq2seq') {
    const options = exampleOptions(providerOptions, settings.seed.value);
    return {
      value: {
        // Examples can be made without end.
        capacity: (request) => pairCapacity(request.targetTotal ?? 0, request),
        windows: (request) => buildExampleWindows(request, options),
      },
      findings: [],
    };
  }
  if (taskProviders.includes(settings.provider.value)) return taskSource(files, settings, encode, loss);
  if (loss === 'seq2seq') {
    const pairs =
      settings.provider.value === 'hf_seq2seq'
        ? await readHubPairs(files, hub, settings)
        : withoutOrigin(await localJsonlPairs(files, asNamed, pairOptions(providerOptions)));
    return source(pairs, (rows) => ({
      capacity: (request) => pairCapacity(rows.length, request),
      windows: (request) => buildPairWindows(rows, encode, request),
    }));
  }
  const vocabulary = loss === 'mlm' ? maskingVocabulary(tokenizer.special) : undefined;
  if (vocabulary && !vocabulary.value) return { value: undefined, findings: vocabulary.findings };
  const masked = vocabulary?.value && { vocabulary: vocabulary.value, masking: maskingOf(settings) };
  if (settings.provider.value === 'wikitext2')
    return wikitext2Source(files, settings, tokenizer, masked, hub);
  const texts =
    settings.provider.value === 'hf_text'
      ? await readHubTexts(files, hub, settings)
      : withoutOrigin(await readTexts(files, settings));
  return source(texts, (rows) => ({
    capacity: (request) => rowCapacity(rows.length, request),
    windows: (request) =>
      masked
        ? buildMaskedWindows(rows, encode, { ...request, ...masked, seed: settings.seed.value })
        : buildWindows(rows, encode, request),
  }));
}

/** Labelled rows; whether the models can answer was checked before. */
async function taskSource(
  files: FileReader,
  settings: RunSettings,
  encode: WindowTokenizer['encode'],
  loss: LossKind,
): Promise<Checked<ProviderSource>> {
  const options = {
    ...taskOptions(settings.providerOptions),
    loss: loss === 'seq2seq' ? loss : 'causal',
  } as const;
  const tasks = withoutOrigin(await localJsonlTasks(files, asNamed, options));
  return source(tasks, (rows) => ({
    capacity: (request) => rowCapacity(rows.length, request),
    windows: (request) => buildTaskWindows(rows, encode, request, options),
  }));
}

async function wikitext2Source(
  files: FileReader,
  settings: RunSettings,
  { encode }: WindowTokenizer,
  masked: { readonly vocabulary: MaskingVocabulary; readonly masking: MaskingOptions } | undefined,
  hub: Hub | undefined,
): Promise<Checked<ProviderSource>> {
  const { activeEnvironment, previewN, finalN, seed } = settings;
  const limit = Math.max(CAPACITY_ROWS, rowsToRead({ previewN: previewN.value, finalN: finalN.value }));
  const read = await readWikitext2(files, hub, settings, limit);
  const dedupe = isTruthy(activeEnvironment.INVARLOCK_DEDUP_TEXTS);
  const fast = isTruthy(activeEnvironment.INVARLOCK_CAPACITY_FAST);
  return source(read, (rows) => ({
    capacity: (request) =>
      corpusCapacity(usableTexts(rows.slice(0, CAPACITY_ROWS), { dedupe }), encode, { ...request, fast }),
    windows: (request) =>
      buildStratifiedWindows(rows, encode, {
        ...request,
        seed: seed.value,
        dedupe,
        ...(masked ? { masked } : {}),
      }),
  }));
}

async function readTexts(files: FileReader, settings: RunSettings): Promise<Checked<readonly DataText[]>> {
  const { providerOptions, previewN, finalN } = settings;
  if (settings.provider.value !== 'synthetic')
    return localJsonl(files, asNamed, textOptions(providerOptions));
  const { base_samples: base } = providerOptions;
  const own = Array.isArray(base) && base.length > 0 ? base.map(String) : undefined;
  const finding: Finding = {
    code: 'T312',
    severity: 'note',
    message:
      'The texts are made up by the provider synthetic. They show that a run works, and certify little about a model.',
    pointer: '/dataset/provider',
  };
  return { value: syntheticTexts(previewN.value + finalN.value, own), findings: [finding] };
}

/** What was read as a source, with the findings of reading. */
function source<T>(
  read: Checked<ReadData<T>>,
  sourceOf: (rows: readonly T[]) => ProviderSource,
): Checked<ProviderSource> {
  const { value, findings } = read;
  const { origin } = value ?? {};
  return { value: value && { ...sourceOf(value.rows), ...(origin && { origin }) }, findings };
}

/** Rows of this machine. */
function withoutOrigin<T>({ value, findings }: Checked<readonly T[]>): Checked<ReadData<T>> {
  return { value: value && { rows: value }, findings };
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
