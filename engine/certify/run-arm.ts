import path from 'node:path';
import { checkWeightsUnchanged } from '../artifacts/check-weights-unchanged.ts';
import type { RunSettings } from '../config/run-settings.ts';
import { writeJson } from '../core/json-writer.ts';
import type { Clock, Files } from '../core/ports.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import { evaluationEvents } from '../evaluate/evaluation-events.ts';
import type { HiddenRowsSink } from '../evaluate/hidden-rows.ts';
import type { Divergence } from '../metrics/divergence/divergence.ts';
import { eventLine, openEventLog } from '../report/events.ts';
import type { NoiseFloor } from '../report/noise-floor.ts';
import type { ReportEdit, RunReport } from '../report/run-report.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import type { ArmPlan } from './arm-plan.ts';
import { armReport } from './arm-report.ts';
import { armWorstWindows } from './arm-worst-windows.ts';
import type { ArmName, OnProgress } from './certify-progress.ts';
import { type ArmEvaluation, evaluateArm } from './evaluate-arm.ts';
import type { ExecutionPlan } from './plan-execution.ts';
import type { RunFolder } from './run-folder.ts';
import type { ArmGuards } from './run-guards.ts';
import { withoutTokens } from './stored-windows.ts';
import { guardEvents, withGuards } from './with-guards.ts';

/** What every evaluation of one command shares. */
export interface RunContext {
  readonly files: Files;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  readonly runtime: Runtime;
  readonly settings: RunSettings;
  readonly schedule: WindowSchedule;
  readonly execution: ExecutionPlan;
  readonly commit: string;
  readonly onProgress: OnProgress;
  /** False leaves the texts of the worst windows out (INVARLOCK_STORE_EVAL_WINDOWS). */
  readonly storesTexts: boolean;
}

export interface ArmRun {
  readonly name: ArmName;
  readonly arm: ArmPlan;
  readonly folder: RunFolder;
  readonly edit: ReportEdit;
  /** Where the model lies that this run made; recorded. */
  readonly modelFolder?: string;
  /** False leaves the tokens out of the file (INVARLOCK_STORE_EVAL_WINDOWS). */
  readonly keepsTokens?: boolean;
  /** Names of the guards, and what they do after the evaluation. */
  readonly guards?: {
    readonly order: readonly string[];
    run(evaluation: ArmEvaluation): Promise<ArmGuards>;
  };
  /** The baseline's report when this is the subject. */
  readonly baseline?: RunReport;
  /** The baseline's losses when it was evaluated before this. */
  readonly baselineEvaluation?: ArmEvaluation;
  /** Measured on the baseline, recorded with the subject whose verdict it stands beside. */
  readonly noiseFloor?: NoiseFloor;
  /** Takes the hidden states of the evaluation. */
  readonly hidden?: HiddenRowsSink;
  /** Asked after the evaluation: how far the predictions moved. */
  readonly divergence?: () => Divergence | undefined;
}

export interface ArmResult {
  readonly report: RunReport;
  readonly evaluation: ArmEvaluation;
}

