import path from 'node:path';
import { type Checked, type Finding, hasErrors } from '../../core/findings.ts';
import { isTruthy } from '../../core/is-truthy.ts';
import type { FileReader } from '../../core/ports.ts';
import { type MappingNode, withSource } from '../config-node.ts';
import { schemaAnchored } from '../config-schema.ts';
import { readConfigTree } from '../read-config-tree.ts';
import { validateConfig } from '../validate-config.ts';
import { profileFile } from './custom-profiles.ts';

/** The profile and the tiers of INVARLOCK_CONFIG_ROOT, where they stand in for the packaged ones. */
export interface RuntimeFiles {
  readonly profile?: MappingNode;
  readonly tiers?: MappingNode;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Reads `<root>/runtime/profiles/<profile>.yaml` and `<root>/runtime/tiers.yaml` (spec 01 §1.5, §1.7). A file that is not
 * there leaves the packaged one; a file that cannot be used is an error, because the run would not be the one that
 * somebody set up.
 */
export async function readRuntimeFiles(
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
  const read = async (file: string, anchor: 'profile' | 'tiers'): Promise<MappingNode | undefined> => {
    if (!(await files.facts(file))) return undefined;
    const tree = await readConfigTree(files, file, { allowOutside });
    const invalid = tree.root ? validateConfig(tree.root, schemaAnchored(anchor)) : [];
    findings.push(...tree.findings, ...invalid);
    for (const [name, text] of tree.texts) texts.set(name, text);
    return tree.root;
  };
  const label = profile.trim().toLowerCase();
  const profileRoot = await read(
    path.join(folder, 'profiles', await profileFile(files, folder, label)),
    'profile',
  );
  const tiersRoot = await read(path.join(folder, 'tiers.yaml'), 'tiers');
  if (hasErrors(findings)) return { value: undefined, findings };
  return {
    value: {
      ...(profileRoot && { profile: marked(profileRoot, 'profile', label) }),
      ...(tiersRoot && { tiers: marked(tiersRoot, 'tier') }),
      texts,
    },
    findings,
  };
}

function marked(root: MappingNode, kind: 'profile' | 'tier', label?: string): MappingNode {
  const node = withSource(root, { kind, ...(label !== undefined && { label }) });
  return node.kind === 'mapping' ? node : root;
}
