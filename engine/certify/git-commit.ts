import path from 'node:path';
import type { FileReader } from '../core/ports.ts';

/**
 * The commit that HEAD names in the git work tree around a folder, or '' (spec 04 §1.2 `meta.commit`).
 *
 * Reads git's files and starts no process: a workspace that is not trusted must not get to run its git configuration.
 */
export async function gitCommit(files: FileReader, folder: string): Promise<string> {
  const gitFolder = await findGitFolder(files, folder);
  if (!gitFolder) return '';
  const head = await readText(files, path.join(gitFolder, 'HEAD'));
  if (head === undefined) return '';
  const reference = /^ref: (refs\/[\w./-]+)$/u.exec(head.trim())?.[1];
  if (!reference) return commitOrNothing(head.trim());
  if (reference.includes('..')) return '';
  const common = (await readText(files, path.join(gitFolder, 'commondir')))?.trim();
  const folders = common ? [gitFolder, path.resolve(gitFolder, common)] : [gitFolder];
  for (const candidate of folders) {
    const loose = await readText(files, path.join(candidate, reference));
    if (loose) return commitOrNothing(loose.trim());
    const packed = await readText(files, path.join(candidate, 'packed-refs'));
    const line = packed?.split('\n').find((entry) => entry.endsWith(` ${reference}`));
    if (line) return commitOrNothing(line.split(' ')[0] ?? '');
  }
  return '';
}

async function findGitFolder(files: FileReader, start: string): Promise<string | undefined> {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, '.git');
    const facts = await files.facts(candidate);
    if (facts?.kind === 'folder') return candidate;
    if (facts?.kind === 'file') {
      const target = /^gitdir: (.+)$/mu.exec((await readText(files, candidate)) ?? '')?.[1];
      return target ? path.resolve(folder, target.trim()) : undefined;
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}

const MAX_BYTES = 4 << 20;

async function readText(files: FileReader, file: string): Promise<string | undefined> {
  const facts = await files.facts(file);
  if (facts?.kind !== 'file' || facts.sizeBytes > MAX_BYTES) return undefined;
  return new TextDecoder().decode(await files.readBytes(file));
}

function commitOrNothing(text: string): string {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/u.test(text) ? text : '';
}
