import path from 'node:path';
import { type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { checkRun } from './check-run.ts';
import { configSchema, type Schema, schemaAnchored } from './config-schema.ts';
import { checkFileRules, type FileRuleInput } from './file-rules/check-file-rules.ts';
import { type ConfigFileKind, configFileKind } from './is-invarlock-config.ts';
import { checkConfigTree, loadedConfig } from './load-config.ts';
import type { ConfigTree } from './read-config-tree.ts';
import { withoutSuppressed } from './suppressions.ts';
import { validateConfig } from './validate-config.ts';

/** What the command line and an editor know beside the tree. */
export interface TreeChecks {
  /** Absent where there is no disk to look at: a document without a path. */
  readonly files?: FileReader | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly customProfiles: readonly string[];
  readonly readModelFacts?: FileRuleInput['readModelFacts'];
}

/** The schema of a kind of file: which keys exist in it, and what they mean there. */
export function schemaOfKind(kind: ConfigFileKind): Schema {
  return kind === 'config' ? configSchema : schemaAnchored(kind);
}

/** Every finding about a tree that was read which can be made without opening a model; `file` is the path of its root. */
export async function checkTree(
  tree: ConfigTree,
  file: string,
  { files, environment, workingFolder, customProfiles, readModelFacts }: TreeChecks,
): Promise<readonly Finding[]> {
  const { root, texts } = tree;
  const kind = configFileKind(file);
  if (kind !== 'config') {
    const invalid = root ? validateConfig(root, schemaOfKind(kind)) : [];
    return withoutSuppressed([...tree.findings, ...invalid], texts);
  }
  const findings = checkConfigTree(tree, { customProfiles });
  if (!root || !files) return findings;
  const input = { root, folder: path.dirname(path.resolve(file)), environment };
  const measured = await checkFileRules(files, { ...input, ...(readModelFacts && { readModelFacts }) });
  const all = [...findings, ...withoutSuppressed(measured, texts)];
  if (hasErrors(all)) return all;
  const config = loadedConfig(root, file, texts);
  return [...all, ...(await checkRun(files, config, { environment, workingFolder }))];
}
