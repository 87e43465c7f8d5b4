import { acceptanceRange, type Band, driftBand } from '../policy/limits.ts';
import type { LoadedConfig } from './load-config.ts';
import type { Setting } from './run-settings.ts';

/** The file's acceptance range (spec 01 §1.4.8); undefined when it sets no bound. */
export function resolveAcceptanceRange(config: LoadedConfig): Setting<Band> | undefined {
  return decided(config, 'acceptance_range', acceptanceRange);
}

/** The file's drift band, a mapping or `[low, high]` (spec 01 §1.4.8); undefined when it sets no bound. */
export function resolveDriftBand(config: LoadedConfig): Setting<Band> | undefined {
  return decided(config, 'drift_band', driftBand);
}

function decided(
  config: LoadedConfig,
  key: 'acceptance_range' | 'drift_band',
  resolve: typeof acceptanceRange,
): Setting<Band> | undefined {
  const value = resolve([config.data.primary_metric?.[key]]);
  const origin = config.origin(`/primary_metric/${key}`);
  return value && origin && { value, origin };
}
