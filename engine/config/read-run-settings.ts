import type { Checked } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { ConfigLayers } from './layers/layer-config.ts';
import { readRuntimeFiles } from './layers/read-runtime-files.ts';
import type { LoadedConfig } from './load-config.ts';
import { resolveRunSettings } from './resolve-run-settings.ts';
import type { RunSettings } from './run-settings.ts';

/** Where the layers that lie outside the configuration come from. */
export interface SettingsInputs extends Omit<ConfigLayers, 'runtime'> {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** INVARLOCK_CONFIG_ROOT may be relative to it. */
  readonly workingFolder: string;
}

/** What counts for one run, with the profiles of INVARLOCK_CONFIG_ROOT and a tiers file where there are some. */
export async function readRunSettings(
  files: FileReader,
  config: LoadedConfig,
  inputs: SettingsInputs,
): Promise<Checked<RunSettings>> {
  const { environment, profile, workingFolder } = inputs;
  const runtime = await readRuntimeFiles(files, config, environment, profile, workingFolder);
  if (!runtime.value) return { value: undefined, findings: runtime.findings };
  const settings = resolveRunSettings(config, { ...inputs, runtime: runtime.value });
  return { value: settings.value, findings: [...runtime.findings, ...settings.findings] };
}
