import type { ModelSource } from '../../models/model-source.ts';
import { checkpointWeights } from './checkpoint-weights.ts';
import type { ModelWeight } from './model-weight.ts';
import { onnxWeights } from './onnx-weights.ts';

/** The weights of a model, in the order in which it uses them. */
export function modelWeights(model: ModelSource): readonly ModelWeight[] {
  return model.kind === 'checkpoint' ? checkpointWeights(model) : onnxWeights(model);
}
