import type { JsonObject } from '../../core/json-access.ts';
import { attendedLength, type EvaluationWindow } from '../../data/data-types.ts';
import type { GraphModule } from '../common/graph-modules.ts';
import { contractHash } from '../common/measurement-contract.ts';
import { openProbes, type ProbedWindow } from '../common/probe-session.ts';
import {
  type Guard,
  type GuardArm,
  type GuardContext,
  type GuardOutcome,
  type GuardPreparation,
  notJudged,
} from '../run/guard.ts';
import { isRmtModule, rmtFamily } from './rmt-families.ts';
import { judgeRmt, rmtContract } from './rmt-guard.ts';
import { type RmtPolicy, rmtPolicy } from './rmt-policy.ts';
import { sampledWindows, windowWeight } from './sample-windows.ts';
import { type RmtScores, scoreFamilies } from './score-families.ts';

interface RmtState {
  readonly policy: RmtPolicy;
  readonly measured: ArmActivations;
  readonly format: GuardArm['model']['kind'];
}

/** What was measured of one model's activations. */
interface ArmActivations {
  readonly scores: RmtScores;
  /** By module. */
  readonly families: Readonly<Record<string, string>>;
  readonly unavailable: readonly string[];
  readonly windows: readonly ProbedWindow[];
  readonly sampled: SampledWindows;
}

/** The windows that were looked at, and how many tokens each counts. */
interface SampledWindows {
  readonly window_ids: readonly number[];
  readonly token_counts: readonly number[];
  /** Of both lists. */
  readonly digest: string | null;
}

/** Activations of the subject against those of the baseline, on windows of the evaluation (spec 03 §4). */
export const rmtGuard: Guard<RmtState> = {
  name: 'rmt',
  async prepare(context, baseline): Promise<GuardPreparation<RmtState>> {
    const policy = rmtPolicy(context.policies.rmt).value;
    if (!policy) return unprepared('The policy of the guard has errors.');
    const measured = await measure(context, policy, baseline);
    if (typeof measured === 'string') return unprepared(measured);
    const { scores, families } = measured;
    const metrics = {
      prepared: true,
      edge_risk_by_family: scores.byFamily,
      edge_risk_by_module: scores.byModule,
      module_family_map: families,
      measurement_contract: rmtContract(policy),
      ...observed(measured),
    };
    const problem = unusable(measured);
    if (problem !== undefined) return { ...unprepared(problem), metrics: { ...metrics, prepared: false } };
    return { state: { policy, measured, format: baseline.model.kind }, metrics };
  },

  async validate(context, { policy, measured: baseline, format }, subject): Promise<GuardOutcome> {
    const facts = { policy: { ...policy } };
    const measured = await measure(context, policy, subject);
    if (typeof measured === 'string') return notJudged('not_evaluated', measured, facts);
    const isSameFormat = subject.model.kind === format;
    const common = isSameFormat ? baseline : restricted(baseline, measured);
    const lost = emptied(baseline, common);
    if (lost.length > 0)
      return notJudged(
        'not_evaluated',
        `The graphs of the two formats share no module of ${lost.join(', ')}, so their activations cannot be compared.`,
        facts,
      );
    const own = isSameFormat ? measured : restricted(measured, baseline);
    const judged = judgeRmt({ baseline: common.scores, subject: own.scores, policy, isRequired: true });
    return {
      status: judged.passed ? 'passed' : 'failed',
      action: judged.action,
      policy: { ...policy },
      metrics: {
        ...judged.metrics,
        edge_risk_by_module_base: common.scores.byModule,
        edge_risk_by_module: own.scores.byModule,
        module_family_map: common.families,
        non_finite_modules: own.scores.nonFinite,
        ...observed(measured),
        sampled_losses: measured.windows.map(({ loss }) => loss),
      },
      violations: judged.violations.map((violation): JsonObject => ({ ...violation })),
      warnings: [...hidden(measured), ...(isSameFormat ? [] : [otherFormat(baseline, common)])],
      errors: [],
      details: {},
    };
  },
};

function unprepared(reason: string): GuardPreparation<RmtState> {
  return { state: undefined, reason, metrics: { prepared: false } };
}

