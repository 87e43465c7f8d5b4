import { objectAt } from '../../core/json-access.ts';
import { localIsoTime } from '../../core/local-time.ts';
import type { BlockInputs } from '../build-certificate.ts';
import type { Certificate } from '../certificate-types.ts';
import { policyDigest, thresholdsHash } from '../policy-digests.ts';

/** The tier, and the digest of what it resolved to (spec 04 §2.3.2). */
export function autoBlock({ subject, policy, policyOverrides, tinyRelax }: BlockInputs): Certificate['auto'] {
  const { auto } = subject.meta;
  return {
    tier: auto.tier,
    probes_used: auto.probes,
    target_pm_ratio: auto.target_pm_ratio,
    policy_digest: policyDigest(policy, policyOverrides),
    ...(tinyRelax ? { tiny_relax: true } : {}),
  };
}

type PolicyBlocks = Pick<Certificate, 'policies' | 'resolved_policy' | 'policy_provenance' | 'policy_digest'>;

/** The policy that decided, where it came from, and its fingerprints (spec 04 §2.7). */
export function policyBlocks(inputs: BlockInputs): PolicyBlocks {
  const { policy, tier, baseline } = inputs;
  const baselineTier = baseline.meta.auto?.tier;
  return {
    policies: { ...policy },
    resolved_policy: { ...policy },
    policy_provenance: policyProvenance(inputs),
    policy_digest: {
      policy_version: 'policy-v1',
      tier_policy_name: tier,
      thresholds_hash: thresholdsHash(tier, policy),
      hysteresis: {
        ppl: policy.metrics.pm_ratio.hysteresis_ratio,
        accuracy_delta_pp: policy.metrics.accuracy.hysteresis_delta_pp,
      },
      min_effective: Number(policy.variance.min_effect_lognll ?? 0),
      changed: baselineTier !== subjectTier(inputs),
    },
  };
}

export function policyProvenance({ subject, policy, policyOverrides, generatedAt }: BlockInputs) {
  const tiersFile = objectAt(subject.context, 'policy', 'tiers_file');
  return {
    tier: subject.meta.auto.tier,
    overrides: policyOverrides,
    ...(tiersFile ? { tiers_file: tiersFile } : {}),
    policy_digest: policyDigest(policy, policyOverrides),
    resolved_at: localIsoTime(generatedAt),
  };
}

function subjectTier({ subject }: BlockInputs): string {
  return subject.meta.auto.tier;
}
