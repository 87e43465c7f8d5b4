import { isFiniteNumber, listAt } from '../core/json-access.ts';
import type { IdentifiedLoss } from './paired-baseline.ts';

/**
 * An arm's losses from a foreign report, for pairing by id (spec 02 §5.4): ids are cut to whole numbers, entries that are no
 * numbers leave, and lists of different lengths end with the shorter.
 */
export function foreignLosses(windows: unknown): IdentifiedLoss[] {
  const ids = listAt(windows, 'window_ids') ?? [];
  const losses = listAt(windows, 'logloss') ?? [];
  const counts = listAt(windows, 'token_counts') ?? [];
  return ids.slice(0, losses.length).flatMap((id, at) => {
    const loss = losses[at];
    const count = counts[at];
    if (!isFiniteNumber(id)) return [];
    return [
      {
        id: Math.trunc(id),
        loss: isFiniteNumber(loss) ? loss : null,
        weight: isFiniteNumber(count) ? count : 0,
      },
    ];
  });
}
