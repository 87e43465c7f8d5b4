import { InvarLockError } from '../core/errors.ts';
import type { HttpResponse } from './hub-ports.ts';

/**
 * subject a refusal means. The hub says in a header which part of the address it does not know; it answers 401 for what does not
 * exist too, so that nobody can tell private repositories from missing ones.
 */
export function responseFailure(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  what: string,
  { hasToken, start }: { readonly hasToken: boolean; readonly start: URL },
): InvarLockError {
  const code = headers['x-error-code'] ?? '';
  const details = { host: start.host, status };
  const fail = (kind: 'H810' | 'H811' | 'H812', message: string) =>
    new InvarLockError(kind, message, { details });
  const subject = what.slice(0, 1).toUpperCase() + what.slice(1);
  if (code === 'GatedRepo') {
    const advice = hasToken
      ? 'Ask for access on its page, with the account of your token'
      : 'Ask for access on its page, and set HF_TOKEN to a token of that account';
    return fail('H811', `${subject} is gated: its owners give access to those who ask. ${advice}.`);
  }
  if (code === 'RevisionNotFound')
    return fail(
      'H810',
      `${start.host} has no such revision of ${what}. Check the branch, the tag or the commit.`,
    );
  if (code === 'EntryNotFound') return fail('H810', `${start.host} does not have ${what}.`);
  if (status === 401 || code === 'RepoNotFound') {
    const advice = hasToken
      ? 'Check the name, and whether your token may read it'
      : 'Check the name; if it is private, set HF_TOKEN to a token that may read it';
    return fail(
      code === 'RepoNotFound' || hasToken ? 'H810' : 'H811',
      `${start.host} does not have ${what}, or does not show it to you. ${advice}.`,
    );
  }
  if (status === 403)
    return fail('H811', `${start.host} does not give access to ${what}. Check what your token may read.`);
  if (status === 404 || status === 410)
    return fail('H810', `${start.host} does not have ${what}. Check the name and the revision.`);
  return fail('H812', `${start.host} answers ${status} to the request for ${what}.`);
}
