import { policyDigest, thresholdsHash } from '../../certificate/policy-digests.ts';
import { recordedTier } from '../../certificate/recorded-policy.ts';
import type { Finding } from '../../core/findings.ts';
import { isObject, listAt, objectAt, textAt, valueAt } from '../../core/json-access.ts';
import type { TierPolicy } from '../../policy/tiers.ts';
import { type CheckContext, found } from '../check-context.ts';
import { isOurs } from '../is-ours.ts';
import { checkLimits } from './limits.ts';

/**
 * The thresholds that the gates used, against the tier that the certificate names (spec 04 CQ-07): a certificate must
 * not bring along limits of its own without naming them as overrides.
 */
export function checkPolicy(context: CheckContext): readonly Finding[] {
  return [...checkLimits(context), ...relaxFindings(context), ...digestFindings(context)];
}

/** The switch for tiny test models relaxes every limit, so no strict profile accepts it (decisions). */
function relaxFindings({ certificate, strict }: CheckContext): Finding[] {
  if (valueAt(certificate, 'auto', 'tiny_relax') !== true) return [];
  const message =
    'The certificate was made with INVARLOCK_TINY_RELAX, which relaxes the limits for test models.';
  return [found('V515', '/auto/tiny_relax', message, { severity: strict ? 'error' : 'warning' })];
}

/** Certificates of ours keep the digests of exactly the policy they hold; the reference digests more than it stores. */
function digestFindings({ certificate }: CheckContext): Finding[] {
  if (!isOurs(certificate)) return [];
  const policy = objectAt(certificate, 'resolved_policy');
  if (!policy || !hasSections(policy)) {
    return [found('V515', '/resolved_policy', 'The certificate lacks a part of the policy that decided it.')];
  }
  const overrides = (listAt(certificate, 'policy_provenance', 'overrides') ?? []).map(String);
  return [
    ...compare(certificate, ['policy_provenance', 'policy_digest'], policyDigest(policy, overrides)),
    ...compare(
      certificate,
      ['policy_digest', 'thresholds_hash'],
      thresholdsHash(recordedTier(certificate), policy),
    ),
  ];
}

function compare(certificate: unknown, path: readonly string[], expected: string): Finding[] {
  const actual = textAt(certificate, ...path);
  if (actual === expected) return [];
  const message = `${path.join('.')} is not the digest of the resolved policy.`;
  return [found('E602', `/${path.join('/')}`, message, { expected, actual })];
}

function hasSections(policy: object): policy is TierPolicy {
  return (
    isObject(valueAt(policy, 'variance')) &&
    ['pm_ratio', 'pm_tail', 'accuracy'].every((section) => isObject(valueAt(policy, 'metrics', section)))
  );
}
