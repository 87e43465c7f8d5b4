/** Messages between the engine's parent process (CLI) and its child (the only process that loads ONNX Runtime). */

export type TensorType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool';

/** A tensor as it crosses the process border; `data` is little-endian bytes in row-major order. */
export interface WireTensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

export type ParentMessage =
  | {
      readonly kind: 'open';
      readonly id: number;
      /** Serialized ModelProto whose initializers point into files of `weightsFolder`. */
      readonly model: Uint8Array;
      readonly weightsFolder: string;
      readonly threads: number;
    }
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly session: number;
      readonly feeds: Readonly<Record<string, WireTensor>>;
      readonly outputs: readonly string[];
    }
  | { readonly kind: 'close'; readonly id: number; readonly session: number };

export type ChildMessage =
  | { readonly kind: 'ready'; readonly runtimeVersion: string; readonly nodeVersion: string }
  | { readonly kind: 'opened'; readonly id: number; readonly session: number; readonly loadMs: number }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly outputs: Readonly<Record<string, WireTensor>>;
      readonly runMs: number;
      readonly rssBytes: number;
    }
  | { readonly kind: 'closed'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
