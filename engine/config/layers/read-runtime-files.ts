import path from 'node:path';
import { type Checked, type Finding, hasErrors } from '../../core/findings.ts';
import { isTruthy } from '../../core/is-truthy.ts';
import type { FileReader } from '../../core/ports.ts';
import { type MappingNode, withSource } from '../config-node.ts';
import { schemaAnchored } from '../config-schema.ts';
import type { LoadedConfig } from '../load-config.ts';
import { readConfigTree } from '../read-config-tree.ts';
import { validateConfig } from '../validate-config.ts';
import { profileFile } from './custom-profiles.ts';
import { readNamedTiersFile, readTiersFile, type TiersFile } from './read-tiers-file.ts';

/** The profile and the tiers that stand in for the packaged ones. */
export interface RuntimeFiles {
  readonly profile?: MappingNode;
  readonly tiers?: TiersFile;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * The files of INVARLOCK_CONFIG_ROOT, and the tiers file that the configuration names, which wins over the one there. A
 * file that cannot be used is an error, because the run would not be the one that somebody set up.
 */
export async function readRuntimeFiles(
  files: FileReader,
  config: LoadedConfig,
  environment: Readonly<Record<string, string | undefined>>,
  profile: string,
  workingFolder: string,
): Promise<Checked<RuntimeFiles>> {
  const allowOutside = isTruthy(environment.INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE);
  const named = await readNamedTiersFile(files, config, allowOutside);
  const root = await readConfigRoot(files, environment, profile, workingFolder);
  const findings = [...named.findings, ...root.findings];
  if (!root.value || hasErrors(findings)) return { value: undefined, findings };
  if (!named.value) return { value: root.value, findings };
  const texts = new Map([...root.value.texts, ...named.value.texts]);
  return { value: { ...root.value, tiers: named.value, texts }, findings };
}

/**
 * Reads `<root>/runtime/profiles/<profile>.yaml` and `<root>/runtime/tiers.yaml` (spec 01 §1.5, §1.7). A file that is not
 * there leaves the packaged one.
 */
async function readConfigRoot(
  files: FileReader,
  environment: Readonly<Record<string, string | undefined>>,
  profile: string,
  workingFolder: string,
): Promise<Checked<RuntimeFiles>> {
  const named = environment.INVARLOCK_CONFIG_ROOT?.trim() ?? '';
  if (named === '') return { value: { texts: new Map() }, findings: [] };
  const folder = path.resolve(workingFolder, named, 'runtime');
  if ((await files.facts(folder))?.kind !== 'folder') {
    const message = `INVARLOCK_CONFIG_ROOT is ${named}, but there is no folder ${folder}. The packaged profiles and tiers count.`;
    const finding: Finding = { code: 'C141', severity: 'warning', message };
    return { value: { texts: new Map() }, findings: [finding] };
  }
  const findings: Finding[] = [];
  const texts = new Map<string, string>();
  const allowOutside = isTruthy(environment.INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE);
  const readProfile = async (file: string): Promise<MappingNode | undefined> => {
    if (!(await files.facts(file))) return undefined;
    const tree = await readConfigTree(files, file, { allowOutside });
    const invalid = tree.root ? validateConfig(tree.root, schemaAnchored('profile')) : [];
    findings.push(...tree.findings, ...invalid);
    for (const [name, text] of tree.texts) texts.set(name, text);
    return tree.root;
  };
  const label = profile.trim().toLowerCase();
  const profileRoot = await readProfile(
    path.join(folder, 'profiles', await profileFile(files, folder, label)),
  );
  const tiersPath = path.join(folder, 'tiers.yaml');
  const tiers = (await files.facts(tiersPath))
    ? await readTiersFile(files, tiersPath, allowOutside)
    : undefined;
  findings.push(...(tiers?.findings ?? []));
  for (const [name, text] of tiers?.value?.texts ?? []) texts.set(name, text);
  if (hasErrors(findings)) return { value: undefined, findings };
  return {
    value: {
      ...(profileRoot && { profile: marked(profileRoot, label) }),
      ...(tiers?.value && { tiers: tiers.value }),
      texts,
    },
    findings,
  };
}

function marked(root: MappingNode, label: string): MappingNode {
  const node = withSource(root, { kind: 'profile', label });
  return node.kind === 'mapping' ? node : root;
}
