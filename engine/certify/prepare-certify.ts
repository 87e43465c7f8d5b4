import { applyEditConfig } from '../config/apply-edit-config.ts';
import { customProfileNames } from '../config/layers/custom-profiles.ts';
import type { FlagValue } from '../config/layers/layer-config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { locateFindings } from '../config/locate-findings.ts';
import { readRunSettings } from '../config/read-run-settings.ts';
import { type CertifyRequest, resolveCertifyRequest } from '../config/resolve-certify-request.ts';
import type { RunSettings } from '../config/run-settings.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import type { Hub } from '../hub/hub-ports.ts';
import type { HubOrigin } from '../hub/locate-model.ts';
import { openModel } from '../models/open-model.ts';
import type { RunReport } from '../report/run-report.ts';
import type { ArmPlan } from './arm-plan.ts';
import { buildSchedule } from './build-schedule.ts';
import { checkBaselineReport } from './check-baseline-report.ts';
import { checkModels } from './check-models.ts';
import { checkOutputs } from './check-outputs.ts';
import { loadNamedConfig } from './load-named-config.ts';
import { loadTokenizers } from './load-tokenizers.ts';
import { locateModels } from './locate-models.ts';
import { modelIdentity } from './model-identity.ts';
import { evaluationTask } from './model-task.ts';
import { deviceFlag, type ExecutionPlan, planExecution } from './plan-execution.ts';
import { type NoiseFloorPlan, planNoiseFloor } from './plan-noise-floor.ts';
import { checkEditable, editNamed, type PlannedEdit, plannedEdit } from './planned-edit.ts';
import type { Prepared } from './prepared.ts';
import { readBaselineReport } from './read-baseline-report.ts';
import { checkStoredWindows } from './stored-windows.ts';

/** What the command line gives. */
export interface CertifyOptions {
  /** `-c`: one file that describes the whole certification. */
  readonly configFile?: string;
  /** `--preset`: data, evaluation and guards; the models come from flags. */
  readonly presetFile?: string;
  readonly baseline?: string;
  readonly subject?: string;
  /** A report of the baseline to use instead of evaluating it; absolute. */
  readonly baselineReport?: string;
  readonly editLabel?: string;
  /** `--edit`: the edit that makes the subject from the baseline. */
  readonly edit?: string;
  /** Values that the command line sets beside the device. */
  readonly flags?: readonly FlagValue[];
  /** `--edit-config`: how the subject was edited, laid over the configuration. */
  readonly editConfigFile?: string;
  readonly adapter?: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly out?: string;
  readonly certOut?: string;
  /** `--device`. */
  readonly device?: string;
  /** What the run may use; undefined where the system does not say. */
  readonly availableMemoryBytes?: number;
  /** Where models and data named by their id on the Hugging Face Hub come from; without it names are paths. */
  readonly hub?: Hub;
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
  readonly execution: ExecutionPlan;
  /** Present when the baseline is evaluated twice. */
  readonly noiseFloor: NoiseFloorPlan | undefined;
  /** The edit that makes the subject; `subject` is its base then. */
  readonly edit: PlannedEdit | undefined;
  /** The subject's name of the edit; by default told from the models. */
  readonly editLabel: string | undefined;
  /** Present when the baseline is not evaluated again. */
  readonly baselineReport: { readonly report: RunReport; readonly file: string } | undefined;
}

/**
 * Reads and checks configuration, models, tokenizers and data before anything is evaluated or written (spec 02 EQ-52,
 * EQ-53). Findings come from every stage that could be reached.
 */
