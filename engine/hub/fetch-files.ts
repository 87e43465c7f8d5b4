import path from 'node:path';
import { InvarLockError } from '../core/errors.ts';
import { writeFailure } from '../core/write-failure.ts';
import { fetchBlob } from './fetch-blob.ts';
import { referenceFile, type Snapshot, snapshotFolder } from './find-snapshot.ts';
import type { HubNetwork } from './hub-ports.ts';
import type { HubSettings } from './hub-settings.ts';
import { type ListedFile, type Listing, listingFile } from './listing.ts';
import { type HubRepository, isCommit, repositoryFolder, repositoryLabel } from './repository.ts';

/** A repository whose files can be downloaded one after the other, all at one commit. */
export interface Download {
  readonly snapshot: Snapshot;
  readonly listing: Listing;
  /** Brings a file into the snapshot and returns where it lies. A file that is there already costs nothing. */
  fetch(name: string): Promise<string>;
  /** Remembers which commit the revision was: from now on the cache answers for it. */
  finish(): Promise<void>;
}

/** Prepares downloads from a repository at the commit of its listing (H816 when `names` are more than is allowed). */
export function startDownload(
  network: HubNetwork,
  settings: HubSettings,
  request: { readonly cacheFolder: string; readonly repository: HubRepository; readonly listing: Listing },
): Download {
  const { repository, listing, cacheFolder } = request;
  const { files } = network;
  const root = path.join(cacheFolder, repositoryFolder(repository));
  const snapshot = { repository, commit: listing.commit, root, folder: snapshotFolder(root, listing.commit) };
  let leftBytes = settings.maximumBytes;
  return {
    snapshot,
    listing,
    async fetch(name) {
      const file = listing.files.find((one) => one.path === name);
      if (!file) throw new InvarLockError('H810', `${repositoryLabel(repository)} has no file ${name}.`);
      const linked = path.join(snapshot.folder, ...name.split('/'));
      const there = await files.facts(linked);
      if (there?.kind === 'file' && (file.sizeBytes === undefined || there.sizeBytes === file.sizeBytes))
        return linked;
      if ((file.sizeBytes ?? 0) > leftBytes) throw tooLarge(repository, file, settings);
      const blobs = path.join(root, 'blobs');
      const commit = listing.commit;
      const blob = await fetchBlob(network, settings, {
        repository,
        commit,
        file,
        blobs,
        maximumBytes: leftBytes,
      });
      leftBytes -= (await files.facts(blob))?.sizeBytes ?? 0;
      await written(linked, async () => {
        await files.createFolder(path.dirname(linked));
        // A link that leads nowhere, or to another size, is what somebody interrupted left.
        if (!there || there.sizeBytes !== file.sizeBytes) await files.remove(linked);
        await files.link(blob, linked);
      });
      return linked;
    },
    async finish() {
      const names = JSON.stringify(listing.files.map((file) => file.path));
      await written(root, async () => {
        await files.writeAtomic(listingFile(root, listing.commit), `${names}\n`);
        if (!isCommit(repository.revision))
          await files.writeAtomic(referenceFile(root, repository.revision), listing.commit);
      });
    },
  };
}

/** Stops before anything is downloaded when all of it together would be too much. */
export function checkDownloadSize(
  { listing, snapshot }: Pick<Download, 'listing' | 'snapshot'>,
  names: readonly string[],
  { maximumBytes }: Pick<HubSettings, 'maximumBytes'>,
): void {
  const sizes = listing.files.filter((file) => names.includes(file.path)).map((file) => file.sizeBytes ?? 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= maximumBytes) return;
  const message = `${repositoryLabel(snapshot.repository)} would bring ${gigabytes(total)} GB, more than the ${gigabytes(maximumBytes)} GB that may be downloaded. Raise INVARLOCK_MAX_DOWNLOAD_GB.`;
  throw new InvarLockError('H816', message);
}

function tooLarge(
  repository: HubRepository,
  file: ListedFile,
  { maximumBytes }: HubSettings,
): InvarLockError {
  const message = `With ${file.path} (${gigabytes(file.sizeBytes ?? 0)} GB) ${repositoryLabel(repository)} would bring more than the ${gigabytes(maximumBytes)} GB that may be downloaded. Raise INVARLOCK_MAX_DOWNLOAD_GB.`;
  return new InvarLockError('H816', message);
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toPrecision(3);
}

async function written(target: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw writeFailure(target, error);
  }
}
