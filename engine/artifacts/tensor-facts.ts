import type { TensorDtype } from './safetensors/dtypes.ts';

/** What a header says about one tensor. */
export interface TensorFacts {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
}

/** A tensor and where its bytes lie. */
export interface StoredTensor extends TensorFacts {
  /** Real path of the file: symbolic links (the layout of download caches) are resolved. */
  readonly file: string;
  /** Of the first byte, from the start of the file. */
  readonly offset: number;
  readonly lengthBytes: number;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
