import path from 'node:path';
import type { Finding } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';
import { schemaAnchored } from './config-schema.ts';
import { checkFileRules } from './file-rules/check-file-rules.ts';
import { checkConfigTree } from './load-config.ts';
import { readConfigTree } from './read-config-tree.ts';
import { withoutSuppressed } from './suppressions.ts';
import { validateConfig } from './validate-config.ts';

/** What a YAML file of ours is for, by its place: files of INVARLOCK_CONFIG_ROOT have schemas of their own. */
export type ConfigFileKind = 'config' | 'profile' | 'tiers';

export function configFileKind(file: string): ConfigFileKind {
  const name = file.replaceAll('\\', '/');
  if (/(^|\/)runtime\/profiles\/[^/]+\.ya?ml$/.test(name)) return 'profile';
  return /(^|\/)runtime\/tiers\.ya?ml$/.test(name) ? 'tiers' : 'config';
}

/**
 * Every finding about a file that can be made without opening a model: reading, schema, rules, files, hints. What
 * `invarlock config check` prints, and what an editor shows.
 *
 * @example await checkConfigFile(nodeFiles, '/project/run.invarlock.yaml', process.env)
 */
export async function checkConfigFile(
  files: FileReader,
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> {
  const allowOutside = isTruthy(environment.INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE);
  const tree = await readConfigTree(files, file, { allowOutside });
  const kind = configFileKind(file);
  if (kind !== 'config') {
    const invalid = tree.root ? validateConfig(tree.root, schemaAnchored(kind)) : [];
    return withoutSuppressed([...tree.findings, ...invalid], tree.texts);
  }
  const findings = checkConfigTree(tree);
  if (!tree.root) return findings;
  const input = { root: tree.root, folder: path.dirname(path.resolve(file)) };
  const measured = await checkFileRules(files, input, environment);
  return [...findings, ...withoutSuppressed(measured, tree.texts)];
}
