import { isFiniteNumber, type JsonObject, listAt, objectAt } from '../../core/json-access.ts';
import { overheadSection } from './guard-overhead.ts';

/** A window's loss as it was evaluated, without any guard in the graph. */
export interface BareLoss {
  readonly id: number;
  readonly loss: number | null;
  /** What it counts in the metric. */
  readonly weight: number;
}

/** What the windows with guards gave, beside the windows without. */
export interface OverheadInputs {
  readonly source: string;
  readonly bare: readonly BareLoss[];
  readonly windowIds: readonly unknown[];
  readonly guardedLosses: readonly unknown[];
}

/**
 * By how much the guards change the metric (spec 03 §6). Guards of ours measure in graphs of their own and leave the
 * evaluated model alone, so a second evaluation would measure the first again. What can differ is a graph with probes from
 * the same graph without: their losses on the windows that both ran are compared, at no further cost.
 */
export function sampledOverhead({ source, bare, windowIds, guardedLosses }: OverheadInputs): JsonObject {
  const known = new Map(bare.map((window) => [window.id, window]));
  const pairs = windowIds.map((id, index) => ({
    bare: typeof id === 'number' ? known.get(id) : undefined,
    guarded: guardedLosses[index],
  }));
  const total = pairs.reduce((sum, pair) => sum + (pair.bare?.weight ?? 0), 0);
  const ppl = (lossOf: (pair: (typeof pairs)[number]) => unknown): number => {
    let sum = 0;
    for (const pair of pairs) {
      const loss = lossOf(pair);
      sum += isFiniteNumber(loss) ? (pair.bare?.weight ?? 0) * loss : Number.NaN;
    }
    return Math.exp(sum / total);
  };
  const numbers = {
    bare_ppl: ppl((pair) => pair.bare?.loss),
    guarded_ppl: ppl(({ guarded }) => guarded),
  };
  const isKnown = Object.values(numbers).every(Number.isFinite);
  const section = overheadSection({ source, mode: 'sampled_windows', ...(isKnown ? numbers : {}) });
  return {
    ...section,
    ...(isKnown
      ? { checks: { guard_overhead: section?.passed === true } }
      : { status: 'not_evaluated', reason }),
    windows: { window_ids: [...windowIds], logloss: [...guardedLosses] },
  };
}

const reason = 'The losses of the sampled windows are not all finite, so there is no ratio.';

/** From the guard that has probes in its graph and asks for the losses too; undefined where it did not judge. */
export function overheadOfEntries(
  source: string,
  bare: readonly BareLoss[],
  entries: readonly JsonObject[],
): JsonObject | undefined {
  const metrics = objectAt(
    entries.find(({ name }) => name === 'rmt'),
    'metrics',
  );
  const windowIds = listAt(metrics, 'sampled_windows', 'window_ids');
  const guardedLosses = listAt(metrics, 'sampled_losses');
  return windowIds && guardedLosses && sampledOverhead({ source, bare, windowIds, guardedLosses });
}
