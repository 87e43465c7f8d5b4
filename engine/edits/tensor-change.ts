/** How far an edited tensor is from the original. */
export interface TensorChange {
  readonly name: string;
  readonly elements: number;
  readonly changedElements: number;
  /** Largest and mean absolute difference; null when a difference is not a finite number. */
  readonly maxError: number | null;
  readonly meanError: number | null;
}

/** Undefined when no value differs; NaN differs from everything, itself included. */
export function measureChange(
  name: string,
  before: Float32Array,
  after: Float32Array,
): TensorChange | undefined {
  let changedElements = 0;
  let maxError = 0;
  let sum = 0;
  for (const [i, original] of before.entries()) {
    const value = after[i] ?? Number.NaN;
    if (value === original) continue;
    const error = Math.abs(value - original);
    changedElements++;
    maxError = Math.max(maxError, error);
    sum += error;
  }
  if (changedElements === 0) return undefined;
  const finite = (error: number): number | null => (Number.isFinite(error) ? error : null);
  return {
    name,
    elements: before.length,
    changedElements,
    maxError: finite(maxError),
    meanError: finite(sum / before.length),
  };
}
