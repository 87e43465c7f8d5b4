import { customProfileNames } from '../config/layers/custom-profiles.ts';
import type { FlagValue } from '../config/layers/layer-config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { locateFindings } from '../config/locate-findings.ts';
import { readRunSettings } from '../config/read-run-settings.ts';
import { resolveRunRequest } from '../config/resolve-run-request.ts';
import type { RunSettings } from '../config/run-settings.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import type { Hub } from '../hub/hub-ports.ts';
import { openModel } from '../models/open-model.ts';
import type { RunReport } from '../report/run-report.ts';
import type { ArmPlan } from './arm-plan.ts';
import { buildSchedule } from './build-schedule.ts';
import { checkBaselineReport } from './check-baseline-report.ts';
import { checkModels } from './check-models.ts';
import { loadNamedConfig } from './load-named-config.ts';
import { loadTokenizers } from './load-tokenizers.ts';
import { locateModels } from './locate-models.ts';
import { modelIdentity } from './model-identity.ts';
import { deviceFlag, type ExecutionPlan, planExecution } from './plan-execution.ts';
import { checkEditable, editNamed, editNotApplied, type PlannedEdit, plannedEdit } from './planned-edit.ts';
import type { Prepared } from './prepared.ts';
import { readBaselineReport } from './read-baseline-report.ts';

export interface RunOptions {
  readonly configFile: string;
  readonly profile?: string;
  readonly tier?: string;
  readonly out?: string;
  /** A report to pair with; absolute. */
  readonly baselineReport?: string;
  readonly editLabel?: string;
  /** `--edit`: the edit that is applied to the model before it is measured. */
  readonly edit?: string;
  /** Values that the command line sets beside the device. */
  readonly flags?: readonly FlagValue[];
  /** `--device`. */
  readonly device?: string;
  /** What the run may use; undefined where the system does not say. */
  readonly availableMemoryBytes?: number;
  /** Where a model and data named by their id on the Hugging Face Hub come from; without it names are paths. */
  readonly hub?: Hub;
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One evaluation of one model, decided and checked. */
export interface RunPlan {
  readonly settings: RunSettings;
  readonly config: LoadedConfig;
  readonly arm: ArmPlan;
  readonly schedule: WindowSchedule;
  readonly execution: ExecutionPlan;
  readonly outFolder: string;
  readonly baselineReport: RunReport | undefined;
  readonly editLabel: string | undefined;
  /** The edit that is applied first; `arm` is its base then. */
  readonly edit: PlannedEdit | undefined;
}

/** `--edit`, checked; without it an edit that the file names is pointed out, because nobody applies it. */
function ownEdit(options: RunOptions, config: LoadedConfig): Checked<PlannedEdit | undefined> {
  const { edit } = options;
  if (edit === undefined) {
    const findings = options.editLabel === undefined ? editNotApplied(config) : [];
    return { value: undefined, findings };
  }
  return editNamed(edit) === 'noop' ? { value: undefined, findings: [] } : plannedEdit(edit, config);
}

/** Reads and checks everything that one run needs, as `prepareCertify` does for two (spec 01 §3.4). */
export async function prepareRun(files: FileReader, options: RunOptions): Promise<Prepared<RunPlan>> {
  const findings: Finding[] = [];
  let decided = options.profile;
  const stop = (found: readonly Finding[] = findings): Prepared<RunPlan> => ({
    value: undefined,
    findings: found,
    profile: decided,
  });
  const config = await loadNamedConfig(files, { ...options, profile: options.profile ?? 'dev' });
  findings.push(...config.findings);
  if (!config.value) return stop();
  const customProfiles = await customProfileNames(files, options.environment, options.workingFolder);
  const request = resolveRunRequest(config.value, { ...options, customProfiles });
  findings.push(...request.findings);
  if (!request.value) return stop();
  const { model, adapter, profile, tier, out } = request.value;
  decided = profile.value;
  const edit = ownEdit(options, config.value);
  findings.push(...edit.findings);
  if (hasErrors(findings)) return stop();
  const settings = await readRunSettings(files, config.value, {
    profile: profile.value,
    tier: tier.value,
    environment: options.environment,
    workingFolder: options.workingFolder,
    flags: [...deviceFlag(options.device), ...(options.flags ?? [])],
  });
  findings.push(...settings.findings);
  if (!settings.value) return stop();

  const places = await locateModels(options.hub, config.value, adapter.value, [
    {
      flag: undefined,
      pointer: '/model/id',
      folder: model.value,
      revision: config.value.data.model?.revision,
    },
  ]);
  findings.push(...places.findings);
  const [place] = places.value ?? [];
  if (!place) return stop();
  const opened = await openModel(files, place.folder, adapter.value);
  findings.push(...opened.findings);
  if (!opened.value) return stop();
  if (edit.value) findings.push(...checkEditable(opened.value));
  const task = checkModels([opened.value], adapter.value, settings.value);
  findings.push(...task.findings);
  if (!task.value || hasErrors(findings)) return stop();
  const tokenizers = await loadTokenizers(files, opened.value, opened.value);
  findings.push(...tokenizers.findings);
  if (!tokenizers.value) return stop();
  const tokenizer = tokenizers.value.baseline;
  const schedule = await buildSchedule(files, settings.value, tokenizer, {
    loss: task.value.loss,
    configFile: config.value.path,
    hub: options.hub,
  });
  findings.push(...locateFindings(config.value, schedule.findings));
  if (!schedule.value) return stop();

  let baselineReport: RunReport | undefined;
  if (options.baselineReport !== undefined) {
    const read = await readBaselineReport(files, options.baselineReport);
    findings.push(...read.findings);
    if (!read.value) return stop();
    const expected = {
      file: options.baselineReport,
      tokenizerHash: tokenizer.contentHash,
      schedule: schedule.value,
      profile: settings.value.profile,
      tier: settings.value.tier,
      seqLen: settings.value.seqLen.value,
    };
    findings.push(...checkBaselineReport(read.value, expected));
    if (hasErrors(findings)) return stop();
    baselineReport = read.value;
  }
  const execution = planExecution({
    settings: settings.value,
    config: config.value,
    models: [{ name: 'model', model: opened.value }],
    schedule: schedule.value,
    baselineReport,
    availableMemoryBytes: options.availableMemoryBytes,
  });
  findings.push(...execution.findings);
  if (!execution.value) return stop();
  const value: RunPlan = {
    settings: settings.value,
    config: config.value,
    arm: {
      model: opened.value,
      task: task.value,
      modelId: config.value.data.model?.id ?? '',
      tokenizer,
      identity: await modelIdentity(files, opened.value, place.hub),
    },
    schedule: schedule.value,
    execution: execution.value,
    outFolder: out.value,
    baselineReport,
    editLabel: options.editLabel,
    edit: edit.value,
  };
  return { value, findings, profile: decided };
}
