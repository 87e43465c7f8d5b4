import { type EditRequest, planEdit } from '../edits/plan-edit.ts';
import type { PlannedEdit } from './planned-edit.ts';

/** A share of zeros, or of the size of a matrix, below which it is hardly an edit. */
const leastShare = 0.01;

/**
 * The next less aggressive edit, or undefined when there is none. Evaluation is deterministic, so only another edit can
 * give another verdict: pruning takes half the weights; a merge adds half as much; quantisation takes a scale per channel instead of one per tensor,
 * then two bits more up to eight, then the feed-forward matrices alone instead of all.
 *
 * @example weakerEdit(prune 0.4) // prune 0.2
 */
export function weakerEdit({ options }: PlannedEdit): PlannedEdit | undefined {
  const change =
    options.kind === 'prune'
      ? weakerPruning(options)
      : options.kind === 'low_rank'
        ? weakerMerge(options)
        : weakerQuantization(options);
  if (!change) return undefined;
  const next = { ...options, ...change };
  const plan = planEdit({ ...next, modelFolder: '', outFolder: '' }).value;
  return plan && { options: next, plan };
}

type Change = Partial<EditRequest>;

function weakerPruning({ sparsity = 0 }: PlannedEdit['options']): Change | undefined {
  return sparsity / 2 < leastShare ? undefined : { sparsity: sparsity / 2 };
}

function weakerMerge({ relativeNorm = 0.12 }: PlannedEdit['options']): Change | undefined {
  return relativeNorm / 2 < leastShare ? undefined : { relativeNorm: relativeNorm / 2 };
}

function weakerQuantization({ bits = 8, granularity, scope }: PlannedEdit['options']): Change | undefined {
  if (granularity === 'tensor') return { granularity: 'channel' };
  // Groups belong to four bits.
  if (bits < 8) return { bits: Math.min(8, bits + 2), groupSize: undefined };
  return scope === 'all' ? { scope: 'ffn' } : undefined;
}
