import { halfEven } from '../../numerics/half-even.ts';

/** Which windows are looked at; part of the measurement contract. */
export interface WindowSampling {
  readonly count: number;
  /** `evenly_spaced`, `last`, or any other text for the first ones. */
  readonly indices_policy: string;
}

/** Indices of the windows whose activations are scored (spec 03 §4.1). */
export function sampledWindows(
  available: number,
  { count, indices_policy: policy }: WindowSampling,
): number[] {
  const taken = Math.max(0, Math.min(count, available));
  const indices = Array.from({ length: taken }, (_, index) => index);
  const name = policy.trim().toLowerCase();
  if (name === 'last') return indices.map((index) => available - taken + index);
  if (name !== 'evenly_spaced' || taken <= 1) return indices;
  return indices.map((index) => halfEven((index * (available - 1)) / (taken - 1)));
}

/** What a window counts: its tokens, or its length where the mask has none; at least 1 (spec 03 §4.4). */
export function windowWeight(length: number, mask?: readonly number[]): number {
  const tokens = (mask ?? []).reduce((sum, bit) => sum + bit, 0);
  return Math.max(1, tokens > 0 ? tokens : length);
}
