import type { Checked, Finding } from '../core/findings.ts';
import type { EditPlan, EditRequest } from './plan-edit.ts';

/** Above that nobody would call it low. */
const highestRank = 256;

/** An adapter made up from a seed and merged into the attention matrices. */
export function planLowRank(request: EditRequest, foreign: readonly Finding[]): Checked<EditPlan> {
  const { rank = 4, relativeNorm = 0.12, seed = 11 } = request;
  const findings = [...foreign];
  const refuse = (message: string): void => {
    findings.push({ code: 'X613', severity: 'error', message });
  };
  if (!Number.isInteger(rank) || rank < 1 || rank > highestRank)
    refuse(`--rank must be a whole number from 1 to ${highestRank}, but is ${rank}.`);
  if (!(relativeNorm > 0 && relativeNorm <= 1))
    refuse(`--relative-norm must be above 0 and at most 1, but is ${relativeNorm}.`);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    refuse(`--seed must be a whole number from 0 to 4294967295, but is ${seed}.`);
  if (findings.length > 0) return { value: undefined, findings };
  const record = {
    kind: 'low-rank-delta',
    rank,
    relative_norm: relativeNorm,
    where: 'attention',
    seed,
    stored_as: 'float32',
  };
  const value = { kind: 'low_rank', name: `low-rank${rank}`, record, rank, relativeNorm, seed } as const;
  return { value, findings: [] };
}
