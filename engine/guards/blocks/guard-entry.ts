import { isObject, type JsonObject, listAt, objectAt, textAt, valueAt } from '../../core/json-access.ts';
import type { TierName } from '../../policy/tiers.ts';
import { contractHash } from '../common/measurement-contract.ts';

/** What a certificate's block about a guard is made from. */
export interface GuardBlockInputs {
  readonly tier: TierName;
  /** The guard's entry in the subject's report; undefined where it did not run. */
  readonly entry: JsonObject | undefined;
  /** What the baseline's report says of the same guard. */
  readonly baseline?: JsonObject | undefined;
}

export function guardEntry(report: unknown, name: string): JsonObject | undefined {
  return (listAt(report, 'guards') ?? []).filter(isObject).find((entry) => textAt(entry, 'name') === name);
}

/** The guard's own verdict, which the flag follows (Q2, Q3): null where it did not run or could not judge. */
export function guardVerdict(entry: JsonObject | undefined): boolean | null {
  const passed = valueAt(entry, 'passed');
  return typeof passed === 'boolean' ? passed : null;
}

/** Both arms' measurement contracts; whether they match is known only where both have one (Q4). */
export function contractFacts({ entry, baseline }: GuardBlockInputs): JsonObject {
  const own = objectAt(entry, 'metrics', 'measurement_contract');
  const other = objectAt(baseline, 'measurement_contract');
  const hash = contractHash(own);
  const otherHash = contractHash(other);
  return {
    ...(own && hash ? { measurement_contract: own, measurement_contract_hash: hash } : {}),
    ...(otherHash ? { baseline_measurement_contract_hash: otherHash } : {}),
    ...(hash && otherHash ? { measurement_contract_match: hash === otherHash } : {}),
  };
}

/** Whether a value says something: null and empty lists, mappings and texts do not. */
export function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}
