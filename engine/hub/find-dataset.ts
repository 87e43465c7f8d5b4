import type { FileReader } from '../core/ports.ts';
import { findSnapshot, type Snapshot } from './find-snapshot.ts';
import type { HubSettings } from './hub-settings.ts';
import type { HubRepository } from './repository.ts';

/** Data sets that the hub moved below an organisation, as far as configurations of the Python tool name them. */
const movedIds: Readonly<Record<string, string>> = {
  wikitext: 'Salesforce/wikitext',
  xsum: 'EdinburghNLP/xsum',
  cnn_dailymail: 'abisee/cnn_dailymail',
};

/** The names that a data set may have in a cache, as it was asked for first. */
export function idsOfDataset(id: string): readonly string[] {
  const moved = Object.hasOwn(movedIds, id) ? movedIds[id] : undefined;
  return moved === undefined ? [id] : [id, moved];
}

/** Where repositories of data sets may lie; downloads go into the first. */
export function datasetCaches(
  { cacheFolder, datasetsFolder }: Pick<HubSettings, 'cacheFolder' | 'datasetsFolder'>,
  named: string | undefined,
): readonly string[] {
  if (named !== undefined) return [named];
  return [cacheFolder, datasetsFolder].filter((folder) => folder !== undefined);
}

/** The snapshot of a data set, under any of its names. */
export async function findDataset(
  files: FileReader,
  caches: readonly string[],
  repository: HubRepository,
): Promise<Snapshot | undefined> {
  for (const id of idsOfDataset(repository.id)) {
    const found = await findSnapshot(files, caches, { ...repository, id });
    if (found) return found;
  }
  return undefined;
}
