import path from 'node:path';
import { isInside } from '../core/is-inside.ts';
import type { FileReader } from '../core/ports.ts';
import { defaultRevision, type HubRepository, isCommit, repositoryFolder } from './repository.ts';

/** A repository at one commit, as far as it lies in a cache. */
export interface Snapshot {
  readonly repository: HubRepository;
  readonly commit: string;
  /** `<cache>/models--org--name/snapshots/<commit>`. */
  readonly folder: string;
  /** `<cache>/models--org--name`. */
  readonly root: string;
}

/**
 * Looks a repository up in caches with the layout of huggingface_hub, the first that knows the revision: a commit names its
 * snapshot, anything else is a file in `refs` that holds one.
 *
 * @example await findSnapshot(files, ['/home/a/.cache/huggingface/hub'], { kind: 'models', id: 'gpt2', revision: 'main' })
 */
export async function findSnapshot(
  files: FileReader,
  cacheFolders: readonly string[],
  repository: HubRepository,
): Promise<Snapshot | undefined> {
  for (const cache of cacheFolders) {
    const root = path.join(cache, repositoryFolder(repository));
    const commit = await commitOf(files, root, repository.revision);
    if (commit === undefined) continue;
    const folder = snapshotFolder(root, commit);
    if ((await files.facts(folder))?.kind === 'folder') return { repository, commit, folder, root };
  }
  return undefined;
}

export function snapshotFolder(root: string, commit: string): string {
  return path.join(root, 'snapshots', commit);
}

/** Where the cache keeps which commit a branch or a tag meant. */
export function referenceFile(root: string, revision: string = defaultRevision): string {
  return path.join(root, 'refs', ...revision.split('/'));
}

async function commitOf(files: FileReader, root: string, revision: string): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  const file = referenceFile(root, revision);
  const facts = await files.facts(file);
  if (facts?.kind !== 'file' || facts.sizeBytes > 200) return undefined;
  const commit = new TextDecoder().decode(await files.readBytes(file)).trim();
  return isCommit(commit) ? commit : undefined;
}

/** A snapshot has some dozens of files; a data set may have thousands. */
const mostFiles = 20_000;
const mostLevels = 8;

/** The names of the files in a snapshot, with `/`, sorted; links that lead out of the repository are left out. */
export async function snapshotFiles(
  files: FileReader,
  { folder, root }: Snapshot,
): Promise<readonly string[]> {
  const found: string[] = [];
  const realRoot = await files.realPath(root);
  const walk = async (below: string, level: number): Promise<void> => {
    for (const name of await files.list(path.join(folder, below))) {
      if (found.length >= mostFiles) return;
      const inner = below === '' ? name : `${below}/${name}`;
      const full = path.join(folder, inner);
      const facts = await files.facts(full);
      // A link is only followed to files: a folder in a snapshot is a folder.
      if (facts?.kind === 'folder' && level < mostLevels) await walk(inner, level + 1);
      else if (facts?.kind === 'file' && isInside(realRoot, await files.realPath(full))) found.push(inner);
    }
  };
  await walk('', 0);
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
