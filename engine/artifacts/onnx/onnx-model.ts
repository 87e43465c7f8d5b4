/** An ONNX model as plain data: what `writeOnnxModel` serializes. Only what our own graphs use. */
export interface OnnxModel {
  readonly opset: number;
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
}

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number };

/** TensorProto.DataType of the ONNX specification. */
export const onnxTypes = {
  F32: 1,
  U8: 2,
  I8: 3,
  U16: 4,
  I16: 5,
  I32: 6,
  I64: 7,
  BOOL: 9,
  F16: 10,
  F64: 11,
  U32: 12,
  U64: 13,
  BF16: 16,
} as const;

export type OnnxType = keyof typeof onnxTypes;

export type OnnxInitializer = {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
} & (
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | {
      /** The bytes lie in another file, beside the model, and are mapped from there. */
      readonly kind: 'external';
      /** File name, relative to the folder that the session is opened with. */
      readonly location: string;
      readonly offset: number;
      readonly lengthBytes: number;
    }
);

export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxType;
  /** A string names a dimension that is known only at run time. */
  readonly shape: readonly (number | string)[];
}
