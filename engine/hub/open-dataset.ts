import path from 'node:path';
import { InvarLockError } from '../core/errors.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { asFindings } from './as-findings.ts';
import { type CardConfig, parseDatasetCard } from './dataset-card.ts';
import { type Download, startDownload } from './fetch-files.ts';
import { datasetCaches, findDataset, idsOfDataset } from './find-dataset.ts';
import { type Snapshot, snapshotFiles } from './find-snapshot.ts';
import type { Hub, HubNetwork } from './hub-ports.ts';
import { type HubSettings, hubSettings } from './hub-settings.ts';
import { rememberedNames } from './listing.ts';
import { datasetNotThere, datasetWouldDownload } from './missing-dataset.ts';
import { readListing } from './read-listing.ts';
import {
  defaultRevision,
  type HubRepository,
  isRepositoryId,
  isRevision,
  repositoryLabel,
} from './repository.ts';
import { type ChosenFiles, splitFiles } from './split-files.ts';

export interface NamedDataset {
  readonly id: string;
  readonly configName?: string | undefined;
  readonly split: string;
  readonly revision?: string | undefined;
  /** `dataset.cache_dir`, absolute: a folder of repositories that stands in for the caches of the environment. */
  readonly cacheFolder?: string | undefined;
}

/** Where data come from, for the evidence; nothing of this machine. */
export interface DatasetOrigin {
  readonly repository: string;
  readonly revision: string;
  readonly commit: string;
  readonly config: string;
  /** Files of the split, in the order in which they are read. */
  readonly files: readonly string[];
}

export interface OpenedDataset {
  readonly origin: DatasetOrigin;
  /** Where a file of the split lies; it is downloaded only when somebody asks for it. */
  locate(name: string): Promise<string>;
}

/**
 * Opens a split of a data set: from the cache, or from the hub where the network is allowed. Files are fetched one after the
 * other as they are read, because most evaluations need the beginning of a split only.
 */
export async function openDataset(
  hub: Hub | undefined,
  named: NamedDataset,
  isRead: IsRead,
): Promise<Checked<OpenedDataset>> {
  const { id, revision = defaultRevision } = named;
  if (!isRepositoryId(id)) {
    const message = `"${id}" is not the name of a data set on the Hugging Face Hub. Write org/name.`;
    return refused(message, '/dataset/dataset_name');
  }
  if (!isRevision(revision)) {
    return refused(`"${revision}" is not a revision. Name a branch, a tag or a commit.`, '/dataset/revision');
  }
  const repository: HubRepository = { kind: 'datasets', id, revision };
  const settings = hubSettings(hub?.environment ?? {});
  const caches = datasetCaches(settings, named.cacheFolder);
  const snapshot = hub && (await findDataset(hub.files, caches, repository));
  const fetchMissing = async (missing: string | undefined): Promise<Checked<OpenedDataset>> => {
    const [cacheFolder] = caches;
    if (!hub || settings.offline.datasets !== undefined || cacheFolder === undefined) {
      const finding = await datasetNotThere(hub?.files, { repository, caches, settings, missing });
      return { value: undefined, findings: [finding] };
    }
    const { network } = hub;
    if (!network) return { value: undefined, findings: [datasetWouldDownload(repository, cacheFolder)] };
    const commit = snapshot?.commit;
    return asFindings(() =>
      openOnline(network, settings, cacheFolder, { repository, named, isRead, commit }),
    );
  };
  if (!hub || !snapshot) return fetchMissing(undefined);
  return openCached(hub.files, snapshot, { named, isRead, fetchMissing });
}

type IsRead = (name: string) => boolean;

