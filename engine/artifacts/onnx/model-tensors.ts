import type { OnnxAttribute, OnnxGraph, OnnxInitializer, OnnxModel, OnnxNode } from './onnx-model.ts';

/** Every tensor of a model: initializers and attributes, in the graph, in graphs inside it and in functions. */
export function tensorsOf(model: OnnxModel): readonly OnnxInitializer[] {
  const tensors: OnnxInitializer[] = [];
  mapTensors(model, (tensor) => {
    tensors.push(tensor);
    return tensor;
  });
  return tensors;
}

/** The model with every tensor replaced. */
export function mapTensors(
  model: OnnxModel,
  change: (tensor: OnnxInitializer) => OnnxInitializer,
): OnnxModel {
  const attributes = (record: Readonly<Record<string, OnnxAttribute>>): Record<string, OnnxAttribute> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, attribute(value)]));
  const attribute = (value: OnnxAttribute): OnnxAttribute => {
    if (value.kind === 'tensor') return { kind: 'tensor', value: change(value.value) };
    if (value.kind === 'graph') return { kind: 'graph', value: graph(value.value) };
    return value;
  };
  const node = (value: OnnxNode): OnnxNode => ({ ...value, attributes: attributes(value.attributes) });
  const graph = <T extends OnnxGraph>(value: T): T => ({
    ...value,
    nodes: value.nodes.map(node),
    initializers: value.initializers.map(change),
  });
  const functions = model.functions?.map((body) => ({
    ...body,
    nodes: body.nodes.map(node),
    attributeDefaults: attributes(body.attributeDefaults),
  }));
  return { ...graph(model), ...(functions && { functions }) };
}
