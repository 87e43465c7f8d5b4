/** Messages between the engine's parent process (CLI) and its child (the only process that loads ONNX Runtime). */

export type TensorType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool';

/** A tensor as it crosses the process border; `data` is little-endian bytes in row-major order. */
export interface WireTensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/** An execution provider under onnxruntime-node's name, and which of several cards. */
export interface WireDevice {
  readonly provider: string;
  readonly deviceId?: number;
}

export type ParentMessage =
  | {
      readonly kind: 'open';
      readonly id: number;
      /** Serialized ModelProto whose initializers point into files of `weightsFolder`. */
      readonly model: Uint8Array;
      readonly weightsFolder: string;
      readonly threads: number;
      readonly device: WireDevice;
      /** Where ONNX Runtime writes its profile: a path that the parent made, never one that a model names. */
      readonly profilePrefix?: string;
    }
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly session: number;
      readonly feeds: Readonly<Record<string, WireTensor>>;
      readonly outputs: readonly string[];
    }
  /** Writes the profile of what has run so far and stops recording. */
  | { readonly kind: 'end-profile'; readonly id: number; readonly session: number }
  | { readonly kind: 'close'; readonly id: number; readonly session: number };

/** What the child found closed when it tried, or measured, itself. */
export interface MeasuredLayers {
  /** A connection attempt from JavaScript is refused. */
  readonly moduleGuard: boolean;
  /** Node's permission model denies writing and starting processes. */
  readonly nodePermissions: boolean;
  /** No network interface is up. */
  readonly noNetworkInterface: boolean;
}

export type ChildMessage =
  | {
      readonly kind: 'ready';
      readonly runtimeVersion: string;
      readonly nodeVersion: string;
      /** Providers that the library says it knows; some of them lack their own libraries. */
      readonly backends: readonly string[];
      readonly layers: MeasuredLayers;
    }
  | { readonly kind: 'opened'; readonly id: number; readonly session: number; readonly loadMs: number }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly outputs: Readonly<Record<string, WireTensor>>;
      readonly runMs: number;
      readonly rssBytes: number;
    }
  | { readonly kind: 'profiled'; readonly id: number }
  | { readonly kind: 'closed'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
