import type { EvaluationWindow } from '../../data/data-types.ts';
import { productNames } from '../common/graph-modules.ts';
import { contractHash } from '../common/measurement-contract.ts';
import { openProbes, type ProbedWindow, type ProbeSession } from '../common/probe-session.ts';
import {
  type Guard,
  type GuardArm,
  type GuardContext,
  type GuardOutcome,
  type GuardPreparation,
  notJudged,
} from '../run/guard.ts';
import { calibrationWindows } from './calibration-windows.ts';
import { judgeVariance, type ProposedScales, proposeScales } from './variance-guard.ts';
import { type VariancePolicy, variancePolicy } from './variance-policy.ts';
import { type VarianceTarget, varianceTargets } from './variance-targets.ts';

interface VarianceState {
  readonly policy: VariancePolicy;
  readonly targets: readonly VarianceTarget[];
  readonly baseline: ProposedScales;
}

/**
 * Whether other scales of some projections would make the subject better (spec 03 §5). Scales are inputs of a graph of the
 * guard's own: the weights stay as they are, and the subject that is evaluated and certified is never the scaled one. So
 * every run only watches, and says what scaling would have done (spec 03 §5.7, §9.7).
 */
export const varianceGuard: Guard<VarianceState> = {
  name: 'variance',
  async prepare(context, baseline): Promise<GuardPreparation<VarianceState>> {
    const policy = variancePolicy(context.policies.variance).value;
    if (!policy) return { state: undefined, reason: 'The policy of the guard has errors.', metrics: {} };
    const targets = varianceTargets(productNames(baseline.model), policy);
    if (targets.length === 0)
      return { state: undefined, isNotApplicable: true, reason: nothingToScale(policy), metrics: {} };
    const windows = firstWindows(context, policy).forScales;
    const session = await openBranches(context, baseline, windows, { hasLosses: false });
    if (typeof session === 'string') return { state: undefined, reason: session, metrics: {} };
    try {
      const measured: ProbedWindow[] = [];
      for (const window of windows) measured.push(await session.run(window));
      const scales = proposeScales(branchSquares(measured), targets, policy);
      return {
        state: { policy, targets, baseline: scales },
        metrics: {
          target_module_names: targets.map(({ name }) => name),
          raw_scales_pre_edit: scales.raw,
          proposed_scales_pre_edit: scales.proposed,
          sampled_windows: sampled(windows),
        },
      };
    } finally {
      await session.close();
    }
  },

  async validate(context, { policy, targets, baseline }, subject): Promise<GuardOutcome> {
    const facts = { policy: { ...policy } };
    const known = new Set(productNames(subject.model));
    const lost = targets.filter(({ path }) => !known.has(path)).map(({ path }) => path);
    if (lost.length > 0)
      return notJudged('not_evaluated', `The subject has no ${lost.join(', ')} as the baseline has.`, facts);
    const windows = firstWindows(context, policy).forComparison;
    const session = await openBranches(context, subject, windows, { hasLosses: true, targets });
    if (typeof session === 'string') return notJudged('not_evaluated', session, facts);
    try {
      return await compare(session, windows, { policy, targets, baseline });
    } finally {
      await session.close();
    }
  },
};

