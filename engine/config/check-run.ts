import type { Finding } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { checkSettings } from './check-settings.ts';
import { nodeAt } from './config-node.ts';
import type { LoadedConfig } from './load-config.ts';
import { readRunSettings } from './read-run-settings.ts';
import { resolveConfig } from './resolve-config.ts';
import { withoutSuppressed } from './suppressions.ts';

/**
 * What can be said about the run that a configuration describes, from all layers above it but without opening a model or
 * a machine: numbers that lose, intervals that are off, advice. A part of a configuration describes no run.
 *
 * @example await checkRun(nodeFiles, config, { environment: process.env, workingFolder: process.cwd() })
 */
export async function checkRun(
  files: FileReader,
  config: LoadedConfig,
  inputs: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly workingFolder: string;
  },
): Promise<readonly Finding[]> {
  if (!nodeAt(config.root, '/certify')) return [];
  const resolved = await resolveConfig(files, config, inputs);
  if (!resolved.value) return [];
  const { profile, tier } = resolved.value;
  const settings = await readRunSettings(files, config, { ...inputs, profile, tier });
  const advice = settings.value ? checkSettings(config, settings.value, inputs.environment) : [];
  // What stands in no file is about the environment; the doctor says it, and no line of this file can be blamed.
  const placed = [...settings.findings, ...advice].filter(({ file, range }) => file !== undefined && range);
  return withoutSuppressed(placed, config.texts);
}
