import { arch, platform } from 'node:os';
import type { RunSettings } from '../config/run-settings.ts';
import { localIsoTime } from '../core/local-time.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import type { ComparisonBootstrap } from '../metrics/paired-baseline.ts';
import { buildRunReport, type ReportInputs, type ReportWindow } from '../report/build-run-report.ts';
import type { ReportEdit, ReportMeta, RunReport } from '../report/run-report.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import { toolVersion } from '../version.ts';
import type { ArmPlan } from './arm-plan.ts';
import type { ArmEvaluation } from './evaluate-arm.ts';
import { executionRecord } from './execution-record.ts';
import type { ExecutionPlan } from './plan-execution.ts';

export interface ArmReportInputs {
  readonly arm: ArmPlan;
  readonly settings: RunSettings;
  readonly schedule: WindowSchedule;
  readonly evaluation: ArmEvaluation;
  readonly runtime: Runtime['facts'];
  readonly execution: ExecutionPlan;
  readonly edit: ReportEdit;
  readonly baseline?: RunReport;
  readonly startedAt: Date;
  readonly commit: string;
  readonly eventsPath: string;
  /** The model that this run made. */
  readonly checkpointPath?: string;
}

/** The report of one evaluated model. */
export function armReport(inputs: ArmReportInputs): RunReport {
  return buildRunReport(reportInputs(inputs));
}

/** What the report is made from: plain data, which a part of a sharded run carries to where the parts are joined. */
export function reportInputs(inputs: ArmReportInputs): ReportInputs {
  const { arm, settings, schedule, evaluation, baseline } = inputs;
  const { tokenizer } = arm;
  return {
    meta: armMeta(inputs),
    profile: settings.profile,
    tier: settings.tier,
    auto: settings.auto,
    policy: {
      resolved: settings.policy,
      overrides: settings.policyOverrides,
      ...(settings.tiersFile ? { tiers_file: settings.tiersFile } : {}),
    },
    data: {
      provider: settings.provider.value,
      split: settings.split.value,
      isSplitAssumed: settings.split.origin.kind === 'default',
      seqLen: settings.seqLen.value,
      stride: settings.stride.value,
      seed: settings.seed.value,
      requested: { preview: settings.previewN.value, final: settings.finalN.value },
      tokenizer,
      selection: schedule,
    },
    loss: arm.task.loss,
    metric: arm.task.metric,
    edit: inputs.edit,
    preview: reportWindows(schedule.preview, evaluation.preview),
    final: reportWindows(schedule.final, evaluation.final),
    ...(baseline ? { baseline } : {}),
    bootstrap: comparisonBootstrap(settings),
    cost: {
      runMs: evaluation.runMs,
      peakRssBytes: evaluation.peakRssBytes,
      timings: {
        load: evaluation.loadMs / 1000,
        eval: evaluation.runMs / 1000,
        total: evaluation.wallMs / 1000,
      },
    },
    eventsPath: inputs.eventsPath,
    ...(inputs.checkpointPath === undefined ? {} : { checkpointPath: inputs.checkpointPath }),
  };
}

export function comparisonBootstrap(settings: RunSettings): ComparisonBootstrap {
  const { enabled, method, replicates, alpha, seed } = settings.bootstrap;
  return {
    enabled: enabled.value,
    method: method.value,
    replicates: replicates.value,
    alpha: alpha.value,
    seed: seed.value,
  };
}

function armMeta(inputs: ArmReportInputs): Omit<ReportMeta, 'auto' | 'tokenizer_hash'> {
  const { arm, settings, runtime, evaluation } = inputs;
  const seed = settings.seed.value;
  const seeds = { python: seed, numpy: seed, torch: null };
  return {
    model_id: arm.modelId,
    adapter: arm.task.adapter,
    commit: inputs.commit,
    seed,
    seeds,
    device: runtime.device,
    ts: localIsoTime(inputs.startedAt),
    invarlock_version: toolVersion,
    env_flags: {
      engine: 'onnxruntime-node',
      onnxruntime: runtime.runtimeVersion,
      node: runtime.nodeVersion,
      platform: platform(),
      machine: arch(),
      // Every variable that moved a limit or a count is evidence (spec 01 Q-43).
      ...settings.activeEnvironment,
    },
    determinism: {
      requested: 'strict',
      level: 'strict',
      profile: settings.profile,
      device: runtime.device,
      threads: evaluation.threads,
      seed,
      seeds,
    },
    execution: executionRecord(inputs),
    model_profile: {
      family: arm.model.modelType,
      default_loss: arm.task.loss,
      module_selectors: {},
      invariants: [],
      cert_lints: arm.task.lints,
    },
    model_identity: arm.identity,
    tokenizer_hash_reference: arm.tokenizer.referenceHash,
    ...(settings.acceptanceRange ? { pm_acceptance_range: settings.acceptanceRange.value } : {}),
    ...(settings.driftBand ? { pm_drift_band: settings.driftBand.value } : {}),
  };
}

function reportWindows(windows: WindowSchedule['preview'], losses: ArmEvaluation['preview']): ReportWindow[] {
  return windows.map((window, index) => {
    const measured = losses[index];
    const record = measured && 'record' in measured ? { record: measured.record } : {};
    return { window, loss: measured?.loss ?? null, ...record };
  });
}
