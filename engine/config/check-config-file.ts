import path from 'node:path';
import { type Finding, hasErrors } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';
import { checkRun } from './check-run.ts';
import { configSchema, type Schema, schemaAnchored } from './config-schema.ts';
import { checkFileRules } from './file-rules/check-file-rules.ts';
import { type ConfigFileKind, configFileKind } from './is-invarlock-config.ts';
import { customProfileNames } from './layers/custom-profiles.ts';
import { checkConfigTree, loadedConfig } from './load-config.ts';
import { readConfigTree } from './read-config-tree.ts';
import { withoutSuppressed } from './suppressions.ts';
import { validateConfig } from './validate-config.ts';

/** The schema of a kind of file: which keys exist in it, and what they mean there. */
export function schemaOfKind(kind: ConfigFileKind): Schema {
  return kind === 'config' ? configSchema : schemaAnchored(kind);
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
  /** INVARLOCK_CONFIG_ROOT may be relative to it; by default the process's own. */
  workingFolder = '',
): Promise<readonly Finding[]> {
  const allowOutside = isTruthy(environment.INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE);
  const tree = await readConfigTree(files, file, { allowOutside });
  const kind = configFileKind(file);
  if (kind !== 'config') {
    const invalid = tree.root ? validateConfig(tree.root, schemaOfKind(kind)) : [];
    return withoutSuppressed([...tree.findings, ...invalid], tree.texts);
  }
  const customProfiles = await customProfileNames(files, environment, workingFolder);
  const findings = checkConfigTree(tree, { customProfiles });
  if (!tree.root) return findings;
  const input = { root: tree.root, folder: path.dirname(path.resolve(file)), environment };
  const measured = await checkFileRules(files, input);
  const all = [...findings, ...withoutSuppressed(measured, tree.texts)];
  if (hasErrors(all)) return all;
  const config = loadedConfig(tree.root, file, tree.texts);
  return [...all, ...(await checkRun(files, config, { environment, workingFolder }))];
}
