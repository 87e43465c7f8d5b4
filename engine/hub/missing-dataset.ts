import path from 'node:path';
import type { Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { idsOfDataset } from './find-dataset.ts';
import type { HubSettings } from './hub-settings.ts';
import { type HubRepository, repositoryLabel } from './repository.ts';

export interface MissingDataset {
  readonly repository: HubRepository;
  /** The caches that were looked at. */
  readonly caches: readonly string[];
  readonly settings: HubSettings;
  /** A file that a cache should have and has not; undefined when it has nothing at all. */
  readonly missing: string | undefined;
}

/** What to say of a data set that is not there and cannot be fetched: which caches were looked at, and what to do. */
export async function datasetNotThere(
  files: FileReader | undefined,
  { repository, caches, settings, missing }: MissingDataset,
): Promise<Finding> {
  const label = repositoryLabel(repository);
  const where = caches.length === 0 ? 'any cache (HF_HOME and HOME are not set)' : `the cache ${caches[0]}`;
  const reason = settings.offline.datasets ?? 'nothing can be downloaded here';
  const advice =
    'Set INVARLOCK_ALLOW_NETWORK=1 to download it, copy it into the cache, or name another cache with HF_HOME or dataset.cache_dir.';
  const arrow = files && (await arrowFolder(files, repository, settings));
  const hint =
    arrow === undefined
      ? ''
      : ` The Arrow files of the Python library in ${arrow} are not read; what it downloaded may lie in its cache of the hub, or save the rows as JSON Lines.`;
  const pointer = '/dataset/provider';
  if (missing !== undefined) {
    const message = `In ${where} the data set ${label} lacks ${missing}, and ${reason}. ${advice}`;
    return { code: 'H804', severity: 'error', message, pointer };
  }
  const message = `The data set ${label} is not in ${where}, and ${reason}. ${advice}${hint}`;
  return { code: 'H801', severity: 'error', message, pointer };
}

export function datasetWouldDownload(repository: HubRepository, cacheFolder: string): Finding {
  const message = `The data set ${repositoryLabel(repository)} is not, or not wholly, in the cache ${cacheFolder}. A run downloads what it reads of it; until then nothing that depends on it can be checked.`;
  return { code: 'H802', severity: 'warning', message, pointer: '/dataset/provider' };
}

/** Where the Python library `datasets` keeps what it has prepared: `org___name`. */
async function arrowFolder(
  files: FileReader,
  { id }: HubRepository,
  { datasetsFolder }: HubSettings,
): Promise<string | undefined> {
  if (datasetsFolder === undefined) return undefined;
  for (const name of idsOfDataset(id)) {
    const folder = path.join(datasetsFolder, name.replace('/', '___'));
    if ((await files.facts(folder))?.kind === 'folder') return folder;
  }
  return undefined;
}
