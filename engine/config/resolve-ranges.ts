import type { LoadedConfig } from './load-config.ts';
import type { Setting } from './run-settings.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Spec 01 §1.4.8: inactive without a bound; the side that is not given is 0.95 or 1.10; a maximum below the minimum is raised. */
export function resolveAcceptanceRange(config: LoadedConfig): Setting<Bounds> | undefined {
  const range = config.data.primary_metric?.acceptance_range;
  const origin = config.origin('/primary_metric/acceptance_range');
  if (!range || !origin || (range.min === undefined && range.max === undefined)) return undefined;
  const min = range.min ?? 0.95;
  return { value: { min, max: Math.max(min, range.max ?? 1.1) }, origin };
}

/** Spec 01 §1.4.8: a mapping or `[low, high]`; a band that is inverted or empty falls back to 0.95–1.05 as a whole. */
export function resolveDriftBand(config: LoadedConfig): Setting<Bounds> | undefined {
  const band = config.data.primary_metric?.drift_band;
  const origin = config.origin('/primary_metric/drift_band');
  if (!band || !origin) return undefined;
  const [low, high] = Array.isArray(band) ? band : [band.min, band.max];
  if (low === undefined && high === undefined) return undefined;
  const bounds = { min: low ?? 0.95, max: high ?? 1.05 };
  return { value: bounds.min < bounds.max ? bounds : { min: 0.95, max: 1.05 }, origin };
}
