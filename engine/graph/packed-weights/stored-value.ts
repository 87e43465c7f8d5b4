import path from 'node:path';
import { type OnnxType, onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import type { StoredTensor } from '../../artifacts/tensor-facts.ts';
import { InvarLockError } from '../../core/errors.ts';
import type { GraphBuilder, Value } from '../graph-builder.ts';

/** How the bytes of a tensor are read, where that is not what its header says: words of bits are unsigned. */
export interface Reading {
  readonly type: OnnxType;
  readonly shape: readonly number[];
}

/** A tensor of a weight file as it is stored; its bytes stay there, and the runtime maps them. */
export function storedValue(graph: GraphBuilder, tensor: StoredTensor, reading?: Reading): Value {
  const { name, dtype, file, offset, lengthBytes } = tensor;
  const type = reading?.type ?? (Object.hasOwn(onnxTypes, dtype) ? (dtype as OnnxType) : undefined);
  if (!type) throw new InvarLockError('M212', `Tensor ${name} is ${dtype}, which no graph can hold.`);
  const shape = reading?.shape ?? tensor.shape;
  const location = path.basename(file);
  return graph.weight({ kind: 'external', name, type, shape, location, offset, lengthBytes });
}
