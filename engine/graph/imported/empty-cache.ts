import type { OnnxValueInfo } from '../../artifacts/onnx/onnx-model.ts';
import type { ModelSettings } from './model-settings.ts';

/**
 * The shape of a key or value cache that holds nothing: [1, heads, 0, size]. A graph names the dimensions that are known
 * only at run time, and those are the batch and the length; what else it leaves open must be known from the settings.
 * A text says why there is none.
 */
export function emptyCacheShape(
  name: string,
  shape: OnnxValueInfo['shape'],
  settings: ModelSettings,
): readonly number[] | string {
  if (!shape) return 'has no shape, so an empty cache cannot be made';
  // onnxruntime's own exporter keeps keys and values in one tensor, [2, batch, heads, length, size].
  const batchAxis = shape.length === 5 && shape[0] === 2 ? 1 : 0;
  if (shape.length !== 4 && batchAxis !== 1) return `has ${shape.length} dimensions instead of 4`;
  const axes = { heads: batchAxis + 1, length: batchAxis + 2, size: batchAxis + 3 };
  if (typeof shape[axes.length] === 'number' && shape[axes.length] !== 0)
    return `is a cache of the fixed length ${shape[axes.length]}, which cannot be empty`;
  const known = (axis: number, fallback: number | undefined): number | undefined => {
    const size = shape[axis];
    return typeof size === 'number' ? size : fallback;
  };
  const batch = known(batchAxis, 1);
  const heads = known(axes.heads, settings.keyValueHeads);
  const size = known(axes.size, settings.headSize);
  if (batch !== 1) return `is a cache of ${batch} sequences; windows are read one by one`;
  if (heads === undefined || size === undefined)
    return `is a cache ${JSON.stringify(name)} of open shape; put config.json beside the model`;
  return batchAxis === 1 ? [2, 1, heads, 0, size] : [1, heads, 0, size];
}

/** Whether an input takes keys and values of earlier tokens, which only models that predict the next one have. */
export function isCacheInput(name: string): boolean {
  return /^(past|cache)/u.test(name);
}
