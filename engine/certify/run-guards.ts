import { objectAt } from '../core/json-access.ts';
import type { WeightChanges } from '../edits/weight-changes.ts';
import { estimatorSettings } from '../guards/common/estimator-settings.ts';
import type { GuardArm } from '../guards/run/guard.ts';
import {
  type ChainContext,
  type PreparedGuard,
  prepareGuards,
  validateGuards,
} from '../guards/run/guard-chain.ts';
import {
  baselineEntries,
  type GuardEntry,
  guardTimings,
  subjectEntries,
} from '../guards/run/report-entries.ts';
import { surveyWeights } from '../guards/weights/survey-weights.ts';
import type { ArmPlan } from './arm-plan.ts';
import type { ArmEvaluation } from './evaluate-arm.ts';
import type { RunContext } from './run-arm.ts';
import { stopIfCancelled } from './stop-if-cancelled.ts';
import { weightChanges } from './weight-changes.ts';

/** What the guards add to the report of an arm. */
export interface ArmGuards {
  readonly entries: readonly GuardEntry[];
  /** Seconds per entry. */
  readonly timings: Readonly<Record<string, number>>;
  /** Of a subject beside its baseline: what differs between their weights, read with what the guards read. */
  readonly weightChanges?: WeightChanges;
}

/** The guards of one command. They are prepared on its baseline once, whichever arm comes first. */
export interface RunGuards {
  /** The names in their order, for the log. */
  readonly order: readonly string[];
  ofBaseline(evaluation: ArmEvaluation): Promise<ArmGuards>;
  ofSubject(evaluation: ArmEvaluation): Promise<ArmGuards>;
}

export function openRunGuards(
  context: RunContext,
  models: { readonly baseline: ArmPlan; readonly subject?: ArmPlan },
): RunGuards {
  const { baseline, subject } = models;
  const { chain, weights } = guardChain(context, models);
  const order = context.settings.guardsOrder.value;
  let known: Promise<readonly PreparedGuard[]> | undefined;
  const prepared = (arm: GuardArm): Promise<readonly PreparedGuard[]> => {
    known ??= prepareGuards(chain, order, arm);
    return known;
  };
  return {
    order,
    async ofBaseline(evaluation) {
      const guards = await prepared(guardArm('baseline', baseline, evaluation));
      return { entries: baselineEntries(guards), timings: guardTimings(guards) };
    },
    async ofSubject(evaluation) {
      const guards = await prepared(guardArm('baseline', baseline));
      const judged = await validateGuards(
        chain,
        guards,
        guardArm('subject', subject ?? baseline, evaluation),
      );
      return {
        entries: subjectEntries(judged, guards),
        timings: guardTimings(judged),
        ...(subject ? { weightChanges: await weightChanges(weights) } : {}),
      };
    },
  };
}

/** What the guards of a run share, and the weights of both models, which are read once. */
export function guardChain(
  context: RunContext,
  models: { readonly baseline: ArmPlan; readonly subject?: ArmPlan },
) {
  const { settings, execution, onProgress } = context;
  const { baseline, subject } = models;
  const { policy } = settings;
  const weights = surveyWeights({
    files: context.files,
    baseline: baseline.model,
    ...(subject ? { subject: subject.model } : {}),
    estimator: estimatorSettings(objectAt(policy.spectral, 'estimator'), 4),
    onTensor: (done, total) => {
      stopIfCancelled(context.cancelled);
      onProgress({ kind: 'weights', done, total });
    },
  });
  const chain: ChainContext = {
    ...context,
    memory: execution.memory,
    profile: settings.profile,
    tier: settings.tier,
    policies: {
      invariants: policy.invariants ?? {},
      spectral: policy.spectral,
      rmt: policy.rmt,
      variance: policy.variance,
    },
    weights,
    onProgress: () => stopIfCancelled(context.cancelled),
  };
  return { chain, weights };
}

export function guardArm(
  name: GuardArm['name'],
  { model, tokenizer }: ArmPlan,
  evaluation?: ArmEvaluation,
): GuardArm {
  const windows = evaluation && [...evaluation.preview, ...evaluation.final];
  return {
    name,
    model,
    tokenizerVocabSize: tokenizer.vocabSize,
    ...(windows ? { nonFiniteWindows: windows.filter(isBroken).length } : {}),
  };
}

/** A window with nothing to score has no loss either, and is sound. */
function isBroken({ loss, targetCount }: ArmEvaluation['final'][number]): boolean {
  return loss === null && targetCount > 0;
}

/** A subject whose baseline is known by its report alone: nothing can be compared, and that is said for every guard. */
export function guardsWithoutBaseline(order: readonly string[]): RunGuards {
  const reason =
    'This run has the report of its baseline, but not the model, so nothing could be measured on it. certify compares both models.';
  const entries = unmeasuredEntries(order, reason);
  const nothing = async (): Promise<ArmGuards> => ({ entries, timings: {} });
  return { order, ofBaseline: nothing, ofSubject: nothing };
}

/** Entries of guards that measured nothing, each with the reason. */
export function unmeasuredEntries(order: readonly string[], reason: string): readonly GuardEntry[] {
  return baselineEntries(
    order.map((name) => ({
      entry: name,
      name,
      guard: undefined,
      preparation: { state: undefined, reason, metrics: {} },
      elapsedMs: 0,
    })),
  );
}
