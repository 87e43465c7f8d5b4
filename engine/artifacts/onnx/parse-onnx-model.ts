import { decodeModel } from './decode-model.ts';
import type { OnnxModel } from './onnx-model.ts';
import { fieldsOf } from './protobuf-fields.ts';

/**
 * A model that we serialized ourselves, as plain data again. Bytes of others go through `openOnnxModel`, which has limits
 * and gives findings.
 */
export function parseOnnxModel(bytes: Uint8Array): OnnxModel {
  const budget = { fieldsLeft: Number.POSITIVE_INFINITY };
  return decodeModel([...fieldsOf(bytes, 0, budget)], '', budget);
}
