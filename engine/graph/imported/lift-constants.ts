import type { OnnxInitializer, OnnxModel, OnnxNode } from '../../artifacts/onnx/onnx-model.ts';

/**
 * Makes initializers of Constant nodes that hold a tensor: old exporters write weights that way too, and only an
 * initializer may have its data in a file.
 */
export function liftConstants(model: OnnxModel): OnnxModel {
  const nodes: OnnxNode[] = [];
  const lifted: OnnxInitializer[] = [];
  for (const node of model.nodes) {
    const value = node.op === 'Constant' && node.domain === undefined ? node.attributes.value : undefined;
    const [output] = node.outputs;
    if (value?.kind === 'tensor' && output !== undefined) lifted.push({ ...value.value, name: output });
    else nodes.push(node);
  }
  return { ...model, nodes, initializers: [...model.initializers, ...lifted] };
}
