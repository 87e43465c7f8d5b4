import type { Finding } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';
import { checkTree } from './check-tree.ts';
import { customProfileNames } from './layers/custom-profiles.ts';
import { readConfigTree } from './read-config-tree.ts';

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
  const customProfiles = await customProfileNames(files, environment, workingFolder);
  return checkTree(tree, file, { files, environment, workingFolder, customProfiles });
}
