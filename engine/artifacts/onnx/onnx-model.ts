/**
 * An ONNX model as plain data: what `writeOnnxModel` serializes and `readOnnxFile` reads. What is optional here is what
 * the graphs that we build ourselves do without.
 */
export interface OnnxModel extends OnnxGraph {
  /** Version of the standard operators. */
  readonly opset: number;
  readonly irVersion?: number;
  /** Versions of the other operator domains. */
  readonly domains?: Readonly<Record<string, number>>;
  readonly functions?: readonly OnnxFunction[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A graph: the model's own, or the body of an If, Loop or Scan, which sees the names of the graphs around it. */
export interface OnnxGraph {
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** What is known of values inside the graph. */
  readonly valueInfos?: readonly OnnxValueInfo[];
}

/** An operator that the model itself defines by a graph. */
export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that a caller must give, and those that have a value when it does not. */
  readonly attributes: readonly string[];
  readonly attributeDefaults: Readonly<Record<string, OnnxAttribute>>;
  readonly nodes: readonly OnnxNode[];
  /** Operator versions that the body was written for; the standard domain is the empty text. */
  readonly opsets: Readonly<Record<string, number>>;
}

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** The standard domain when absent. */
  readonly domain?: string;
  readonly overload?: string;
  /** The module that the exporter recorded for it, such as `model.layers.0.mlp.up_proj`. */
  readonly modulePath?: string;
  /** An empty name is an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Integers that a double does not hold exactly are bigints. */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number | bigint }
  | { readonly kind: 'ints'; readonly value: readonly (number | bigint)[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: Uint8Array }
  | { readonly kind: 'strings'; readonly value: readonly Uint8Array[] }
  | { readonly kind: 'tensor'; readonly value: OnnxInitializer }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  /** Inside a function: the value of the caller's attribute of this name. `type` is AttributeProto.AttributeType. */
  | { readonly kind: 'reference'; readonly to: string; readonly type: number }
  /** A kind that no operator of a language model has: the AttributeProto as it was stored. */
  | { readonly kind: 'opaque'; readonly proto: Uint8Array };

/** TensorProto.DataType of the ONNX specification. */
export const onnxTypes = {
  F32: 1,
  U8: 2,
  I8: 3,
  U16: 4,
  I16: 5,
  I32: 6,
  I64: 7,
  STRING: 8,
  BOOL: 9,
  F16: 10,
  F64: 11,
  U32: 12,
  U64: 13,
  C64: 14,
  C128: 15,
  BF16: 16,
  F8_E4M3FN: 17,
  F8_E4M3FNUZ: 18,
  F8_E5M2: 19,
  F8_E5M2FNUZ: 20,
  U4: 21,
  I4: 22,
  F4_E2M1: 23,
  F8_E8M0: 24,
  U2: 25,
  I2: 26,
} as const;

export type OnnxType = keyof typeof onnxTypes;

/** Bits of an element; texts have no fixed size. */
export const onnxBits: Readonly<Record<OnnxType, number>> = {
  F32: 32,
  U8: 8,
  I8: 8,
  U16: 16,
  I16: 16,
  I32: 32,
  I64: 64,
  STRING: 0,
  BOOL: 8,
  F16: 16,
  F64: 64,
  U32: 32,
  U64: 64,
  C64: 64,
  C128: 128,
  BF16: 16,
  F8_E4M3FN: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2: 8,
  F8_E5M2FNUZ: 8,
  U4: 4,
  I4: 4,
  F4_E2M1: 4,
  F8_E8M0: 8,
  U2: 2,
  I2: 2,
};

export type OnnxInitializer = {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
} & (
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | { readonly kind: 'texts'; readonly values: readonly Uint8Array[] }
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
  /** Absent when the model does not say, or when the value is no tensor. */
  readonly type?: OnnxType;
  /** A string names a dimension that is known only at run time, an empty one does not even name it. */
  readonly shape?: readonly (number | string)[];
  /** The TypeProto of a sequence, map or optional, as it was stored. */
  readonly otherType?: Uint8Array;
}