export async function prepareCertify(
  files: FileReader,
  options: CertifyOptions,
): Promise<Prepared<CertifyPlan>> {
  const findings: Finding[] = [];
  let decided = options.profile;
  const stop = (found: readonly Finding[] = findings): Prepared<CertifyPlan> => ({
    value: undefined,
    findings: found,
    profile: decided,
  });

  findings.push(...checkStoredWindows(options.environment));
  const empty = emptyPaths(options);
  if (empty.length > 0) return stop(empty);
  const config = await loadWithEdit(files, options);
  findings.push(...config.findings);
  if (!config.value) return stop();
  const customProfiles = await customProfileNames(files, options.environment, options.workingFolder);
  const request = resolveCertifyRequest(
    options.configFile === undefined ? withoutCertify(config.value) : config.value,
    { ...options, customProfiles, makesSubject: options.edit !== undefined },
  );
  findings.push(...request.findings);
  const edit = subjectEdit(options, config.value);
  findings.push(...edit.findings);
  if (!request.value) return stop();
  const { out, certOut } = request.value;
  findings.push(...(await checkOutputs(files, { out: out.value, certOut: certOut.value })));
  if (hasErrors(findings)) return stop();
  const { profile, tier } = request.value;
  decided = profile.value;
  const settings = await readRunSettings(files, config.value, {
    profile: profile.value,
    tier: tier.value,
    environment: options.environment,
    workingFolder: options.workingFolder,
    flags: [...deviceFlag(options.device), ...(options.flags ?? [])],
  });
  findings.push(...settings.findings);
  if (!settings.value) return stop();
  const decidedSettings = settings.value;

  const noiseFloor = planNoiseFloor(settings.value, process.platform);
  findings.push(...noiseFloor.findings);
  if (hasErrors(noiseFloor.findings)) return stop();

  const adapter = request.value.adapter.value;
  // Both models are opened even when one fails, so that one run reports the problems of both.
  const places = await locateModels(options.hub, config.value, adapter, [
    { flag: options.baseline, pointer: '/certify/baseline', folder: request.value.baseline.value },
    // An edit makes its subject from the baseline.
    options.edit === undefined
      ? { flag: options.subject, pointer: '/certify/subject', folder: request.value.subject.value }
      : { flag: options.baseline, pointer: '/certify/baseline', folder: request.value.baseline.value },
  ]);
  findings.push(...places.findings);
  const [baselinePlace, subjectPlace] = places.value ?? [];
  if (!baselinePlace || !subjectPlace) return stop();
  const baseline = await openModel(files, baselinePlace.folder, adapter);
  const subject = await openModel(files, subjectPlace.folder, adapter);
  findings.push(...baseline.findings, ...subject.findings);
  if (!baseline.value || !subject.value) return stop();
  if (edit.value) findings.push(...checkEditable(baseline.value));
  const task = checkModels([baseline.value, subject.value], adapter, settings.value);
  findings.push(...task.findings);
  if (!task.value || hasErrors(findings)) return stop();
  const { value: commonTask } = task;

  const tokenizers = await loadTokenizers(files, baseline.value, subject.value);
  findings.push(...tokenizers.findings);
  if (!tokenizers.value) return stop();
  const schedule = await buildSchedule(files, settings.value, tokenizers.value.baseline, {
    loss: commonTask.loss,
    configFile: config.value.path,
    hub: options.hub,
  });
  findings.push(...locateFindings(config.value, schedule.findings));
  if (!schedule.value) return stop();

  const arm = async (
    name: 'baseline' | 'subject',
    model: ArmPlan['model'],
    tokenizer: ArmPlan['tokenizer'],
    hub: HubOrigin | undefined,
  ) => ({
    model,
    task: evaluationTask(model, decidedSettings),
    modelId: options[name] ?? config.value?.data.certify?.[name] ?? name,
    tokenizer,
    identity: await modelIdentity(files, model, hub),
  });
  const baselineArm = await arm('baseline', baseline.value, tokenizers.value.baseline, baselinePlace.hub);
  const plan: Omit<CertifyPlan, 'execution'> = {
    request: request.value,
    settings: settings.value,
    config: config.value,
    schedule: schedule.value,
    editLabel: options.editLabel ?? (options.editConfigFile && config.value.data.edit?.name),
    baselineReport: undefined,
    noiseFloor: noiseFloor.value,
    edit: edit.value,
    baseline: baselineArm,
    // What an edit makes differs from its base in nothing that is checked here.
    subject:
      options.edit === undefined
        ? await arm('subject', subject.value, tokenizers.value.subject, subjectPlace.hub)
        : baselineArm,
  };
  const reused = await reuseBaseline(files, plan, options.baselineReport);
  findings.push(...reused.findings);
  if (!reused.value) return stop();
  const { baselineReport } = reused.value;
  const execution = planExecution({
    ...plan,
    models: [
      { name: 'baseline', model: baseline.value },
      { name: 'subject', model: subject.value },
    ].slice(baselineReport ? 1 : 0),
    baselineReport: baselineReport?.report,
    availableMemoryBytes: options.availableMemoryBytes,
  });
  findings.push(...execution.findings);
  const value = execution.value && { ...reused.value, execution: execution.value };
  return { value, findings, profile: decided };
}

/** `--edit`, checked; it leaves no room for a subject that was made elsewhere. */
function subjectEdit(options: CertifyOptions, config: LoadedConfig): Checked<PlannedEdit | undefined> {
  const { edit } = options;
  if (edit === undefined) return { value: undefined, findings: [] };
  if (options.subject !== undefined) {
    const message = '--edit makes the subject from the baseline, so --subject cannot name another one.';
    return { value: undefined, findings: [{ code: 'U702', severity: 'error', message }] };
  }
  return editNamed(edit) === 'noop' ? { value: undefined, findings: [] } : plannedEdit(edit, config);
}

async function loadWithEdit(files: FileReader, options: CertifyOptions): Promise<Checked<LoadedConfig>> {
  const config = await loadNamedConfig(files, options);
  if (!config.value || options.editConfigFile === undefined) return config;
  const { environment } = options;
  const overlay = await loadNamedConfig(files, { presetFile: options.editConfigFile, environment });
  const findings = [...config.findings, ...overlay.findings];
  if (!overlay.value) return { value: undefined, findings };
  const applied = applyEditConfig(config.value, overlay.value);
  return { value: applied.value, findings: [...findings, ...applied.findings] };
}

async function reuseBaseline(
  files: FileReader,
  plan: Omit<CertifyPlan, 'execution'>,
  file: string | undefined,
): Promise<Checked<Omit<CertifyPlan, 'execution'>>> {
  if (file === undefined) return { value: plan, findings: [] };
  const read = await readBaselineReport(files, file);
  if (!read.value) return { value: undefined, findings: read.findings };
  const findings = [
    ...read.findings,
    ...checkBaselineReport(read.value, {
      file,
      identity: plan.baseline.identity,
      tokenizerHash: plan.baseline.tokenizer.contentHash,
      schedule: plan.schedule,
      profile: plan.settings.profile,
      tier: plan.settings.tier,
      seqLen: plan.settings.seqLen.value,
    }),
  ];
  const value = hasErrors(findings) ? undefined : { ...plan, baselineReport: { report: read.value, file } };
  return { value, findings };
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

/** An empty path is a variable that was not set, never the current folder. */
function emptyPaths(options: CertifyOptions): Finding[] {
  const names = [
    'configFile',
    'presetFile',
    'baseline',
    'subject',
    'baselineReport',
    'out',
    'certOut',
  ] as const;
  return names
    .filter((name) => options[name]?.trim() === '')
    .map((name) => ({
      code: 'U701',
      severity: 'error',
      message: `The option for ${name} is empty. Give a path or leave it out.`,
    }));
}
