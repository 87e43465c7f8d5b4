import { createHash } from 'node:crypto';
import { isObject } from '../core/json-access.ts';
import { canonicalJson, PythonFloat } from '../core/python-json.ts';
import type { TierName, TierPolicy } from '../policy/tiers.ts';

/** 16 hex digits over the resolved policy and the names of its overrides (spec 04 §5.4). */
export function policyDigest(policy: TierPolicy, overrides: readonly string[]): string {
  return digest16(canonicalJson({ overrides, resolved_policy: pythonNumbers(policy) }, 'A'));
}

/** 16 hex digits over the acceptance thresholds alone (spec 04 §5.4). */
export function thresholdsHash(tier: TierName, policy: TierPolicy): string {
  const { pm_ratio, pm_tail, accuracy } = policy.metrics;
  const payload = {
    tier,
    pm_ratio: {
      ratio_limit_base: pm_ratio.ratio_limit_base,
      min_tokens: pm_ratio.min_tokens,
      min_token_fraction: pm_ratio.min_token_fraction,
      hysteresis_ratio: pm_ratio.hysteresis_ratio,
    },
    pm_tail,
    accuracy: {
      // The reference turns an explicit 0 into its defaults here; the digest keeps that, the gates do not (CQ-36).
      delta_min_pp: accuracy.delta_min_pp || -1,
      min_examples: accuracy.min_examples || 200,
      min_examples_fraction: accuracy.min_examples_fraction,
      hysteresis_delta_pp: accuracy.hysteresis_delta_pp,
    },
    variance: { min_effect_lognll: policy.variance.min_effect_lognll ?? 0 },
  };
  return digest16(canonicalJson(pythonNumbers(payload), 'B'));
}

/** What of a variance policy decides; a policy that says nothing of it has no digest (spec 04 §5.4). */
const VARIANCE_KEYS = [
  'deadband',
  'min_abs_adjust',
  'max_scale_step',
  'min_effect_lognll',
  'predictive_one_sided',
  'topk_backstop',
  'max_adjusted_modules',
];

/** 16 hex digits over the settings of the variance guard that decide; empty when the policy has none. */
export function variancePolicyDigest(policy: Readonly<Record<string, unknown>>): string {
  const entries = VARIANCE_KEYS.filter((key) => key in policy).map((key) => [key, policy[key]]);
  return entries.length === 0 ? '' : digest16(canonicalJson(pythonNumbers(Object.fromEntries(entries)), 'B'));
}

/** Policy fields that the reference holds as ints; every other number of a policy is a float (spec 04 §5.4). */
const INT_FIELDS: ReadonlySet<string> = new Set([
  'max_caps',
  'm',
  'max_calib',
  'seed',
  'windows',
  'min_coverage',
  'topk_backstop',
  'max_adjusted_modules',
  'min_tokens',
  'min_windows',
  'min_examples',
  'iters',
  'count',
]);

function pythonNumbers(value: unknown, key = ''): unknown {
  if (value instanceof PythonFloat) return value;
  if (typeof value === 'number') return INT_FIELDS.has(key) ? value : new PythonFloat(value);
  if (Array.isArray(value)) return value.map((item) => pythonNumbers(item, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, pythonNumbers(member, name)]),
  );
}

function digest16(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
