import { type Checkpoint, openCheckpoint } from '../artifacts/checkpoint.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { type CertifyRequest, resolveCertifyRequest } from '../config/resolve-certify-request.ts';
import { resolveRunSettings } from '../config/resolve-run-settings.ts';
import type { RunSettings } from '../config/run-settings.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';
import { buildSchedule } from './build-schedule.ts';
import { checkModels } from './check-models.ts';
import { loadTokenizers } from './load-tokenizers.ts';
import { profileStop } from './profile-stop.ts';

/** What the command line gives. */
export interface CertifyOptions {
  /** `-c`: one file that describes the whole certification. */
  readonly configFile?: string;
  /** `--preset`: data, evaluation and guards; the models come from flags. */
  readonly presetFile?: string;
  readonly baseline?: string;
  readonly subject?: string;
  readonly adapter?: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly out?: string;
  readonly certOut?: string;
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One certification, decided and checked: everything that evaluation needs, nothing evaluated yet. */
export interface CertifyPlan {
  readonly request: CertifyRequest;
  readonly settings: RunSettings;
  readonly config: LoadedConfig;
  readonly baseline: ArmPlan;
  readonly subject: ArmPlan;
  readonly schedule: WindowSchedule;
}

interface ArmPlan {
  readonly checkpoint: Checkpoint;
  /** The model as the user named it. */
  readonly modelId: string;
  readonly tokenizer: ModelTokenizer;
}

/**
 * Reads and checks configuration, models, tokenizers and data before anything is evaluated or written (spec 02 EQ-52,
 * EQ-53). Findings come from every stage that could be reached.
 */
export async function prepareCertify(
  files: FileReader,
  options: CertifyOptions,
): Promise<Checked<CertifyPlan>> {
  const findings: Finding[] = [];
  const stop = (): Checked<CertifyPlan> => ({ value: undefined, findings });

  // A strict profile on the command line stops before anything else is looked at.
  const early = options.profile === undefined ? undefined : profileStop(options.profile);
  if (early) return { value: undefined, findings: [early] };
  const config = await loadNamedConfig(files, options);
  findings.push(...config.findings);
  if (!config.value) return stop();
  const request = resolveCertifyRequest(
    options.configFile === undefined ? withoutCertify(config.value) : config.value,
    options,
  );
  findings.push(...request.findings);
  if (!request.value) return stop();
  const { profile, tier } = request.value;
  const stopped = profileStop(profile.value);
  if (stopped) return { value: undefined, findings: [...findings, stopped] };
  const settings = resolveRunSettings(config.value, { profile: profile.value, tier: tier.value });
  findings.push(...settings.findings);
  if (!settings.value) return stop();

  // Both models are opened even when one fails, so that one run reports the problems of both.
  const baseline = await openCheckpoint(files, request.value.baseline.value);
  const subject = await openCheckpoint(files, request.value.subject.value);
  findings.push(...baseline.findings, ...subject.findings);
  if (!baseline.value || !subject.value) return stop();
  findings.push(...checkModels(baseline.value, request.value, settings.value));
  if (hasErrors(findings)) return stop();

  const tokenizers = await loadTokenizers(files, baseline.value, subject.value);
  findings.push(...tokenizers.findings);
  if (!tokenizers.value) return stop();
  const schedule = await buildSchedule(files, settings.value, tokenizers.value.baseline, config.value.path);
  findings.push(...schedule.findings);
  if (!schedule.value) return stop();

  const value: CertifyPlan = {
    request: request.value,
    settings: settings.value,
    config: config.value,
    schedule: schedule.value,
    baseline: {
      checkpoint: baseline.value,
      modelId: asNamed(options, config.value, 'baseline'),
      tokenizer: tokenizers.value.baseline,
    },
    subject: {
      checkpoint: subject.value,
      modelId: asNamed(options, config.value, 'subject'),
      tokenizer: tokenizers.value.subject,
    },
  };
  return { value, findings };
}

async function loadNamedConfig(files: FileReader, options: CertifyOptions): Promise<Checked<LoadedConfig>> {
  const { configFile, presetFile, environment } = options;
  if (configFile !== undefined && presetFile !== undefined) {
    const message =
      '-c and --preset exclude each other: -c describes the whole certification, --preset only its base.';
    return { value: undefined, findings: [{ code: 'U702', severity: 'error', message }] };
  }
  const file = configFile ?? presetFile;
  if (file === undefined) {
    const message =
      'No data was named. Give -c FILE with a certify section, or --preset FILE with a dataset section; the default dataset of the reference (wikitext2) is not in this version yet.';
    return { value: undefined, findings: [{ code: 'U701', severity: 'error', message }] };
  }
  if ((await files.facts(file))?.kind !== 'file') {
    return {
      value: undefined,
      findings: [{ code: 'U703', severity: 'error', message: `No file at ${file}.`, file }],
    };
  }
  const allowOutside = isTruthy(environment.INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE);
  return loadConfig(files, file, { allowOutside });
}

/** A preset's certify section does not count: its models and folders come from the command line (spec 01 §3.3). */
function withoutCertify(config: LoadedConfig): LoadedConfig {
  const isCertify = (pointer: string) => pointer === '/certify' || pointer.startsWith('/certify/');
  return {
    ...config,
    origin: (pointer) => (isCertify(pointer) ? undefined : config.origin(pointer)),
    resolvePath: (pointer) => (isCertify(pointer) ? undefined : config.resolvePath(pointer)),
  };
}

function asNamed(options: CertifyOptions, config: LoadedConfig, arm: 'baseline' | 'subject'): string {
  return options[arm] ?? config.data.certify?.[arm] ?? arm;
}
