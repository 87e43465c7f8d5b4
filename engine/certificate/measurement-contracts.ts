import type { JsonObject } from '../core/json-access.ts';
import { rmtContract } from '../guards/rmt/rmt-guard.ts';
import { rmtPolicy } from '../guards/rmt/rmt-policy.ts';
import { spectralContract } from '../guards/spectral/spectral-guard.ts';
import { spectralPolicy } from '../guards/spectral/spectral-policy.ts';
import type { TierPolicy } from '../policy/tiers.ts';

/**
 * A policy with how its guards are to measure, as certificates hold it: `verify` compares what a guard recorded with what
 * the policy asked for (spec 04 §4.1.6). Told from the policy alone, never from what was measured.
 */
export function withMeasurementContracts(policy: TierPolicy): TierPolicy {
  return {
    ...policy,
    spectral: withContract(policy.spectral, (raw) => {
      const { value } = spectralPolicy(raw);
      return value && spectralContract(value);
    }),
    rmt: withContract(policy.rmt, (raw) => {
      const { value } = rmtPolicy(raw);
      return value && rmtContract(value);
    }),
  };
}

function withContract(raw: JsonObject, contractOf: (raw: JsonObject) => object | undefined): JsonObject {
  const { measurement_contract: _, ...settings } = raw;
  const contract = contractOf(settings);
  return contract ? { ...settings, measurement_contract: contract } : settings;
}
