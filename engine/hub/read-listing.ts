import { InvarLockError } from '../core/errors.ts';
import type { HubNetwork } from './hub-ports.ts';
import type { HubSettings } from './hub-settings.ts';
import { type Listing, parseListing } from './listing.ts';
import { type HubRepository, isCommit, repositoryLabel } from './repository.ts';
import { mostAttempts, reasonOf, sendRequest, unreachable } from './send-request.ts';

/** Listings of large data sets have some megabytes. */
const mostBytes = 64 << 20;

/** Asks the hub which commit a revision is, and which files it has. */
export async function readListing(
  network: HubNetwork,
  settings: HubSettings,
  repository: HubRepository,
): Promise<Listing> {
  const { kind, id, revision } = repository;
  const what = `the ${kind === 'models' ? 'model' : 'data set'} ${repositoryLabel(repository)}`;
  const request = { path: `/api/${kind}/${id}/revision/${encodeURIComponent(revision)}?blobs=true`, what };
  for (let attempt = 1; ; attempt += 1) {
    const { body } = await sendRequest(network, settings, request);
    let text: string;
    try {
      text = await readText(body, what);
    } catch (error) {
      if (error instanceof InvarLockError) throw error;
      if (attempt < mostAttempts && !network.cancelled.aborted) continue;
      throw unreachable(new URL(settings.endpoint), what, reasonOf(error));
    }
    const listing = parseListing(parsed(text));
    if (listing && (!isCommit(revision) || listing.commit === revision)) return listing;
    const problem = listing
      ? `it speaks of another commit, ${listing.commit}`
      : 'it is not the list of files that was asked for';
    throw new InvarLockError(
      'H813',
      `The answer of ${settings.endpoint} about ${what} cannot be used: ${problem}. Check HF_ENDPOINT.`,
    );
  }
}

async function readText(body: AsyncIterable<Uint8Array>, what: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of body) {
    sizeBytes += part.length;
    if (sizeBytes > mostBytes)
      throw new InvarLockError('H813', `The list of files of ${what} is longer than ${mostBytes >> 20} MiB.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
