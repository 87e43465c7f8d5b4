import type { StoredTensor, TensorFacts } from '../tensor-facts.ts';
import type { PackedMatrix } from './packed-matrix.ts';
import type { Quantization } from './quantization.ts';

/** A weight as an architecture asks for it: a stored tensor, or a matrix that several tensors describe. */
export interface WeightFacts extends TensorFacts {
  /** Then the type is what unpacking gives, and the shape is [outputs, inputs]. */
  readonly packed?: PackedMatrix;
}

/** The weights of a checkpoint by the names that architectures use: what packed matrices consist of is not among them. */
export function modelWeights(
  tensors: ReadonlyMap<string, StoredTensor>,
  quantization: Quantization | undefined,
): ReadonlyMap<string, WeightFacts> {
  if (!quantization) return tensors;
  const weights = new Map<string, WeightFacts>(tensors);
  const matrices = [...quantization.matrices.values()];
  for (const { parts } of matrices) for (const part of parts) weights.delete(part);
  for (const packed of matrices) {
    const { name, inputs, outputs } = packed;
    weights.set(name, { name, dtype: 'F32', shape: [outputs, inputs], packed });
  }
  return weights;
}
