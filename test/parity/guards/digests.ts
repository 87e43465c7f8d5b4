import {
  policyDigest,
  thresholdsHash,
  variancePolicyDigest,
} from '../../../engine/certificate/policy-digests.ts';
import { canonicalJson } from '../../../engine/core/python-json.ts';
import { contractHash, contractText } from '../../../engine/guards/common/measurement-contract.ts';
import type { Golden, ParityCase, ParityFile } from '../parity-types.ts';
import { asSpelled } from './as-spelled.ts';

/** Spec 03 §3.9. Of thresholds only the digest is compared: it covers the text. */
export const digests: ParityFile = {
  cases: ({ json, folder }) => {
    const spelled = asSpelled(folder, 'digests.json').cases;
    return json.cases.map(({ name, input, expected }: Golden, index: number): ParityCase => {
      return {
        name,
        input,
        expected: input.op === 'thresholds' ? { digest: expected.digest } : expected,
        defects: [],
        actual: () => {
          const compute = operations[input.op as keyof typeof operations];
          if (!compute) throw new Error(`no parity test knows the operation "${input.op}"`);
          return compute(spelled[index].input, input);
        },
      };
    });
  },
};

const operations = {
  measurement_contract_digest: ({ contract }: Golden): Golden => ({
    canonical_text: contract && contractText(contract),
    digest: contractHash(contract),
  }),
  variance_policy_digest: ({ policy }: Golden): Golden => ({ digest: variancePolicyDigest(policy) }),
  // Numbers without their spelling: the engine knows the type of every field.
  policy_digest: ({ policy: spelled }: Golden, { policy }: Golden): Golden => ({
    canonical_text: canonicalJson(spelled, 'A'),
    digest: policyDigest(policy.resolved_policy, policy.overrides),
  }),
  thresholds: (_: Golden, { tier, resolved_policy: policy }: Golden): Golden => ({
    digest: thresholdsHash(tier, {
      ...policy,
      metrics: { ...metricsOfNothing, ...policy.metrics },
      variance: policy.variance ?? {},
    }),
  }),
};

/** What the reference reads from a policy that says nothing. */
const metricsOfNothing = {
  pm_ratio: { ratio_limit_base: 1.1, min_tokens: 0, min_token_fraction: 0, hysteresis_ratio: 0 },
  pm_tail: { mode: 'warn', min_windows: 0, quantile: 0.95, quantile_max: null, epsilon: 0, mass_max: null },
  accuracy: { delta_min_pp: 0, min_examples: 0, min_examples_fraction: 0, hysteresis_delta_pp: 0 },
} as const;
