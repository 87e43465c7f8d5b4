import type { JsonObject } from '../../core/json-access.ts';
import type { Clock, FileReader } from '../../core/ports.ts';
import type { WindowSchedule } from '../../data/data-types.ts';
import type { ModelSource } from '../../models/model-source.ts';
import type { TierName } from '../../policy/tiers.ts';
import type { MemoryPlan } from '../../runtime/plan-memory.ts';
import type { Runtime } from '../../runtime/runtime-port.ts';
import type { WeightSurvey } from './weight-survey.ts';

export type GuardName = 'invariants' | 'spectral' | 'rmt' | 'variance';

/**
 * One guard of a run. It is prepared on the baseline and judges the subject, so it compares the two models that the
 * certificate is about; the reference prepares on the subject (spec 03 Q1).
 *
 * What cannot be measured is said with a reason and never judged. An InvarLockError ends the run (a port failed, the run
 * was cancelled); a policy that is wrong has been refused before the run.
 */
export interface Guard<State = unknown> {
  readonly name: GuardName;
  prepare(context: GuardContext, baseline: GuardArm): Promise<GuardPreparation<State>>;
  /** Only called with a state that `prepare` gave. */
  validate(context: GuardContext, state: State, subject: GuardArm): Promise<GuardOutcome>;
}

/** A model that the guards look at. */
export interface GuardArm {
  readonly name: 'baseline' | 'subject';
  readonly model: ModelSource;
  readonly tokenizerVocabSize: number;
  /** Windows whose loss was no finite number; undefined where the model was not evaluated in this run. */
  readonly nonFiniteWindows?: number;
}

/** What every guard of a run shares. */
export interface GuardContext {
  readonly files: FileReader;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  readonly runtime: Runtime;
  readonly memory: MemoryPlan;
  /** The windows that both arms were evaluated on. */
  readonly schedule: WindowSchedule;
  /** As it was named; `ci` and `release` demand that every guard was evaluated. */
  readonly profile: string;
  readonly tier: TierName;
  /** The policy of a guard: its tier's, with the tiers file and the configuration over it. */
  readonly policies: Readonly<Record<GuardName, JsonObject>>;
  /** Weights of both models, read once for all guards. */
  readonly weights: WeightSurvey;
  /** How this pass of the guard is called: `invariants_post` after the others, else the guard's name. */
  readonly entry: string;
  /** What the guards before this one found in the subject, by entry. */
  readonly before: ReadonlyMap<string, GuardOutcome>;
  onProgress(progress: GuardProgress): void;
}

interface GuardProgress {
  readonly kind: 'guard';
  readonly guard: string;
  readonly arm: GuardArm['name'];
  readonly done: number;
  readonly total: number;
}

/** What a guard measured of the baseline. Without a state the subject is not judged, and `reason` says why. */
export interface GuardPreparation<State> {
  readonly state: State | undefined;
  readonly reason?: string;
  /** The architecture has nothing that this guard looks at; that is no failure. */
  readonly isNotApplicable?: boolean;
  /** Recorded in the baseline's report: what was measured, with `measurement_contract` where there is one. */
  readonly metrics: JsonObject;
  readonly details?: JsonObject;
}

type GuardStatus = 'passed' | 'failed' | 'not_evaluated' | 'not_applicable';

/** What a guard says of the subject. All of it must be JSON: what is no finite number is null. */
export interface GuardOutcome {
  readonly status: GuardStatus;
  /** Why it was not evaluated, or does not apply. */
  readonly reason?: string;
  readonly action: 'none' | 'continue' | 'warn' | 'rollback' | 'abort';
  /** The policy that decided, with every default in it. */
  readonly policy: JsonObject;
  /** With `measurement_contract` where the guard has one. */
  readonly metrics: JsonObject;
  readonly violations: readonly JsonObject[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly details: JsonObject;
  /** Further members of the report's entry. */
  readonly further?: JsonObject;
}

/** The outcome of a guard that could not judge. */
export function notJudged(
  status: 'not_evaluated' | 'not_applicable',
  reason: string,
  facts: Partial<Pick<GuardOutcome, 'policy' | 'metrics' | 'details' | 'warnings' | 'errors'>> = {},
): GuardOutcome {
  return {
    status,
    reason,
    action: status === 'not_evaluated' ? 'abort' : 'none',
    policy: {},
    metrics: {},
    violations: [],
    warnings: [],
    errors: [],
    details: {},
    ...facts,
  };
}