async function compare(
  session: ProbeSession,
  windows: readonly EvaluationWindow[],
  { policy, targets, baseline }: VarianceState,
): Promise<GuardOutcome> {
  const without: ProbedWindow[] = [];
  for (const window of windows) without.push(await session.run(window));
  const own = proposeScales(branchSquares(without), targets, policy);
  const isTried = policy.monitor_only !== true && Object.keys(own.proposed).length > 0;
  const byPath = targets.flatMap(({ name, path }) => {
    const scale = own.proposed[name];
    return scale === undefined ? [] : [[path, scale] as const];
  });
  const withScales: ProbedWindow[] = [];
  if (isTried)
    for (const window of windows) withScales.push(await session.run(window, Object.fromEntries(byPath)));
  const judged = judgeVariance({
    targets,
    baseline,
    subject: own,
    losses: {
      without: without.map(lossOf),
      withScales: isTried ? withScales.map(lossOf) : undefined,
      tokenCounts: without.map(({ targetCount }) => targetCount),
    },
    policy,
    windowsAreScheduled: true,
  });
  const metrics = {
    ...judged.metrics,
    // What is certified is the subject as it is stored.
    ve_enabled: false,
    monitor_only: true,
    ab_decision: {
      would_help: judged.decision?.enabled === true,
      reason: judged.decision?.reason ?? 'no_ab_results',
    },
    ab_losses: {
      window_ids: windows.map(({ id }) => id),
      token_counts: without.map(({ targetCount }) => targetCount),
      without: without.map(({ loss }) => loss),
      with_scales: isTried ? withScales.map(({ loss }) => loss) : null,
    },
    ab_provenance: provenance(windows, isTried),
    sampled_windows: sampled(windows),
  };
  const coverage = without.filter(({ loss }) => loss !== null).length;
  const { min_coverage: least } = policy.calibration;
  if (coverage < least) {
    const reason = `The losses of ${coverage} of ${windows.length} windows are finite, and the comparison needs ${least}.`;
    return notJudged('not_evaluated', reason, { policy: { ...policy }, metrics });
  }
  return {
    status: judged.passed ? 'passed' : 'failed',
    action: judged.action,
    policy: { ...policy },
    metrics,
    violations: [],
    warnings: judged.warnings,
    errors: judged.errors,
    details: { guard_type: 'variance', ve_applied: false, ab_test_performed: isTried },
  };
}

function nothingToScale({ scope, tap }: VariancePolicy): string {
  const patterns = typeof tap === 'string' ? tap : tap.join(', ');
  return `The model has no projection that the guard could scale: its layers have none of the kind that the scope ${scope} and the tap ${patterns} name.`;
}

function firstWindows({ schedule }: GuardContext, policy: VariancePolicy) {
  const all = [...schedule.preview, ...schedule.final];
  const { forScales, forComparison } = calibrationWindows(all.length, policy);
  return { forScales: all.slice(0, forScales), forComparison: all.slice(0, forComparison) };
}

/** Both branches of every layer are measured: whether any is far from 1 decides how the others are looked at (spec 03 §5.4). */
function allBranches(modules: readonly string[]): readonly VarianceTarget[] {
  return varianceTargets(modules, { scope: 'both', tap: '*' });
}

function openBranches(
  context: GuardContext,
  arm: GuardArm,
  windows: readonly EvaluationWindow[],
  { hasLosses, targets = [] }: { readonly hasLosses: boolean; readonly targets?: readonly VarianceTarget[] },
) {
  const branches = new Set(allBranches(productNames(arm.model)).map(({ path }) => path));
  return openProbes(context, {
    guard: 'variance',
    arm,
    windows,
    statistic: 'mean_square',
    chooses: ({ name }) => branches.has(name),
    hasLosses,
    scalable: targets.map(({ path }) => path),
    ...(hasLosses ? { passes: 2 } : {}),
  });
}

/** Mean squares by branch, of the windows where they are finite. */
function branchSquares(windows: readonly ProbedWindow[]): Record<string, readonly number[]> {
  const modules = Object.keys(windows[0]?.values ?? {});
  return Object.fromEntries(
    allBranches(modules).map(({ path, branch }) => [
      branch,
      windows.flatMap(({ values }) => values[path] ?? []),
    ]),
  );
}

function lossOf({ loss }: ProbedWindow): number {
  return loss ?? Number.NaN;
}

function sampled(windows: readonly EvaluationWindow[]) {
  const ids = { window_ids: windows.map(({ id }) => id) };
  return { ...ids, digest: contractHash(ids) };
}

/** Which windows each condition saw (spec 03 §5.9). */
function provenance(windows: readonly EvaluationWindow[], isTried: boolean) {
  const seen = { tag: 'post_edit', window_ids: windows.map(({ id }) => id), window_count: windows.length };
  const status = windows.length > 0 ? 'evaluated' : 'no_data';
  return {
    condition_a: { ...seen, mode: 'edited_no_ve', status },
    condition_b: { ...seen, mode: 'virtual_ve', status: isTried ? status : 'no_scales' },
  };
}
