import { isFiniteNumber, listAt, numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';
import { type Band, driftBand, type GateLimits, gateLimits } from '../policy/limits.ts';
import { tailPolicyFrom } from '../policy/tail-policy.ts';
import { type MetricsPolicy, type TierName, tierNamed, tierPolicies } from '../policy/tiers.ts';

/** The tier a certificate names; balanced when it names none that is known (spec 04 §2.6.1). */
export function recordedTier(certificate: unknown): TierName {
  return tierNamed(textAt(certificate, 'auto', 'tier') ?? '') ?? 'balanced';
}

/** The metric policy a certificate was decided by: its resolved policy, with the tier's values where it has none. */
export function recordedMetricsPolicy(certificate: unknown): MetricsPolicy {
  const tier = tierPolicies[recordedTier(certificate)].metrics;
  const recorded = objectAt(certificate, 'resolved_policy', 'metrics');
  const tail = objectAt(recorded, 'pm_tail');
  const band = driftBand([objectAt(recorded, 'drift_band')]);
  return {
    accuracy: { ...tier.accuracy, ...numbersOf(tier.accuracy, valueAt(recorded, 'accuracy')) },
    pm_ratio: {
      ...tier.pm_ratio,
      ...numbersOf({ ...tier.pm_ratio, min_tokens_tolerance: 0 }, valueAt(recorded, 'pm_ratio')),
    },
    pm_tail: tail ? tailPolicyFrom({ ...tier.pm_tail, ...tail }) : tier.pm_tail,
    ...(band ? { drift_band: band } : {}),
  };
}

/** The limits of the gates, from what the certificate records (spec 02 §7.3). */
export function recordedLimits(certificate: unknown): GateLimits {
  return gateLimits({
    tier: recordedTier(certificate),
    metrics: recordedMetricsPolicy(certificate),
    targetPmRatio: numberAt(certificate, 'auto', 'target_pm_ratio') ?? null,
    acceptanceRange: recordedBand(certificate, 'acceptance_range'),
    driftBand: driftBand([pairAt(certificate) ?? objectAt(certificate, 'primary_metric', 'drift_band')]),
    tinyRelax: valueAt(certificate, 'auto', 'tiny_relax') === true,
  });
}

function recordedBand(certificate: unknown, key: string): Band | undefined {
  const min = numberAt(certificate, 'primary_metric', key, 'min');
  const max = numberAt(certificate, 'primary_metric', key, 'max');
  return min === undefined || max === undefined ? undefined : { min, max };
}

/** Older files hold the band as a list of two. */
function pairAt(certificate: unknown): readonly unknown[] | undefined {
  return listAt(certificate, 'primary_metric', 'drift_band');
}

/** The members of a foreign object that have a number where the table has one. */
function numbersOf<T extends object>(table: T, recorded: unknown): Partial<T> {
  const kept = Object.keys(table).filter((key) => isFiniteNumber(valueAt(recorded, key)));
  return Object.fromEntries(kept.map((key) => [key, valueAt(recorded, key)])) as Partial<T>;
}
