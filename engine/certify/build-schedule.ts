import type { RunSettings } from '../config/run-settings.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { buildWindows } from '../data/build-windows.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import { type LocalJsonlOptions, localJsonl } from '../data/providers/local-jsonl.ts';
import { coverageFloors } from '../policy/tiers.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';

/** Providers that this version reads. */
export const readyProviders: readonly string[] = ['local_jsonl'];

/** The windows that both arms are evaluated on, from the configured provider and the baseline's tokenizer. */
export async function buildSchedule(
  files: FileReader,
  settings: RunSettings,
  tokenizer: ModelTokenizer,
  configFile: string,
): Promise<Checked<WindowSchedule>> {
  const provider = settings.provider.value;
  if (!readyProviders.includes(provider)) {
    const message = `The dataset provider "${provider}" is not in this version yet; use ${readyProviders.join(', ')}.`;
    const finding: Finding = {
      code: 'E308',
      severity: 'error',
      message,
      pointer: '/dataset/provider',
      file: configFile,
    };
    const { range } = settings.provider.origin;
    return { value: undefined, findings: [range ? { ...finding, range } : finding] };
  }
  const texts = await localJsonl(files, async (name) => name, localJsonlOptions(settings.providerOptions));
  if (!texts.value)
    return texts.findings.length > 0
      ? { value: undefined, findings: texts.findings }
      : { value: undefined, findings: [] };
  const windows = buildWindows(texts.value, tokenizer.encode, {
    previewN: settings.previewN.value,
    finalN: settings.finalN.value,
    seqLen: settings.seqLen.value,
    padId: tokenizer.padId,
  });
  const findings = [...texts.findings, ...windows.findings];
  if (windows.value) findings.push(...floorWarnings(settings, windows.value));
  return { value: windows.value, findings };
}

function localJsonlOptions(options: Readonly<Record<string, unknown>>): LocalJsonlOptions {
  const { file, path, data_files, text_field, max_samples } = options;
  return {
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    ...(typeof data_files === 'string' || Array.isArray(data_files)
      ? { dataFiles: data_files as string | string[] }
      : {}),
    ...(typeof text_field === 'string' ? { textField: text_field } : {}),
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
