import { InvarLockError } from '../core/errors.ts';
import type { HttpResponse, HubNetwork } from './hub-ports.ts';
import type { HubSettings } from './hub-settings.ts';
import { readToken } from './hub-token.ts';
import { responseFailure } from './response-failure.ts';

export interface HubRequest {
  /** Path below the endpoint, with its query. */
  readonly path: string;
  /** What is asked for, in words, for messages. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses above 299 that the caller deals with. */
  readonly expected?: readonly number[];
}

/** Times that a request is sent before the hub counts as unreachable. */
export const mostAttempts = 5;
const mostRedirects = 8;
const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** Busy, overloaded, or behind something that is. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** An answer, with the headers of every place that the request was sent through. */
export interface HubAnswer extends HttpResponse {
  /** Of the hub's own answer, which knows the checksum of a file that another host delivers. */
  readonly ownHeaders: Readonly<Record<string, string>>;
}

/**
 * Sends a request to the hub and follows it to where the hub sends it. The token goes to the endpoint only: a redirect to
 * another host, port or scheme is sent without it. What passes is tried again, with longer and longer waits.
 *
 * Throws what the hub's refusal means (H810, H811), H812 when there is no answer, H814 for redirects that are not followed.
 */
export async function sendRequest(
  network: HubNetwork,
  settings: HubSettings,
  request: HubRequest,
): Promise<HubAnswer> {
  const start = endpointUrl(settings, request.path);
  const token = await readToken(network, settings);
  for (let attempt = 1; ; attempt += 1) {
    throwIfCancelled(network);
    let problem: string;
    let waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
    try {
      const answer = await follow(network, start, token, request);
      const { status } = answer;
      if (status < 300 || request.expected?.includes(status)) return answer;
      answer.discard();
      if (!passing.has(status))
        throw responseFailure(answer, request.what, { hasToken: token !== undefined, start });
      problem = `it answers ${status}`;
      waitMs = Math.max(waitMs, retryAfterMs(answer.headers['retry-after']));
    } catch (error) {
      if (error instanceof InvarLockError) throw error;
      throwIfCancelled(network);
      problem = reasonOf(error);
    }
    if (attempt >= mostAttempts) throw unreachable(start, request.what, problem);
    await network.wait(waitMs, network.cancelled);
  }
}

export function throwIfCancelled({ cancelled }: Pick<HubNetwork, 'cancelled'>): void {
  if (cancelled.aborted)
    throw new InvarLockError('U707', 'The download was cancelled. The next run goes on where it stopped.');
}

export function unreachable(url: URL, what: string, problem: string): InvarLockError {
  const message = `${what.slice(0, 1).toUpperCase()}${what.slice(1)} could not be fetched from ${url.origin}: ${problem}. Try again later, or copy the files into the cache from a machine that can reach it.`;
  return new InvarLockError('H812', message, { details: { host: url.host } });
}

/** Why there was no answer. Only the system's code is shown: texts of others may hold addresses with signatures. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: 'the host is not known',
    EAI_AGAIN: 'the name service does not answer',
    ECONNREFUSED: 'the connection is refused',
    ECONNRESET: 'the connection broke off',
    ERR_STREAM_PREMATURE_CLOSE: 'the connection broke off',
    ETIMEDOUT: 'there is no answer in time',
    CERT_HAS_EXPIRED: 'its certificate has expired',
  };
  return (
    words[code] ??
    (/^[A-Z][A-Z0-9_]{2,60}$/u.test(code) ? `the connection fails (${code})` : 'the connection fails')
  );
}

async function follow(
  network: HubNetwork,
  start: URL,
  token: string | undefined,
  { headers = {}, what }: HubRequest,
): Promise<HubAnswer> {
  let url = start;
  let ownHeaders: Readonly<Record<string, string>> = {};
  for (let redirects = 0; ; redirects += 1) {
    const isOwn = url.origin === start.origin;
    const sent = { ...headers, ...(isOwn && token !== undefined && { authorization: `Bearer ${token}` }) };
    const response = await network.get(url, sent, network.cancelled);
    if (isOwn) ownHeaders = response.headers;
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(response.status)) return { ...response, ownHeaders };
    response.discard();
    if (location === undefined) throw refusedRedirect(what, url, 'nowhere');
    if (redirects >= mostRedirects) throw refusedRedirect(what, url, 'from place to place without an end');
    url = nextUrl(what, url, location);
  }
}

function nextUrl(what: string, from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw refusedRedirect(what, from, 'to an address that is none');
  const next = new URL(location, from);
  if (next.protocol !== 'https:' && next.protocol !== 'http:')
    throw refusedRedirect(what, from, `to an address of the kind ${next.protocol}`);
  if (from.protocol === 'https:' && next.protocol === 'http:')
    throw refusedRedirect(what, from, `from an encrypted connection to a plain one (${next.host})`);
  if (next.username !== '' || next.password !== '')
    throw refusedRedirect(what, from, 'to an address with a password in it');
  return next;
}

function refusedRedirect(what: string, from: URL, where: string): InvarLockError {
  return new InvarLockError(
    'H814',
    `${from.origin} sends the request for ${what} ${where}, which is not followed.`,
  );
}

/** HF_ENDPOINT with a path below it; H805 when it is no address of a hub. */
function endpointUrl({ endpoint }: Pick<HubSettings, 'endpoint'>, below: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isUsable =
    url && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
  if (!isUsable || url.search !== '' || url.hash !== '') {
    // What stands in it is not repeated: it may hold a password.
    const message =
      'HF_ENDPOINT is no address of a hub. Give one that starts with https:// or http://, without user, password or query.';
    throw new InvarLockError('H805', message);
  }
  return new URL(`${url.href.replace(/\/+$/u, '')}${below}`);
}

/** `Retry-After` in seconds; dates and nonsense count as nothing. */
function retryAfterMs(value: string | undefined): number {
  const seconds = value === undefined || !/^\d{1,6}$/u.test(value) ? 0 : Number(value);
  return Math.min(60_000, seconds * 1000);
}