/** Opens the model with probes and looks at the sampled windows; a text says why that was not possible. */
async function measure(
  context: GuardContext,
  policy: RmtPolicy,
  arm: GuardArm,
): Promise<ArmActivations | string> {
  const all = [...context.schedule.preview, ...context.schedule.final];
  const windows = sampledWindows(all.length, policy.sampling).flatMap((index) => all[index] ?? []);
  if (windows.length === 0) return 'No window was to be looked at.';
  const session = await openProbes(context, {
    guard: 'rmt',
    arm,
    windows,
    statistic: 'edge_risk',
    estimator: { iterations: policy.estimator.iters, start: policy.estimator.init },
    chooses: ({ name, className }) => isRmtModule(name, className),
    hasLosses: true,
  });
  if (typeof session === 'string') return session;
  try {
    const { modules, unavailable } = session;
    if (modules.length === 0)
      return `The graph of the ${arm.name} shows no module whose activations are compared.`;
    const probed: ProbedWindow[] = [];
    for (const window of windows) probed.push(await session.run(window));
    const families = Object.fromEntries(modules.map((module) => [module.name, familyOf(module)]));
    return { ...scored(probed, windows, families), families, unavailable, windows: probed };
  } finally {
    await session.close();
  }
}

function scored(
  probed: readonly ProbedWindow[],
  windows: readonly EvaluationWindow[],
  families: Readonly<Record<string, string>>,
): { readonly scores: RmtScores; readonly sampled: SampledWindows } {
  const weights = windows.map((window) => windowWeight(attendedLength(window)));
  const scores = scoreFamilies(
    probed.map(({ values }, index) => ({
      weight: weights[index] ?? 1,
      risks: Object.fromEntries(Object.entries(values).map(([module, risk]) => [module, [risk]])),
    })),
    (module) => families[module] ?? 'other',
  );
  const lists = { window_ids: windows.map(({ id }) => id), token_counts: weights };
  return { scores, sampled: { ...lists, digest: contractHash(lists) } };
}

function familyOf({ name, className }: GraphModule): string {
  return rmtFamily(name, className);
}

function observed({ sampled, unavailable }: ArmActivations): JsonObject {
  return {
    sampled_windows: { ...sampled },
    ...(unavailable.length > 0 ? { unavailable_modules: unavailable } : {}),
  };
}

/** Why a baseline cannot be compared with: a family that is there, but has no numbers (spec 03 §9.4). */
function unusable({ scores, unavailable }: ArmActivations): string | undefined {
  if (scores.nonFinite.length > 0)
    return `Activations of the baseline are not finite in ${shortList(scores.nonFinite)}, so there is nothing to compare with.`;
  const measured = Object.entries(scores.byFamily).filter(([, risk]) => risk > 0);
  const known = new Set(measured.map(([family]) => family));
  const lost = unavailable.filter((module) => !known.has(rmtFamily(module, 'Linear')));
  return lost.length > 0
    ? `Fused operators hide the activations of ${shortList(lost)}, and nothing else of their family is seen.`
    : undefined;
}

/** Only what both models have: graphs of two formats show different modules. */
function restricted(one: ArmActivations, other: ArmActivations): ArmActivations {
  const modules = Object.keys(one.families).filter((module) => module in other.families);
  const families = Object.fromEntries(modules.map((module) => [module, one.families[module] ?? 'other']));
  const values = one.windows.map((window) => ({
    ...window,
    values: Object.fromEntries(modules.map((module) => [module, window.values[module]])),
  }));
  const weights = one.sampled.token_counts;
  const scores = scoreFamilies(
    values.map((window, index) => ({
      weight: weights[index] ?? 1,
      risks: Object.fromEntries(Object.entries(window.values).map(([module, risk]) => [module, [risk]])),
    })),
    (module) => families[module] ?? 'other',
  );
  return { ...one, families, scores };
}

function emptied(before: ArmActivations, after: ArmActivations): readonly string[] {
  const of = ({ families }: ArmActivations) => new Set(Object.values(families));
  return [...of(before)].filter((family) => !of(after).has(family)).sort();
}

function hidden({ unavailable }: ArmActivations): string[] {
  if (unavailable.length === 0) return [];
  return [`Fused operators of the subject hide the activations of ${shortList(unavailable)}.`];
}

function otherFormat(baseline: ArmActivations, common: ArmActivations): string {
  const [all, kept] = [baseline, common].map(({ families }) => Object.keys(families).length);
  return `The two models have different formats: ${kept} of ${all} modules of the baseline are shown by both graphs and were compared.`;
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