/** Evaluates one model and writes its report and events into the run's folder, which the caller finishes. */
export async function runArm(context: RunContext, run: ArmRun): Promise<ArmResult> {
  const { files, clock, settings, schedule } = context;
  const startedAt = clock.now();
  const eventsFile = path.join(run.folder.workingPath, 'events.jsonl');
  const log = openEventLog(clock, `${run.name}-${path.basename(run.folder.finalPath)}`);
  const event = (...args: Parameters<typeof log.record>) =>
    files.append(eventsFile, eventLine(log.record(...args)));
  await event('logger', 'session_start', { session_id: log.sessionId });
  await event('runner', 'start', {
    edit: run.edit.name,
    guards: run.guards?.order ?? [],
    profile: settings.profile,
    tier: settings.tier,
  });
  await event('eval', 'start', { preview: schedule.preview.length, final: schedule.final.length });
  const ports = { ...context, ...(run.hidden ? { hidden: run.hidden } : {}) };
  const evaluation = await evaluateArm(ports, run.name, run.arm.model, schedule, context.onProgress);
  await checkWeightsUnchanged(files, run.arm.model.identities);
  const guards = await run.guards?.run(evaluation);
  const measured = armReport({
    arm: run.arm,
    settings,
    schedule,
    evaluation,
    runtime: context.runtime.facts,
    execution: context.execution,
    edit: run.edit,
    ...(run.baseline ? { baseline: run.baseline } : {}),
    startedAt,
    commit: context.commit,
    eventsPath: path.join(run.folder.finalPath, 'events.jsonl'),
    ...(run.modelFolder === undefined ? {} : { checkpointPath: run.modelFolder }),
  });
  const report = {
    ...withGuards(
      withDivergence(withWorstWindows(context, run, measured, evaluation), run.divergence?.()),
      guards,
    ),
    ...(run.noiseFloor ? { noise_floor: run.noiseFloor } : {}),
  };
  const { primary_metric: metric } = report.metrics;
  if (metric.invalid || metric.degraded) {
    const data = { pm_preview: metric.preview, pm_final: metric.final, reason: metric.degraded_reason };
    await event('eval', 'primary_metric_invalid', data, 'WARNING');
  }
  for (const { operation, level } of notedEvents(report, run.baseline !== undefined)) {
    await event('eval', operation, {}, level);
  }
  const { divergence } = report.metrics;
  if (divergence) await event('eval', 'divergence', divergenceEvent(divergence));
  for (const { operation, level, data } of guards ? guardEvents(guards) : [])
    await event('guards', operation, data, level);
  await event('eval', 'complete', {
    preview: metric.preview,
    final: metric.final,
    windows: report.metrics.eval_samples,
  });
  await event('runner', 'complete', {
    status: metric.invalid ? 'failed' : 'success',
    duration_s: evaluation.wallMs / 1000,
  });
  await event('logger', 'session_end', { session_id: log.sessionId });
  const stored = run.keepsTokens === false ? withoutTokens(report) : report;
  await files.writeAtomic(path.join(run.folder.workingPath, 'report.json'), writeJson(stored));
  return { report, evaluation };
}

function divergenceEvent(divergence: Divergence) {
  if (!divergence.evaluated) return { evaluated: false, reason: divergence.reason };
  const { tokens, kl, top1_agreement: agreement } = divergence;
  return { evaluated: true, tokens, kl_mean: kl.mean.value, top1_agreement: agreement.value };
}

function withWorstWindows(
  { settings, schedule, storesTexts }: RunContext,
  { arm, baseline, baselineEvaluation }: ArmRun,
  subject: RunReport,
  evaluation: ArmEvaluation,
): RunReport {
  const worst =
    baseline &&
    armWorstWindows({
      subject,
      baseline,
      schedule,
      evaluation,
      baselineEvaluation,
      count: settings.worstWindows.value,
      storesTexts,
      tokenizer: arm.tokenizer,
    });
  return worst ? { ...subject, worst_windows: worst } : subject;
}

function withDivergence(report: RunReport, divergence: Divergence | undefined): RunReport {
  return divergence ? { ...report, metrics: { ...report.metrics, divergence } } : report;
}

/** What the evaluation noticed about itself; a metric that is not usable has an event with its reason. */
function notedEvents({ metrics, evaluation_windows: windows }: RunReport, isPaired: boolean) {
  const facts = (arm: 'preview' | 'final') => ({
    windows: windows[arm].window_ids.length,
    nonFinite: windows[arm].logloss.filter((loss) => loss === null).length,
  });
  const events = evaluationEvents({
    notes: [],
    preview: facts('preview'),
    final: facts('final'),
    metric: metrics.primary_metric,
    drift: { degenerate: metrics.paired_delta_summary.degenerate === true },
    pairing: metrics,
    isPaired,
    coverage: metrics.bootstrap.coverage,
  });
  return events.filter(({ operation, level }) => level !== 'INFO' && operation !== 'primary_metric_invalid');
}
