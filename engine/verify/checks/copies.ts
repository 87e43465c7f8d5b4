import { recordedTier } from '../../certificate/recorded-policy.ts';
import type { Finding } from '../../core/findings.ts';
import { listAt, numberAt, valueAt } from '../../core/json-access.ts';
import type { Check, CheckContext } from '../check-context.ts';
import { isOurs } from '../is-ours.ts';
import { compareAt } from './compare.ts';

/** Values that a certificate of ours holds in two places, each with the place that it was copied from. */
const COPIES: readonly (readonly [copy: string, original: string])[] = [
  ['/policies', '/resolved_policy'],
  ['/auto/policy_digest', '/policy_provenance/policy_digest'],
  ['/policy_provenance/tier', '/auto/tier'],
  ['/provenance/policy/tier', '/auto/tier'],
  ['/provenance/policy/overrides', '/policy_provenance/overrides'],
  ['/provenance/policy/policy_digest', '/policy_provenance/policy_digest'],
  ['/provenance/policy/tiers_file', '/policy_provenance/tiers_file'],
  ['/policy_digest/hysteresis/ppl', '/resolved_policy/metrics/pm_ratio/hysteresis_ratio'],
  ['/policy_digest/hysteresis/accuracy_delta_pp', '/resolved_policy/metrics/accuracy/hysteresis_delta_pp'],
  ['/baseline_ref/primary_metric/kind', '/primary_metric/kind'],
  ['/edit_name', '/edit/name'],
  ['/provenance/window_plan_digest', '/provenance/window_ids_digest'],
];

/** Readers may look at either place, so both must say the same. */
export const checkCopies: Check = (context) => {
  if (!isOurs(context.certificate)) return [];
  return [
    ...COPIES.flatMap(([copy, original]) =>
      compareAt(context, copy, at(context, original), `${original.slice(1).replaceAll('/', '.')} is`),
    ),
    ...policyFindings(context),
  ];
};

function policyFindings(context: CheckContext): readonly Finding[] {
  const { certificate } = context;
  const overrides = listAt(certificate, 'policy_provenance', 'overrides') ?? [];
  const effect = numberAt(certificate, 'resolved_policy', 'variance', 'min_effect_lognll') ?? 0;
  return [
    ...compareAt(
      context,
      '/meta/policy_overrides',
      overrides.length > 0 ? overrides : undefined,
      'policy_provenance.overrides is',
    ),
    ...compareAt(context, '/policy_digest/tier_policy_name', recordedTier(certificate), 'auto.tier is'),
    ...compareAt(context, '/policy_digest/min_effective', effect, 'the resolved policy says'),
  ];
}

function at({ certificate }: CheckContext, pointer: string): unknown {
  return valueAt(certificate, ...pointer.slice(1).split('/'));
}
