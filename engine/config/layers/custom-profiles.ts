import path from 'node:path';
import type { FileReader } from '../../core/ports.ts';
import { profileNamed } from '../profile-overlays.ts';

/**
 * Names of the profiles of INVARLOCK_CONFIG_ROOT that are not packaged: `<root>/runtime/profiles/<name>.yaml` (spec 01
 * §1.5), lower-cased and sorted. A folder that is not there has none; `readRuntimeFiles` says so.
 *
 * @example await customProfileNames(nodeFiles, process.env, process.cwd()) // ['nightly']
 */
export async function customProfileNames(
  files: FileReader,
  environment: Readonly<Record<string, string | undefined>>,
  workingFolder: string,
): Promise<readonly string[]> {
  const root = environment.INVARLOCK_CONFIG_ROOT?.trim() ?? '';
  if (root === '') return [];
  const names = await profileFiles(files, path.resolve(workingFolder, root, 'runtime'));
  return names.map(labelOf).filter((label) => profileNamed(label) === undefined);
}

/** The file of a label; whatever the case of its name is, `Release` and `release` are one profile. */
export async function profileFile(files: FileReader, runtimeFolder: string, label: string): Promise<string> {
  const exact = `${label}.yaml`;
  const names = await profileFiles(files, runtimeFolder);
  return names.includes(exact) ? exact : (names.find((name) => labelOf(name) === label) ?? exact);
}

async function profileFiles(files: FileReader, runtimeFolder: string): Promise<readonly string[]> {
  const folder = path.join(runtimeFolder, 'profiles');
  if ((await files.facts(folder))?.kind !== 'folder') return [];
  return [...(await files.list(folder))].filter((name) => name.endsWith('.yaml')).sort();
}

function labelOf(file: string): string {
  return file.slice(0, -'.yaml'.length).toLowerCase();
}
