import { valueAt } from '../core/json-access.ts';
import { finiteNumber } from './finite-number.ts';
import type { TailPolicy } from './tiers.ts';

/**
 * A tail policy from what a file holds, with every value in its range (spec 02 §7.2). An unknown mode is warn; a threshold
 * that is absent or no number does not apply.
 */
export function tailPolicyFrom(recorded: unknown): TailPolicy {
  const number = (key: keyof TailPolicy) => finiteNumber(valueAt(recorded, key));
  const mode = String(valueAt(recorded, 'mode')).trim().toLowerCase();
  const mass = number('mass_max');
  return {
    mode: mode === 'off' || mode === 'fail' ? mode : 'warn',
    min_windows: Math.max(1, Math.trunc(number('min_windows') ?? 1)),
    quantile: share(number('quantile') ?? 0.95),
    quantile_max: number('quantile_max') ?? null,
    epsilon: Math.max(0, number('epsilon') ?? 1e-4),
    mass_max: mass === undefined ? null : share(mass),
  };
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
