import { compareCodePoints } from '../../core/compare-code-points.ts';
import { finiteNumber } from '../../policy/finite-number.ts';
import { rmtFamilies } from './rmt-families.ts';

/** How much larger than the baseline's a family's risk may be, as a share. */
export interface EpsilonBands {
  readonly default: number;
  readonly byFamily: Readonly<Record<string, number>>;
}

export interface EpsilonViolation {
  readonly family: string;
  readonly edge_base: number;
  readonly edge_cur: number;
  readonly delta: number;
  readonly allowed: number;
  readonly epsilon: number;
}

/** Values that are negative or no numbers are not taken; the four usual families always have one (spec 03 §4.5). */
export function epsilonBands(fallback: number, given: Readonly<Record<string, unknown>>): EpsilonBands {
  const byFamily: Record<string, number> = Object.fromEntries(
    rmtFamilies.map((family) => [family, fallback]),
  );
  for (const [family, value] of Object.entries(given)) {
    const epsilon = finiteNumber(value);
    if (epsilon !== undefined && epsilon >= 0) byFamily[family] = epsilon;
  }
  return { default: fallback, byFamily };
}

/** Families whose risk grew beyond their band, by name. A family without a baseline is not judged. */
export function epsilonViolations(
  base: Readonly<Record<string, number>>,
  current: Readonly<Record<string, number>>,
  bands: EpsilonBands,
): EpsilonViolation[] {
  return Object.keys(base)
    .sort(compareCodePoints)
    .flatMap((family) => {
      const before = base[family] ?? 0;
      if (!(before > 0)) return [];
      const after = current[family] ?? 0;
      const epsilon = bands.byFamily[family] ?? bands.default;
      const allowed = (1 + epsilon) * before;
      if (!(after > allowed)) return [];
      return [{ family, edge_base: before, edge_cur: after, delta: after / before - 1, allowed, epsilon }];
    });
}
