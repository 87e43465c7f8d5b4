import path from 'node:path';
import { indexName } from '../artifacts/find-weights.ts';
import { InvarLockError } from '../core/errors.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { asFindings } from './as-findings.ts';
import { checkDownloadSize, startDownload } from './fetch-files.ts';
import { findSnapshot, type Snapshot, snapshotFiles } from './find-snapshot.ts';
import type { Hub, HubNetwork } from './hub-ports.ts';
import { type HubSettings, hubSettings } from './hub-settings.ts';
import { rememberedNames } from './listing.ts';
import { modelFiles, shardsOfIndex } from './model-files.ts';
import { readListing } from './read-listing.ts';
import { defaultRevision, type HubRepository, repositoryLabel, repositoryName } from './repository.ts';

/** A model as it was named. */
export interface NamedModel {
  /** As the user wrote it. */
  readonly text: string;
  /** What it means as a path, absolute. */
  readonly folder: string;
  /** `model.revision`; a revision in the text goes before it. */
  readonly revision?: string | undefined;
  /** Whether the adapter asks for ONNX. */
  readonly onnx: boolean;
}

/** Where a model is, and where it comes from when that is the hub. */
export interface LocatedModel {
  readonly folder: string;
  readonly hub?: HubOrigin;
}

/** The part of a model's identity that leads back to the hub; nothing of this machine. */
export interface HubOrigin {
  readonly repository: string;
  readonly revision: string;
  readonly commit: string;
}

/**
 * Finds the folder of a model: a local path first, then the hub's cache, then a download where the network is allowed. A name
 * that can only be a path is left to whoever opens it.
 *
 * @example (await locateModel(hub, { text: 'org/name@v1', folder: '/models/org/name@v1', onnx: false })).value?.hub?.commit
 */
export async function locateModel(hub: Hub | undefined, model: NamedModel): Promise<Checked<LocatedModel>> {
  if (isAddress(model.text)) return { value: undefined, findings: [addressRefused] };
  const asPath = { value: { folder: model.folder }, findings: [] };
  const name = repositoryName(model.text);
  if (!hub || !name) return asPath;
  const { files } = hub;
  if (!model.text.startsWith('hf:') && (await files.facts(model.folder))) return asPath;
  const revision = name.revision ?? model.revision ?? defaultRevision;
  const repository: HubRepository = { kind: 'models', id: name.id, revision };
  const settings = hubSettings(hub.environment);
  const { cacheFolder, offline } = settings;
  const cached = cacheFolder === undefined ? undefined : await findSnapshot(files, [cacheFolder], repository);
  const missing = cached && (await missingFiles(files, cached, model));
  if (cached && missing === undefined) return located(cached, 'is in the cache');
  if (offline.models === undefined && cacheFolder !== undefined) {
    const { network } = hub;
    if (!network) return { value: undefined, findings: [wouldDownload(repository, cacheFolder)] };
    // A commit that the cache knows is not exchanged for a newer one: only what is missing of it is fetched.
    const wanted = cached ? { ...repository, revision: cached.commit } : repository;
    const fetched = await asFindings(async () => {
      const snapshot = await download(network, settings, cacheFolder, {
        asked: repository,
        wanted,
        onnx: model.onnx,
      });
      return located(snapshot, 'was downloaded');
    });
    return name.isCertain ? fetched : orPath(fetched, model.folder);
  }
  const finding = notThere({
    model,
    repository,
    cacheFolder,
    reason: offline.models,
    missing,
    isCertain: name.isCertain,
  });
  return { value: undefined, findings: [finding] };
}

function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//iu.test(text);
}

/** The address is not repeated: it may hold a password or a token. */
const addressRefused: Finding = {
  code: 'M200',
  severity: 'error',
  message:
    'A model is named by its folder or as org/name, and this is an address. Give org/name, and name a mirror with HF_ENDPOINT.',
};

/** Who mistyped a path should read of paths too. */
function orPath({ value, findings }: Checked<LocatedModel>, folder: string): Checked<LocatedModel> {
  const also = `There is no model folder ${folder} either.`;
  const explained = findings.map((finding) =>
    finding.code === 'H810' || finding.code === 'H811'
      ? { ...finding, message: `${finding.message} ${also}` }
      : finding,
  );
  return { value, findings: explained };
}

/** What a snapshot lacks, in words; undefined when it holds all that the engine reads. */
async function missingFiles(
  files: FileReader,
  snapshot: Snapshot,
  { onnx }: Pick<NamedModel, 'onnx'>,
): Promise<string | undefined> {
  const present = await snapshotFiles(files, snapshot);
  const all = await rememberedNames(files, snapshot.root, snapshot.commit);
  const chosen = modelFiles(all ?? present, { onnx });
  if (!chosen) return 'weights';
  const needed = [...chosen.settings, ...chosen.weights.names];
  if (!all && chosen.weights.kind !== 'onnx') needed.push('config.json', 'tokenizer.json');
  const lacking = needed.filter((name) => !present.includes(name));
  if (lacking.length > 0) return lacking.join(', ');
  if (chosen.weights.kind !== 'sharded') return undefined;
  const shards = await indexedNames(files, snapshot);
  const away = shards.filter((name) => !present.includes(name));
  return away.length > 0 ? away.join(', ') : undefined;
}

