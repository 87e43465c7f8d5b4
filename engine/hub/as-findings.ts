import { InvarLockError } from '../core/errors.ts';
import type { Checked } from '../core/findings.ts';

/** Runs what may fail at the hub, and turns the hub's refusals into findings; a cancellation and a full disk stay errors. */
export async function asFindings<T>(work: () => Promise<Checked<T>>): Promise<Checked<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvarLockError) || !error.code.startsWith('H')) throw error;
    const { code, message, details } = error;
    return { value: undefined, findings: [{ code, severity: 'error', message, details }] };
  }
}
