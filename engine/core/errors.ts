import type { DiagnosticCode } from '../codes/index.ts';

/**
 * The one error class of the engine: thrown for bugs, failing ports and hard stops, never for problems that a caller
 * is expected to collect (those are `Finding`s).
 *
 * @example throw new InvarLockError('M201', `No config.json in ${folder}`, { details: { folder } })
 */
export class InvarLockError extends Error {
  readonly code: DiagnosticCode;
  /** Facts for the JSON envelope; never secrets, never whole files. */
  readonly details: Readonly<Record<string, unknown>>;
  override readonly name = 'InvarLockError';

  constructor(
    code: DiagnosticCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}