/** A split as far as it lies in the cache. What is missing is fetched when somebody gets to it, or its absence is said. */
async function openCached(
  files: FileReader,
  snapshot: Snapshot,
  request: {
    readonly named: NamedDataset;
    readonly isRead: IsRead;
    readonly fetchMissing: (missing: string) => Promise<Checked<OpenedDataset>>;
  },
): Promise<Checked<OpenedDataset>> {
  const { named, isRead, fetchMissing } = request;
  const remembered = await rememberedNames(files, snapshot.root, snapshot.commit);
  const present = await snapshotFiles(files, snapshot);
  const hasCard = present.includes('README.md');
  const configs = await cardOf(files, hasCard ? path.join(snapshot.folder, 'README.md') : undefined);
  const chosen = splitFiles(remembered ?? present, configs, named, isRead);
  if (!chosen.value) {
    // Another program may have fetched a part only, so what is not here may be at the hub.
    const more = remembered ? undefined : await fetchMissing(`the split ${named.split}`);
    return more?.value ? more : { value: undefined, findings: chosen.findings };
  }
  const { names } = chosen.value;
  const shard = remembered ? undefined : missingShard(names);
  if (shard !== undefined) return fetchMissing(shard);
  const [first = ''] = names;
  if (!present.includes(first)) return fetchMissing(first);
  let online: Checked<OpenedDataset> | undefined;
  const locate = async (name: string): Promise<string> => {
    if (present.includes(name)) return path.join(snapshot.folder, ...name.split('/'));
    online ??= await fetchMissing(name);
    if (online.value) return online.value.locate(name);
    const [finding] = online.findings;
    throw new InvarLockError(finding?.code ?? 'H804', finding?.message ?? `${name} is missing.`);
  };
  const origin = originOf(snapshot, chosen.value);
  return { value: { origin, locate }, findings: [fromHub(snapshot, 'is in the cache')] };
}

/** The first of `…-00000-of-00005…` that is not there, when the names count. */
function missingShard(names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = /^(.*-)(\d{5})-of-(\d{5})([^/]*)$/u.exec(name);
    if (!found) continue;
    const [, start = '', , total = '0', end = ''] = found;
    for (let i = 0; i < Number(total); i += 1) {
      const index = String(i).padStart(5, '0');
      // The end may hold a checksum of each file.
      const isThere = names.some((one) => one.startsWith(`${start}${index}-of-${total}`));
      if (!isThere) return `${start}${index}-of-${total}${end}`;
    }
  }
  return undefined;
}

async function openOnline(
  network: HubNetwork,
  settings: HubSettings,
  cacheFolder: string,
  request: {
    readonly repository: HubRepository;
    readonly named: NamedDataset;
    readonly isRead: IsRead;
    readonly commit: string | undefined;
  },
): Promise<Checked<OpenedDataset>> {
  const { named, isRead, commit } = request;
  // The hub moved the data sets of its first years; their new names need no redirect.
  const repository = {
    ...request.repository,
    id: idsOfDataset(request.repository.id).at(-1) ?? request.repository.id,
  };
  const listing = await readListing(
    network,
    settings,
    commit === undefined ? repository : { ...repository, revision: commit },
  );
  const job: Download = startDownload(network, settings, { cacheFolder, repository, listing });
  const names = listing.files.map((file) => file.path);
  const card = names.includes('README.md') ? await job.fetch('README.md') : undefined;
  const chosen = splitFiles(names, await cardOf(network.files, card), named, isRead);
  if (!chosen.value) return { value: undefined, findings: chosen.findings };
  const [first] = chosen.value.names;
  if (first !== undefined) await job.fetch(first);
  await job.finish();
  return {
    value: { origin: originOf(job.snapshot, chosen.value), locate: (name) => job.fetch(name) },
    findings: [fromHub(job.snapshot, 'is downloaded as far as it is read')],
  };
}

async function cardOf(files: FileReader, file: string | undefined): Promise<readonly CardConfig[]> {
  if (file === undefined) return [];
  return parseDatasetCard(new TextDecoder().decode(await files.readBytes(file)));
}

function originOf({ repository, commit }: Snapshot, { configName, names }: ChosenFiles): DatasetOrigin {
  return {
    repository: repository.id,
    revision: repository.revision,
    commit,
    config: configName,
    files: names,
  };
}

function fromHub({ repository, commit, folder }: Snapshot, how: string): Finding {
  const message = `The data set ${repositoryLabel(repository)} ${how}: commit ${commit.slice(0, 12)}, ${folder}.`;
  return { code: 'H803', severity: 'note', message, pointer: '/dataset/provider' };
}

function refused(message: string, pointer: string): Checked<never> {
  return { value: undefined, findings: [{ code: 'H805', severity: 'error', message, pointer }] };
}