/** Every name in the index. One that cannot be read is left to who opens the model. */
async function indexedNames(files: FileReader, { folder }: Snapshot): Promise<readonly string[]> {
  const index = await readJsonFile(files, path.join(folder, indexName));
  const map =
    typeof index === 'object' && index !== null && 'weight_map' in index ? index.weight_map : undefined;
  const names = typeof map === 'object' && map !== null ? Object.values(map) : [];
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

async function readJsonFile(files: FileReader, file: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await files.readBytes(file)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function download(
  network: HubNetwork,
  settings: HubSettings,
  cacheFolder: string,
  {
    asked,
    wanted,
    onnx,
  }: { readonly asked: HubRepository; readonly wanted: HubRepository; readonly onnx: boolean },
): Promise<Snapshot> {
  const listing = await readListing(network, settings, wanted);
  const names = listing.files.map((file) => file.path);
  const chosen = modelFiles(names, { onnx });
  const label = repositoryLabel(asked);
  if (!chosen) throw noModel(label, names);
  const job = startDownload(network, settings, { cacheFolder, repository: asked, listing });
  checkDownloadSize(job, [...chosen.settings, ...chosen.weights.names], settings);
  for (const name of [...chosen.settings, ...chosen.weights.names]) await job.fetch(name);
  if (chosen.weights.kind === 'sharded') {
    const index = await readJsonFile(network.files, path.join(job.snapshot.folder, indexName));
    const shards = shardsOfIndex(index, names);
    if (!shards) {
      const message = `${indexName} of ${label} does not name the weight files of its repository.`;
      throw new InvarLockError('H820', message);
    }
    checkDownloadSize(job, shards, settings);
    for (const name of shards) await job.fetch(name);
  }
  await job.finish();
  return job.snapshot;
}

function located({ repository, commit, folder }: Snapshot, how: string): Checked<LocatedModel> {
  const { id, revision } = repository;
  const message = `The model ${repositoryLabel(repository)} ${how}: commit ${commit.slice(0, 12)}, ${folder}.`;
  const finding: Finding = { code: 'H803', severity: 'note', message, file: folder };
  return { value: { folder, hub: { repository: id, revision, commit } }, findings: [finding] };
}

function noModel(label: string, names: readonly string[]): InvarLockError {
  const isPickled = names.some((name) => /\.(?:bin|pt|pth|ckpt|pkl|h5|msgpack)$/u.test(name));
  const message = isPickled
    ? `${label} has its weights in formats that are never downloaded, because loading them can run code. Look for a revision with safetensors, such as refs/pr/1 from the conversion bot of the hub, or convert them elsewhere.`
    : `${label} has no model.safetensors, no ${indexName} and no ONNX model that is the obvious one.`;
  return new InvarLockError('H820', message);
}

function wouldDownload(repository: HubRepository, cacheFolder: string): Finding {
  const message = `The model ${repositoryLabel(repository)} is not, or not wholly, in the cache ${cacheFolder}. A run downloads it; until then nothing that depends on it can be checked.`;
  return { code: 'H802', severity: 'warning', message };
}

function notThere(facts: {
  readonly model: NamedModel;
  readonly repository: HubRepository;
  readonly cacheFolder: string | undefined;
  readonly reason: string | undefined;
  readonly missing: string | undefined;
  readonly isCertain: boolean;
}): Finding {
  const { model, repository, cacheFolder, reason, missing, isCertain } = facts;
  const label = repositoryLabel(repository);
  const cache =
    cacheFolder === undefined
      ? 'there is no cache (HF_HOME and HOME are not set)'
      : `the cache ${cacheFolder}`;
  if (missing !== undefined) {
    const message = `${cache} holds only a part of ${label}: ${missing} is missing, and ${reason}. ${advice}`;
    return { code: 'H804', severity: 'error', message: capital(message), file: model.folder };
  }
  if (isCertain) {
    const message = `The model ${label} is not in ${cache}, and ${reason}. ${advice}`;
    return { code: 'H801', severity: 'error', message, file: model.folder };
  }
  const message = `There is no model folder ${model.folder}. As a model of the Hugging Face Hub, ${label} is not in ${cache} either, and ${reason}. Check the path. If the hub is meant, ${advice.slice(0, 1).toLowerCase()}${advice.slice(1)}`;
  return { code: 'M200', severity: 'error', message, file: model.folder };
}

const advice =
  'Set INVARLOCK_ALLOW_NETWORK=1 to download it, copy it into the cache, or name another cache with HF_HOME.';

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
