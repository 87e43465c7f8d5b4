import { compareCodePoints } from '../../core/compare-code-points.ts';
import { rmtFamilies } from './rmt-families.ts';

/** What was measured on one window: the risks of every module that has one, one entry per call. */
export interface ScoredWindow {
  readonly weight: number;
  readonly risks: Readonly<Record<string, readonly (number | undefined)[]>>;
}

export interface RmtScores {
  readonly byModule: Readonly<Record<string, number>>;
  /** Largest risk of each family; 0 for the usual families that have none, empty when nothing has a value. */
  readonly byFamily: Readonly<Record<string, number>>;
  /** Modules that have no number in some window, by name: an activation there is not finite. */
  readonly nonFinite: readonly string[];
}

/** Means over windows, weighted by tokens, and the largest of each family (spec 03 §4.4). */
export function scoreFamilies(
  windows: readonly ScoredWindow[],
  familyOf: (module: string) => string,
): RmtScores {
  const sums = new Map<string, { risk: number; weight: number }>();
  const nonFinite = new Set<string>();
  for (const { weight, risks } of windows) {
    for (const [module, calls] of Object.entries(risks)) {
      for (const risk of calls) {
        if (risk === undefined || !Number.isFinite(risk)) {
          nonFinite.add(module);
          continue;
        }
        const sum = sums.get(module) ?? { risk: 0, weight: 0 };
        sums.set(module, { risk: sum.risk + weight * risk, weight: sum.weight + weight });
      }
    }
  }
  const modules = [...sums.keys()].sort(compareCodePoints);
  const byModule: Record<string, number> = {};
  const byFamily: Record<string, number> =
    modules.length === 0 ? {} : Object.fromEntries(rmtFamilies.map((family) => [family, 0]));
  for (const module of modules) {
    const { risk = 0, weight = 1 } = sums.get(module) ?? {};
    const mean = risk / weight;
    byModule[module] = mean;
    const family = familyOf(module);
    byFamily[family] = Math.max(byFamily[family] ?? 0, mean);
  }
  return { byModule, byFamily, nonFinite: [...nonFinite].sort(compareCodePoints) };
}
