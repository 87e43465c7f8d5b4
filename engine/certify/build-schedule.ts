import { overlayOf, profileNamed } from '../config/profile-overlays.ts';
import type { RunSettings } from '../config/run-settings.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import { providerNames, taskProviders } from '../data/providers/provider-names.ts';
import type { LossKind } from '../graph/model-graph.ts';
import type { Hub } from '../hub/hub-ports.ts';
import { coverageFloors } from '../policy/tiers.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';
import { pairProviders, providerWindows, readyProviders } from './provider-windows.ts';

export interface ScheduleContext {
  /** What the models' losses are about. */
  readonly loss: LossKind;
  readonly configFile: string;
  /** Where data sets of the Hugging Face Hub come from. */
  readonly hub?: Hub | undefined;
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
  const windows = await providerWindows(files, settings, tokenizer, context.loss, context.hub);
  const findings = [...windows.findings];
  if (windows.value) findings.push(...floorFindings(settings, windows.value));
  return { value: hasErrors(findings) ? undefined : windows.value, findings };
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
    const isKnown = providerNames.some((name) => name === provider);
    const what = isKnown ? 'is not in this version yet' : 'does not exist';
    const message = `The dataset provider "${provider}" ${what}; use ${readyProviders.join(', ')}.`;
    return { code: 'E308', message, ...place };
  }
  if (taskProviders.includes(provider)) {
    if (loss !== 'mlm') return undefined;
    const message = `The dataset provider "${provider}" asks questions, and a masked language model writes no answers: it fills gaps. Use a causal or a sequence-to-sequence model, or give texts.`;
    return { code: 'U712', message, ...place, actual: provider };
  }
  const fitting = readyProviders.filter((name) => !taskProviders.includes(name));
  const wanted = fitting.filter((name) => pairProviders.includes(name) === (loss === 'seq2seq'));
  if (wanted.includes(provider)) return undefined;
  const list = wanted.join(' or ');
  const message =
    loss === 'seq2seq'
      ? `The dataset provider "${provider}" gives texts, but a sequence-to-sequence model is scored on pairs of texts. Use ${list}.`
      : `The dataset provider "${provider}" gives pairs of texts, which only sequence-to-sequence models can read. Use ${list}.`;
  return { code: 'U712', message, ...place, expected: wanted, actual: provider };
}

/**
 * Below the tier's floors the interval is less steady. In ci and release that stops a run before it costs anything (E005, spec
 * 02 §2.11, EQ-07); elsewhere it is advice.
 */
function floorFindings(settings: RunSettings, schedule: WindowSchedule): Finding[] {
  const floors = coverageFloors[settings.tier];
  const severity = overlayOf(settings.profile).enforcesFloors ? 'error' : 'warning';
  const findings: Finding[] = [];
  const short = (
    name: string,
    used: number,
    required: number,
    pointer: string,
    { value, origin }: RunSettings['previewN'],
  ) => {
    // A number that is too small in the file was warned about where it stands (C134), one that a packaged profile
    // brings where profile and tier are chosen (C135). Nobody has looked into a profile's own file yet, and beside
    // such a profile nothing was said about the file either.
    const isSaid =
      profileNamed(settings.profile) !== undefined &&
      value < required &&
      (origin.kind === 'profile') === (origin.file === undefined);
    if (used >= required || (isSaid && severity === 'warning')) return;
    findings.push({
      code: 'E005',
      severity,
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
