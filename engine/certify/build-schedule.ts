import type { RunSettings } from '../config/run-settings.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { buildMaskedWindows } from '../data/build-masked-windows.ts';
import { buildPairWindows, buildWindows } from '../data/build-windows.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import type { MaskingOptions } from '../data/mask-tokens.ts';
import { maskingVocabulary } from '../data/masking-vocabulary.ts';
import { type LocalJsonlOptions, localJsonl } from '../data/providers/local-jsonl.ts';
import { type LocalJsonlPairsOptions, localJsonlPairs } from '../data/providers/local-jsonl-pairs.ts';
import type { JsonlOptions } from '../data/providers/read-jsonl.ts';
import type { WindowRequest } from '../data/take-windows.ts';
import type { LossKind } from '../graph/model-graph.ts';
import { coverageFloors } from '../policy/tiers.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';

/** Providers that this version reads. */
export const readyProviders: readonly string[] = ['local_jsonl', 'local_jsonl_pairs'];

export interface ScheduleContext {
  /** What the models' losses are about. */
  readonly loss: LossKind;
  readonly configFile: string;
}

/** The windows that both arms are evaluated on, from the configured provider and the baseline's tokenizer. */
export async function buildSchedule(
  files: FileReader,
  settings: RunSettings,
  tokenizer: ModelTokenizer,
  context: ScheduleContext,
): Promise<Checked<WindowSchedule>> {
  const unfit = providerFinding(settings.provider, context);
  if (unfit) return { value: undefined, findings: [unfit] };
  const windows = await windowsOf(files, settings, tokenizer, context.loss);
  const findings = [...windows.findings];
  if (windows.value) findings.push(...floorWarnings(settings, windows.value));
  return { value: windows.value, findings };
}

/** Only pairs have what a sequence-to-sequence model is scored on, and only such a model can read them. */
function providerFinding(
  { value: provider, origin }: RunSettings['provider'],
  { loss, configFile }: ScheduleContext,
): Finding | undefined {
  const place = {
    severity: 'error',
    pointer: '/dataset/provider',
    file: configFile,
    ...(origin.range ? { range: origin.range } : {}),
  } as const;
  if (!readyProviders.includes(provider)) {
    const message = `The dataset provider "${provider}" is not in this version yet; use ${readyProviders.join(', ')}.`;
    return { code: 'E308', message, ...place };
  }
  const wanted = loss === 'seq2seq' ? 'local_jsonl_pairs' : 'local_jsonl';
  if (provider === wanted) return undefined;
  const message =
    loss === 'seq2seq'
      ? `The dataset provider "${provider}" gives texts, but a sequence-to-sequence model is scored on pairs of texts. Use ${wanted}.`
      : `The dataset provider "${provider}" gives pairs of texts, which only sequence-to-sequence models can read. Use ${wanted}.`;
  return { code: 'U712', message, ...place, expected: wanted, actual: provider };
}

async function windowsOf(
  files: FileReader,
  settings: RunSettings,
  tokenizer: ModelTokenizer,
  loss: LossKind,
): Promise<Checked<WindowSchedule>> {
  const { encode, padId } = tokenizer;
  const request: WindowRequest = {
    previewN: settings.previewN.value,
    finalN: settings.finalN.value,
    seqLen: settings.seqLen.value,
    padId,
  };
  const asNamed = async (name: string): Promise<string> => name;
  if (loss === 'seq2seq') {
    const pairs = await localJsonlPairs(files, asNamed, pairOptions(settings.providerOptions));
    return after(pairs, (rows) => buildPairWindows(rows, encode, request));
  }
  const texts = await localJsonl(files, asNamed, textOptions(settings.providerOptions));
  if (loss === 'causal') return after(texts, (rows) => buildWindows(rows, encode, request));

  const vocabulary = maskingVocabulary(tokenizer.special);
  if (!vocabulary.value) return { value: undefined, findings: [...texts.findings, ...vocabulary.findings] };
  const masked = {
    ...request,
    vocabulary: vocabulary.value,
    masking: masking(settings),
    seed: settings.seed.value,
  };
  return after(texts, (rows) => buildMaskedWindows(rows, encode, masked));
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

function masking({ loss }: RunSettings): MaskingOptions {
  return {
    maskProbability: loss.maskProbability.value,
    seed: loss.seed.value,
    randomTokenProbability: loss.randomTokenProbability.value,
    originalTokenProbability: loss.originalTokenProbability.value,
  };
}

type Options = Readonly<Record<string, unknown>>;

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

/** Outside ci and release the floors are advice: the interval is less steady below them (spec 02 §2.11). */
function floorWarnings(settings: RunSettings, schedule: WindowSchedule): Finding[] {
  const floors = coverageFloors[settings.tier];
  const findings: Finding[] = [];
  const short = (
    name: string,
    used: number,
    required: number,
    pointer: string,
    { value, origin }: RunSettings['previewN'],
  ) => {
    // A number that is too small in the file was warned about where it stands (C134), one that a packaged profile
    // brings where profile and tier are chosen (C135). Nobody has looked into a profile's own file yet.
    const isSaid = value < required && (origin.kind === 'profile') === (origin.file === undefined);
    if (used >= required || isSaid) return;
    findings.push({
      code: 'E005',
      severity: 'warning',
      message: `${used} ${name}; the tier ${settings.tier} asks for ${required}.`,
      pointer,
      expected: required,
      actual: used,
    });
  };
  short('preview windows', schedule.preview.length, floors.preview, '/dataset/preview_n', settings.previewN);
  short('final windows', schedule.final.length, floors.final, '/dataset/final_n', settings.finalN);
  if (settings.bootstrap.enabled.value) {
    short(
      'bootstrap replicates',
      settings.bootstrap.replicates.value,
      floors.replicates,
      '/eval/bootstrap/replicates',
      settings.bootstrap.replicates,
    );
  }
  return findings;
}
