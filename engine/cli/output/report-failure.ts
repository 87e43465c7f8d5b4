import { InvarLockError } from '../../core/errors.ts';
import type { Finding } from '../../core/findings.ts';
import { isTruthy } from '../../core/is-truthy.ts';
import type { CliContext } from '../node-context.ts';
import type { Terminal } from './terminal.ts';

/** One line for a thrown error, and the exit code that its kind has. */
export function reportFailure(context: CliContext, error: unknown): number {
  const { environment, terminal } = context;
  if (error instanceof InvarLockError) {
    terminal.err(`${terminal.style.bad(`error ${error.code}`)}: ${error.message}`);
    tell(terminal, error.code, error.message);
    if (isTruthy(environment.INVARLOCK_DEBUG_TRACE)) terminal.err(traceOf(error));
    return error.code === 'U707' ? 130 : exitCodeOf(error);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`${terminal.style.bad('error U799')}: unexpected failure, please report it.\n${text}`);
  tell(terminal, 'U799', error instanceof Error ? error.message : String(error));
  return 1;
}

/** Who reads JSON learns of it too. */
function tell({ onFinding }: Terminal, code: Finding['code'], message: string): void {
  onFinding?.({ code, severity: 'error', message }, () => undefined);
}

/** Where an error was thrown, and what caused it (INVARLOCK_DEBUG_TRACE). */
function traceOf(error: Error): string {
  const { cause } = error;
  const own = error.stack ?? error.message;
  if (cause === undefined) return own;
  return `${own}\ncaused by: ${cause instanceof Error ? traceOf(cause) : String(cause)}`;
}

/** Inputs, outputs and devices that cannot be used end with 2; everything else that is thrown is a failure with 1. */
function exitCodeOf(error: InvarLockError): number {
  return /^(?:[CHMTXU]|E3|E4|R42)/u.test(error.code) && !['U711', 'U799'].includes(error.code) ? 2 : 1;
}
