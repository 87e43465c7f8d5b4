import { type JsonObject, numberAt, objectAt } from '../../core/json-access.ts';
import { isFilled } from './guard-entry.ts';

/** What is taken over where it says something. */
const takenOver = [
  'tap',
  'target_modules',
  'target_module_names',
  'focus_modules',
  'scope',
  'proposed_scales',
  'proposed_scales_pre_edit',
  'proposed_scales_post_edit',
  'monitor_only',
  'ab_decision',
  'sampled_windows',
  'max_calib_used',
  'mode',
  'min_rel_gain',
  'alpha',
] as const;

/** Names in `ab_test` and in the guard's metrics. */
const comparisonFacts = [
  ['seed', 'ab_seed_used'],
  ['windows_used', 'ab_windows_used'],
  ['provenance', 'ab_provenance'],
  ['point_estimates', 'ab_point_estimates'],
  ['losses', 'ab_losses'],
] as const;

/** The certificate's `variance` (spec 03 §5.9). It has no flag: scaling is an offer, not a check. */
export function varianceBlock(entry: JsonObject | undefined): JsonObject {
  const metrics = objectAt(entry, 'metrics') ?? {};
  const enabled = metrics.ve_enabled === true;
  const filled = (names: readonly string[]) =>
    Object.fromEntries(names.filter((name) => isFilled(metrics[name])).map((name) => [name, metrics[name]]));
  const comparison = Object.fromEntries(
    comparisonFacts.filter(([, name]) => isFilled(metrics[name])).map(([key, name]) => [key, metrics[name]]),
  );
  const policy = objectAt(entry, 'policy');
  return {
    enabled,
    gain: numberAt(metrics, 'ab_gain') ?? null,
    ...filled(['ratio_ci', 'calibration']),
    ...(enabled ? {} : filled(['ppl_no_ve', 'ppl_with_ve'])),
    ...filled([...takenOver, 'predictive_gate']),
    ...(isFilled(comparison) ? { ab_test: comparison } : {}),
    ...(policy ? { policy } : {}),
  };
}
