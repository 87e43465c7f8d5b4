import { customProfileNames } from '../config/layers/custom-profiles.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { Checked } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';

/** The configuration that `-c` or `--preset` names; exactly one of them must be given. */
export async function loadNamedConfig(
  files: FileReader,
  options: NamedConfig,
): Promise<Checked<LoadedConfig>> {
  const { configFile, presetFile, environment } = options;
  if (configFile !== undefined && presetFile !== undefined) {
    const message =
      '-c and --preset exclude each other: -c describes the whole certification, --preset only its base.';
    return { value: undefined, findings: [{ code: 'U702', severity: 'error', message }] };
  }
  const file = configFile ?? presetFile;
  if (file === undefined) {
    const message =
      'No data was named. Give -c FILE with a certify section, or --preset FILE with a dataset section; there is no default.';
    return { value: undefined, findings: [{ code: 'U701', severity: 'error', message }] };
  }
  if ((await files.facts(file)) === undefined) {
    return {
      value: undefined,
      findings: [{ code: 'U703', severity: 'error', message: `No file at ${file}.`, file }],
    };
  }
  const allowOutside = isTruthy(environment.INVARLOCK_ALLOW_CONFIG_INCLUDE_OUTSIDE);
  const { profile, tier } = options;
  const customProfiles = await customProfileNames(files, environment, options.workingFolder ?? '');
  return loadConfig(files, file, { allowOutside, customProfiles, situation: { profile, tier } });
}

interface NamedConfig {
  readonly configFile?: string;
  readonly presetFile?: string;
  /** Flags that rules about counts depend on. */
  readonly profile?: string | undefined;
  readonly tier?: string | undefined;
  /** INVARLOCK_CONFIG_ROOT may be relative to it. */
  readonly workingFolder?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
