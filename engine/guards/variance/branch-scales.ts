import { mean, quantile } from '../../numerics/numpy-reduce.ts';

/** Lowest and highest scale that may be proposed. */
export type ScaleClamp = readonly [number, number];

/** A robust mean of a branch's mean squares, and the scale that would bring it to 1 (spec 03 §5.4). */
export interface BranchScale {
  readonly groupMeans: readonly number[];
  readonly meanSquare: number;
  /** Clamped; whether it is far enough from 1 is the caller's to decide. */
  readonly scale: number;
}

/** From 10 windows on, the most extreme 2 % at each end are clipped; then the lower median of up to 8 chunk means. */
export function branchScale(meanSquares: readonly number[], clamp?: ScaleClamp): BranchScale {
  const values = meanSquares.length >= 10 ? winsorized(meanSquares) : [...meanSquares];
  const groups = Math.min(values.length, 8);
  const size = Math.max(1, Math.ceil(values.length / groups));
  const groupMeans: number[] = [];
  for (let from = 0; from < values.length; from += size)
    groupMeans.push(mean(values.slice(from, from + size)));
  const sorted = [...groupMeans].sort((a, b) => a - b);
  const meanSquare = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const wanted = Math.sqrt(1 / Math.max(meanSquare, 1e-9));
  const scale = clamp ? Math.min(Math.max(wanted, clamp[0]), clamp[1]) : wanted;
  return { groupMeans, meanSquare, scale };
}

/**
 * Scales of the branches that are at least `deadband` away from 1. When no branch is, they are looked for once more with
 * half of it.
 */
export function rawScales(
  meanSquares: Readonly<Record<string, readonly number[]>>,
  { clamp, deadband }: { readonly clamp: ScaleClamp; readonly deadband: number },
): Record<string, number> {
  const scales = Object.entries(meanSquares)
    .filter(([, values]) => values.length > 0)
    .map(([branch, values]) => [branch, branchScale(values, clamp).scale] as const);
  const beyond = (tolerance: number) => scales.filter(([, scale]) => Math.abs(scale - 1) >= tolerance);
  const found = beyond(deadband);
  const chosen = found.length === 0 && deadband > 0 ? beyond(Math.max(deadband / 2, 1e-4)) : found;
  return Object.fromEntries(chosen);
}

function winsorized(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [quantile(sorted, 0.02), quantile(sorted, 0.98)];
  return values.map((value) => Math.min(Math.max(value, low), high));
}
