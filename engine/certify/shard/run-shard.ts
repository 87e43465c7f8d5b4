import path from 'node:path';
import { checkWeightsUnchanged } from '../../artifacts/check-weights-unchanged.ts';
import { isTruthy } from '../../core/is-truthy.ts';
import { writeFailure } from '../../core/write-failure.ts';
import type { EvaluationWindow, WindowSchedule } from '../../data/data-types.ts';
import type { HiddenRowsSink } from '../../evaluate/hidden-rows.ts';
import type { ReportWindow } from '../../report/build-run-report.ts';
import { reportInputs } from '../arm-report.ts';
import { armWorstWindows } from '../arm-worst-windows.ts';
import type { OnProgress } from '../certify-progress.ts';
import { describeEdit, noEdit } from '../describe-edit.ts';
import { openDivergence, type RunDivergence } from '../divergence/open-divergence.ts';
import { type ArmEvaluation, evaluateArm } from '../evaluate-arm.ts';
import type { CertifyPlan } from '../prepare-certify.ts';
import type { RunContext } from '../run-arm.ts';
import type { CertifyPorts } from '../run-certify.ts';
import { runContext } from '../run-context.ts';
import { openRunGuards, type RunGuards } from '../run-guards.ts';
import { type ShardDivergence, shardDivergence } from './shard-divergence.ts';
import { shardIdentity } from './shard-identity.ts';
import {
  floatsToText,
  partFileName,
  type Shard,
  type ShardArm,
  type ShardWindow,
  sealPart,
  shardPositions,
} from './shard-part.ts';

/** Evaluates both models on one part of the windows and writes the part's file, whole or not at all. */
export async function runShard(
  ports: CertifyPorts,
  plan: CertifyPlan,
  shard: Shard,
  onProgress: OnProgress,
): Promise<string> {
  const { files } = ports;
  const runtime = await ports.startRuntime(plan.execution.device, plan.execution.memory.mappedBytes);
  let divergence: RunDivergence | undefined;
  try {
    const context = await runContext(ports, plan, runtime, onProgress);
    const part = partOf(plan.schedule, shard);
    const out = plan.request.out.value;
    await files.createFolder(out).catch((cause) => {
      throw writeFailure(out, cause);
    });
    divergence = openDivergence(
      { ...context, schedule: part.schedule },
      {
        baseline: plan.baseline,
        subject: plan.subject,
        baselineReport: undefined,
        scratchFile: path.join(out, `.${partFileName(shard)}.hidden-states`),
      },
    );
    const hidden = divergence;
    const guards = shard.index === 1 ? openRunGuards(context, plan) : undefined;
    onProgress({ kind: 'phase', index: 1, count: 2, title: `Baseline ${plan.baseline.modelId}` });
    const baseline = await evaluated(context, plan, 'baseline', part.schedule, {
      guards: guards?.ofBaseline,
      hidden: hidden.baseline,
    });
    onProgress({ kind: 'phase', index: 2, count: 2, title: `Subject ${plan.subject.modelId}` });
    const subject = await evaluated(context, plan, 'subject', part.schedule, {
      guards: guards?.ofSubject,
      hidden: hidden.subject,
    });
    const record = hidden.record();
    const moved = record === undefined ? null : shardDivergence(record);
    const text = await partText(ports, plan, { shard, part, context, baseline, subject, divergence: moved });
    const file = path.join(out, partFileName(shard));
    try {
      await files.writeAtomic(file, text);
    } catch (cause) {
      throw writeFailure(file, cause);
    }
    return file;
  } finally {
    await divergence?.close();
    await runtime.close();
  }
}

interface Part {
  readonly positions: readonly number[];
  readonly schedule: WindowSchedule;
}

function partOf(schedule: WindowSchedule, shard: Shard): Part {
  const { preview, final } = schedule;
  const positions = shardPositions(shard, preview.length + final.length);
  const chosen = (windows: readonly EvaluationWindow[], first: number) =>
    positions.flatMap((position) => windows[position - first] ?? []);
  return {
    positions,
    schedule: { ...schedule, preview: chosen(preview, 0), final: chosen(final, preview.length) },
  };
}

async function evaluated(
  context: RunContext,
  plan: CertifyPlan,
  name: 'baseline' | 'subject',
  schedule: WindowSchedule,
  more: {
    readonly guards: RunGuards['ofBaseline'] | undefined;
    readonly hidden: HiddenRowsSink | undefined;
  },
) {
  const startedAt = context.clock.now();
  const arm = plan[name];
  const { guards, hidden } = more;
  const ports = { ...context, whole: context.schedule, ...(hidden ? { hidden } : {}) };
  const evaluation = await evaluateArm(ports, name, arm.model, schedule, context.onProgress);
  await checkWeightsUnchanged(context.files, arm.model.identities);
  const found = await guards?.(evaluation);
  return { startedAt, evaluation, ...(found ? { guards: found } : {}) };
}

