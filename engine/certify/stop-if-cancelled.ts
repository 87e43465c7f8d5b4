import { InvarLockError } from '../core/errors.ts';
import { timedOut } from './time-limit.ts';

/** Throws U707 or U711 once a run was cancelled or its time is over. */
export function stopIfCancelled(cancelled: AbortSignal): void {
  if (!cancelled.aborted) return;
  throw timedOut(cancelled.reason, new InvarLockError('U707', 'The run was cancelled; nothing was written.'));
}
