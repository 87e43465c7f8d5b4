import { isObject, valueAt } from '../core/json-access.ts';
import { finiteNumber } from '../policy/finite-number.ts';
import type { ComparisonBootstrap } from './paired-baseline.ts';

/** The reference's defaults (spec 02 §4.4). */
const defaults = { method: 'bca_paired_delta_log', replicates: 1000, alpha: 0.05 } as const;

/**
 * Bootstrap settings from a foreign `eval.bootstrap` (spec 02 §4.4): `n` is another name of `replicates`, no replicates switch
 * it off, an alpha outside of 0 to 1 is 0.05, and a seed that is no number is 0.
 */
export function bootstrapFrom(section: unknown, datasetSeed: unknown): ComparisonBootstrap {
  const at = (key: string) => (isObject(section) ? valueAt(section, key) : undefined);
  const replicates = Math.trunc(finiteNumber(at('replicates') ?? at('n')) ?? defaults.replicates);
  const alpha = finiteNumber(at('alpha')) ?? defaults.alpha;
  const method = at('method');
  return {
    enabled: Boolean(at('enabled') ?? true) && replicates > 0,
    method: typeof method === 'string' ? method : defaults.method,
    replicates,
    alpha: alpha > 0 && alpha < 1 ? alpha : defaults.alpha,
    seed: Math.trunc(finiteNumber(at('seed') ?? datasetSeed) ?? 0),
  };
}