type Evaluated = Awaited<ReturnType<typeof evaluated>>;

interface PartInputs {
  readonly shard: Shard;
  readonly part: Part;
  readonly context: RunContext;
  readonly baseline: Evaluated;
  readonly subject: Evaluated;
  readonly divergence: ShardDivergence | null;
}

async function partText(ports: CertifyPorts, plan: CertifyPlan, inputs: PartInputs): Promise<string> {
  const { shard, part, context, baseline, subject } = inputs;
  const { schedule, settings } = plan;
  const common = {
    settings,
    schedule: part.schedule,
    runtime: context.runtime.facts,
    execution: plan.execution,
    commit: context.commit,
    eventsPath: '',
  };
  const edit = await describeEdit(ports.files, plan.baseline, plan.subject, plan.editLabel);
  const made = {
    baseline: reportInputs({ ...common, ...baseline, arm: plan.baseline, edit: noEdit }),
    subject: reportInputs({ ...common, ...subject, arm: plan.subject, edit }),
  };
  const arms = { baseline: armOf(made.baseline), subject: armOf(made.subject) };
  const block = armWorstWindows({
    subject: lossesOf(subject.evaluation),
    baseline: lossesOf(baseline.evaluation),
    schedule: part.schedule,
    evaluation: subject.evaluation,
    baselineEvaluation: baseline.evaluation,
    count: settings.worstWindows.value,
    storesTexts: context.storesTexts,
    tokenizer: plan.subject.tokenizer,
  });
  const tinyRelax = isTruthy(ports.environment.INVARLOCK_TINY_RELAX);
  const worst = { count: settings.worstWindows.value, block: block ?? null };
  const more = {
    tiny_relax: tinyRelax,
    worst_windows: worst.count,
    stores_texts: context.storesTexts,
    guards_order: settings.guardsOrder.value,
    count: shard.count,
    divergence: settings.divergence.value,
  };
  return sealPart({
    format_version: 'shard-v1',
    shard,
    identity: shardIdentity(schedule, arms, more),
    totals: { preview: schedule.preview.length, final: schedule.final.length },
    arms,
    windows: shardWindows(part.positions, made, baseline.evaluation, subject.evaluation),
    worst,
    divergence: inputs.divergence,
    guards: {
      order: settings.guardsOrder.value,
      ...(baseline.guards ? { baseline: baseline.guards } : {}),
      ...(subject.guards ? { subject: subject.guards } : {}),
    },
    tiny_relax: tinyRelax,
  });
}

function lossesOf({ preview, final }: ArmEvaluation) {
  const arm = (losses: ArmEvaluation['preview']) => ({
    window_ids: losses.map(({ id }) => id),
    logloss: losses.map(({ loss }) => loss),
  });
  return { evaluation_windows: { preview: arm(preview), final: arm(final) } };
}

/** Without the windows, and of the tokenizer only what a report says. */
function armOf(inputs: ReturnType<typeof reportInputs>): ShardArm {
  const { preview: _, final: __, baseline: ___, eventsPath: ____, checkpointPath: _____, ...rest } = inputs;
  const { tokenizer, selection, ...data } = rest.data;
  const { name, contentHash, vocabSize, bosToken, eosToken, padToken, addPrefixSpace } = tokenizer;
  const chosen = selection && withoutWindows(selection);
  return {
    ...rest,
    data: {
      ...data,
      tokenizer: { name, contentHash, vocabSize, bosToken, eosToken, padToken, addPrefixSpace },
      ...(chosen ? { selection: chosen } : {}),
    },
  };
}

/** At run time a selection is the whole schedule. */
function withoutWindows(selection: NonNullable<ShardArm['data']['selection']>) {
  const { preview: _, final: __, ...chosen } = selection as Partial<WindowSchedule>;
  return chosen;
}

function shardWindows(
  positions: readonly number[],
  made: Readonly<
    Record<'baseline' | 'subject', { preview: readonly ReportWindow[]; final: readonly ReportWindow[] }>
  >,
  ...evaluations: readonly ArmEvaluation[]
): ShardWindow[] {
  const [baseline, subject] = [made.baseline, made.subject].map((arm) => [...arm.preview, ...arm.final]);
  const [before, after] = evaluations.map((arm) => [...arm.preview, ...arm.final]);
  return positions.flatMap((position, index) => {
    const [one, other] = [baseline?.[index], subject?.[index]];
    if (!one || !other) return [];
    const loss = ({ loss, record }: ReportWindow, measured: { tokenLosses: Float32Array } | undefined) => ({
      loss,
      ...(record ? { record } : {}),
      token_losses: floatsToText(measured?.tokenLosses ?? new Float32Array()),
    });
    return [
      {
        position,
        window: one.window,
        baseline: loss(one, before?.[index]),
        subject: loss(other, after?.[index]),
      },
    ];
  });
}
