import { InvarLockError } from '../core/errors.ts';

/** The error of a run that was stopped from outside: U711 when the clock of `--timeout` did it, else the given one. */
export function timedOut(reason: unknown, otherwise: InvarLockError): InvarLockError {
  return reason instanceof DOMException && reason.name === 'TimeoutError'
    ? new InvarLockError('U711', 'The time limit of --timeout was reached; nothing was written.')
    : otherwise;
}
