import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Checked, type Finding, hasErrors } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { TiersFileIdentity } from '../../policy/tiers-file.ts';
import { type MappingNode, nodeAt, plainValue, withSource } from '../config-node.ts';
import { schemaAnchored } from '../config-schema.ts';
import type { LoadedConfig } from '../load-config.ts';
import { locateFindings } from '../locate-findings.ts';
import { tierNames } from '../profile-overlays.ts';
import { readConfigTree } from '../read-config-tree.ts';
import { report } from '../report-at.ts';
import { validateConfig } from '../validate-config.ts';

export interface TiersFile {
  readonly root: MappingNode;
  readonly identity: TiersFileIdentity;
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads a file of overrides of the tiers and checks it; it must be there. */
export async function readTiersFile(
  files: FileReader,
  file: string,
  allowOutside: boolean,
): Promise<Checked<TiersFile>> {
  const tree = await readConfigTree(files, file, { allowOutside });
  const findings: Finding[] = [...tree.findings];
  if (tree.root) findings.push(...validateConfig(tree.root, schemaAnchored('tiers')), ...bandsOf(tree.root));
  if (!tree.root || hasErrors(findings)) return { value: undefined, findings };
  const bytes = await files.readBytes(file);
  const marked = withSource(tree.root, { kind: 'tier' });
  const root = marked.kind === 'mapping' ? marked : tree.root;
  const identity = { name: path.basename(file), sha256: createHash('sha256').update(bytes).digest('hex') };
  return { value: { root, identity, texts: tree.texts }, findings };
}

/** The file that a configuration names (`auto.tiers_file`); undefined where it names none. */
export async function readNamedTiersFile(
  files: FileReader,
  config: LoadedConfig,
  allowOutside: boolean,
): Promise<Checked<TiersFile | undefined>> {
  const pointer = '/auto/tiers_file';
  const file = config.resolvePath(pointer);
  if (file === undefined) return { value: undefined, findings: [] };
  if ((await files.facts(file))?.kind === 'file') return readTiersFile(files, file, allowOutside);
  const message = `There is no tiers file ${file}. Correct auto.tiers_file, or remove it to keep the tier's own values.`;
  const finding: Finding = { code: 'C145', severity: 'error', message, pointer };
  return { value: undefined, findings: locateFindings(config, [finding]) };
}

/** A band whose bounds are out of order would silently be the usual one. */
function bandsOf(root: MappingNode): Finding[] {
  const findings: Finding[] = [];
  for (const tier of tierNames) {
    const pointer = `/${tier}/metrics/drift_band`;
    const found = nodeAt(root, pointer);
    if (!found) continue;
    const { min, max } = plainValue(found.node) as { readonly min?: unknown; readonly max?: unknown };
    if (typeof min !== 'number' || typeof max !== 'number' || min < max) continue;
    const place = { node: found.node, key: 'drift_band', pointer, findings };
    const message = `drift_band has the minimum ${min} and the maximum ${max}; the minimum must be smaller.`;
    report({ ...place, ...(found.entry && { entry: found.entry }) }, 'C137', 'error', message, 'key');
  }
  return findings;
}
