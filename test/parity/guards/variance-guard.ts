import { calibrationWindows, followsSchedule } from '../../../engine/guards/variance/calibration-windows.ts';
import { compareScaling } from '../../../engine/guards/variance/compare-scaling.ts';
import { unevaluated } from '../../../engine/guards/variance/predictive-gate.ts';
import {
  calibrationRecord,
  judgeVariance,
  proposeScales,
  type VarianceOutcome,
} from '../../../engine/guards/variance/variance-guard.ts';
import { type VariancePolicy, variancePolicy } from '../../../engine/guards/variance/variance-policy.ts';
import { type VarianceTarget, varianceTargets } from '../../../engine/guards/variance/variance-targets.ts';
import { mean } from '../../../engine/numerics/numpy-reduce.ts';
import { goldenNumbers } from '../compare.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/**
 * Spec 03 §5. Branches that a case does not list have a mean square of about 1. Of texts for people it is compared how
 * many there are.
 */
export const varianceGuard = goldenCases(
  (input) => {
    const run = varianceRun(input);
    const { policy, targets, outcome, before } = run;
    const isReady = targets.length > 0 && run.windowsAreScheduled;
    return {
      prepare: {
        baseline_metrics: isReady ? prepared(run) : {},
        policy_applied: policy,
        ready: isReady,
      },
      raw_scales_pre_edit: byBranch(before.raw, targets),
      proposed_scales_pre_edit_keys: byBranch(before.proposed, targets),
      predictive_gate_pre_edit: isReady ? predictedBefore(run) : unevaluated('not_evaluated'),
      validate: {
        passed: outcome.passed,
        action: outcome.action,
        metrics: outcome.metrics,
        violations: outcome.errors.length,
        warnings: outcome.warnings.length,
        errors: outcome.errors.length,
        policy,
      },
      weights_changed_ratio: Object.fromEntries(
        changedTargets(run).map(({ path, scale }) => [`${path}.weight`, scale]),
      ),
    };
  },
  {
    expected: comparable,
    tolerance: (pointer) => ({ relative: pointer.startsWith('/weights_changed_ratio') ? 1e-6 : 1e-9 }),
  },
);

interface VarianceRun {
  readonly policy: VariancePolicy;
  readonly targets: readonly VarianceTarget[];
  readonly before: ReturnType<typeof proposeScales>;
  readonly losses: { without: number[]; withScales: number[]; tokenCounts: number[] };
  readonly windowsAreScheduled: boolean;
  readonly outcome: VarianceOutcome;
}

/** Everything that one case asks for. */
export function varianceRun(input: Golden): VarianceRun {
  const { value: policy } = variancePolicy(input.policy);
  if (!policy) throw new Error('the policy cannot be used');
  const targets = varianceTargets(modulesOf(input), policy);
  const { loss_no_ve: without, loss_with_ve: withScales, token_counts: tokens } = input;
  const { forScales, forComparison } = calibrationWindows(without.length, policy);
  const first = <T>(values: readonly T[]): T[] => values.slice(0, forComparison);
  const losses = {
    without: goldenNumbers(first(without)),
    withScales: goldenNumbers(first(withScales)),
    tokenCounts: first<number>(tokens),
  };
  const squares = input.branch_mean_squares_per_window;
  const before = proposeScales(firstOfAll(squares, forScales), targets, policy);
  const after = input.branch_mean_squares_after_edit ?? squares;
  const subject = proposeScales(firstOfAll(after, forComparison), targets, policy);
  const { window_ids: ids, pairing_baseline: pairing } = input;
  const schedule = pairing && { preview: pairing.preview.window_ids, final: pairing.final.window_ids };
  const windowsAreScheduled = !schedule || followsSchedule(ids ?? [], schedule);
  // An edit that changed nothing is only watched (spec 03 §5.7).
  const applied = input.params_changed_after_edit === 0 ? { ...policy, monitor_only: true } : policy;
  const outcome = judgeVariance({
    targets,
    baseline: before,
    subject,
    losses,
    policy: applied,
    windowsAreScheduled,
  });
  return { policy, targets, before, losses, windowsAreScheduled, outcome };
}

/** Scales that stay in the model, with the modules that they belong to. */
export function changedTargets({ targets, outcome }: VarianceRun): { path: string; scale: number }[] {
  const { metrics, decision } = outcome;
  if (!decision?.enabled || !('proposed_scales_post_edit' in metrics)) return [];
  return targets.flatMap(({ name, path }) => {
    const scale = metrics.proposed_scales_post_edit[name];
    return scale === undefined ? [] : [{ path, scale }];
  });
}

function modulesOf({ architecture, n_layers: layers }: Golden): string[] {
  const [container = '', ...endings] =
    {
      gpt2: ['transformer.h', 'attn.c_proj', 'mlp.c_proj'],
      llama: ['model.layers', 'self_attn.o_proj', 'mlp.down_proj'],
      fc2: ['transformer.h', 'attn.out_proj', 'mlp.fc2'],
      none: [],
    }[architecture as string] ?? [];
  return Array.from({ length: layers }, (_, layer) =>
    endings.map((ending) => `${container}.${layer}.${ending}`),
  ).flat();
}

function firstOfAll(squares: Golden, count: number): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries<number[]>(squares).map(([branch, values]) => [branch, values.slice(0, count)]),
  );
}

function byBranch(scales: Readonly<Record<string, number>>, targets: readonly VarianceTarget[]): Golden {
  const known = targets.filter(({ name }) => scales[name] !== undefined);
  return Object.fromEntries(known.map(({ name, branch }) => [branch, scales[name]]));
}

function comparison({ before, losses, policy }: VarianceRun) {
  const hasScales = Object.keys(before.proposed).length > 0;
  return compareScaling({ ...losses, withScales: hasScales ? losses.withScales : undefined }, policy);
}

/** Without a scale the pass before the edit predicts nothing. */
function predictedBefore(run: VarianceRun): Golden {
  const { status, predictive } = comparison(run);
  return status === 'no_scaling_required' ? unevaluated('no_scales') : predictive;
}

function prepared(run: VarianceRun): Golden {
  const { targets, before, policy } = run;
  const scales = Object.values(before.proposed);
  const some = scales.length > 0 ? scales : [1];
  return {
    target_modules: targets.length,
    proposed_scales: scales.length,
    scope: policy.scope,
    scale_statistics: { mean_scale: mean(some), min_scale: Math.min(...some), max_scale: Math.max(...some) },
    calibration: calibrationRecord(comparison(run), policy, policy.calibration.windows),
  };
}

function comparable({ prepare, validate, ...expected }: Golden): Golden {
  const { warning: _warning, error: _error, ...prepareFacts } = prepare;
  const { message: _message, ...facts } = validate;
  const { metrics } = validate;
  const untagged = (record: Golden): Golden => record && { ...record, tag: undefined };
  const { calibration, ab_point_estimates: estimates } = metrics;
  return {
    ...expected,
    prepare: prepareFacts,
    validate: {
      ...facts,
      metrics: {
        ...metrics,
        calibration: untagged(calibration),
        ab_point_estimates: untagged(estimates),
      },
      violations: validate.violations.length,
      warnings: validate.warnings.length,
      errors: validate.errors.length,
    },
  };
}
