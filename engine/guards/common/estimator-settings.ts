import type { JsonObject } from '../../core/json-access.ts';
import { finiteNumber } from '../../policy/finite-number.ts';
import type { PowerIterationBudget } from './sigma-max.ts';

/** The estimator as measurement contracts spell it. */
export interface EstimatorSettings {
  readonly type: 'power_iter';
  readonly iters: number;
  readonly init: 'ones' | 'e0';
}

/** What is unreadable or unknown becomes the default; fewer than one iteration becomes one (spec 03 §3.1). */
export function estimatorSettings(raw: JsonObject | undefined, defaultIterations: number): EstimatorSettings {
  const iterations = Math.trunc(finiteNumber(raw?.iters) ?? 0) || defaultIterations;
  const start = String(raw?.init ?? '')
    .trim()
    .toLowerCase();
  return { type: 'power_iter', iters: Math.max(1, iterations), init: start === 'e0' ? 'e0' : 'ones' };
}

export function budgetOf({ iters, init }: EstimatorSettings): PowerIterationBudget {
  return { iterations: iters, start: init };
}
