import path from 'node:path';
import { isObject, textAt } from '../core/json-access.ts';
import type { FileReader } from '../core/ports.ts';
import { isCommit, isSafePath } from './repository.ts';

/** A file of a repository, as the hub lists it. */
export interface ListedFile {
  readonly path: string;
  readonly sizeBytes: number | undefined;
  /** SHA-256 of the content, for files in large file storage. */
  readonly sha256: string | undefined;
  /** Git's own SHA-1 of the content, for the others. */
  readonly gitSha1: string | undefined;
}

/** What a repository holds at one commit. */
export interface Listing {
  readonly commit: string;
  readonly files: readonly ListedFile[];
}

const mostFiles = 200_000;

/**
 * Reads the answer of `/api/models/<id>/revision/<revision>?blobs=true`, which comes from outside: names that could lead out of a
 * folder and values of other kinds are dropped, and a commit that is none makes the whole answer unusable.
 */
export function parseListing(answer: unknown): Listing | undefined {
  const commit = textAt(answer, 'sha');
  const siblings = isObject(answer) ? answer.siblings : undefined;
  if (commit === undefined || !isCommit(commit) || !Array.isArray(siblings)) return undefined;
  const files = new Map<string, ListedFile>();
  for (const sibling of siblings.slice(0, mostFiles)) {
    const name = textAt(sibling, 'rfilename');
    if (name === undefined || !isSafePath(name) || files.has(name)) continue;
    const { size, blobId, lfs } = sibling as Record<string, unknown>;
    const large = isObject(lfs) ? lfs : undefined;
    files.set(name, {
      path: name,
      sizeBytes: asSize(size) ?? asSize(large?.size),
      sha256: asDigest(large?.sha256, 64) ?? asDigest(large?.oid, 64),
      // Of a file in large file storage it is the digest of a pointer.
      gitSha1: large ? undefined : asDigest(blobId, 40),
    });
  }
  return { commit, files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function asSize(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

export function asDigest(value: unknown, length: 40 | 64): string | undefined {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]+$/u.test(value)
    ? value
    : undefined;
}

/** Where the listing of a commit is kept: a snapshot alone does not say what else its repository holds. */
export function listingFile(root: string, commit: string): string {
  return path.join(root, '.invarlock', `${commit}.json`);
}

/** The names of all files at a commit, when this product has downloaded from it before. */
export async function rememberedNames(
  files: FileReader,
  root: string,
  commit: string,
): Promise<readonly string[] | undefined> {
  const file = listingFile(root, commit);
  if ((await files.facts(file))?.kind !== 'file') return undefined;
  try {
    const names: unknown = JSON.parse(new TextDecoder().decode(await files.readBytes(file)));
    const usable =
      Array.isArray(names) && names.every((name) => typeof name === 'string' && isSafePath(name));
    return usable ? names : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
