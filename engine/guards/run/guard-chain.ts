import type { Guard, GuardArm, GuardContext, GuardOutcome, GuardPreparation } from './guard.ts';
import { notJudged } from './guard.ts';
import { guardNamed } from './guard-registry.ts';

/** What a chain needs of the run; the entry and what came before are the chain's own. */
export type ChainContext = Omit<GuardContext, 'entry' | 'before'>;

/** One pass of a guard after the baseline was looked at. */
export interface PreparedGuard {
  /** `invariants`, and `invariants_post` for its second pass (spec 03 Q19). */
  readonly entry: string;
  readonly guard: Guard | undefined;
  readonly name: string;
  readonly preparation: GuardPreparation<unknown>;
  readonly elapsedMs: number;
}

export interface JudgedGuard {
  readonly entry: string;
  readonly name: string;
  readonly outcome: GuardOutcome;
  /** Both arms together. */
  readonly elapsedMs: number;
}

/** Prepares the guards of `guards.order` on the baseline, one after the other. */
export async function prepareGuards(
  context: ChainContext,
  order: readonly string[],
  baseline: GuardArm,
): Promise<readonly PreparedGuard[]> {
  const prepared: PreparedGuard[] = [];
  for (const { entry, name } of passes(order)) {
    const guard = guardNamed(name);
    const startedMs = context.clock.monotonicMs();
    const preparation = guard
      ? await guard.prepare({ ...context, entry, before: new Map() }, baseline)
      : { state: undefined, reason: `There is no guard ${name} in this version.`, metrics: {} };
    prepared.push({ entry, name, guard, preparation, elapsedMs: context.clock.monotonicMs() - startedMs });
  }
  return prepared;
}

/** Judges the subject by the guards that were prepared, in their order. */
export async function validateGuards(
  context: ChainContext,
  prepared: readonly PreparedGuard[],
  subject: GuardArm,
): Promise<readonly JudgedGuard[]> {
  const judged: JudgedGuard[] = [];
  const before = new Map<string, GuardOutcome>();
  for (const { entry, name, guard, preparation, elapsedMs } of prepared) {
    const startedMs = context.clock.monotonicMs();
    const outcome =
      guard && preparation.state !== undefined
        ? await guard.validate({ ...context, entry, before: new Map(before) }, preparation.state, subject)
        : notPrepared(preparation);
    before.set(entry, outcome);
    judged.push({ entry, name, outcome, elapsedMs: elapsedMs + context.clock.monotonicMs() - startedMs });
  }
  return judged;
}

function notPrepared({ isNotApplicable, reason }: GuardPreparation<unknown>): GuardOutcome {
  const status = isNotApplicable ? 'not_applicable' : 'not_evaluated';
  return notJudged(status, reason ?? 'The guard could not be prepared on the baseline.');
}

/** A guard that stands twice in the order has a second entry of its own; `noop` stands for nothing (spec 03 §1.1). */
function passes(order: readonly string[]): readonly { readonly entry: string; readonly name: string }[] {
  const named = order.filter((name) => name !== 'noop');
  return named
    .filter((name, index) => named.indexOf(name) === index || named.lastIndexOf(name) === index)
    .map((name, index, all) => ({ name, entry: all.indexOf(name) === index ? name : `${name}_post` }));
}
