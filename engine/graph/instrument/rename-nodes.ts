import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxInitializer,
  OnnxNode,
  OnnxValueInfo,
} from '../../artifacts/onnx/onnx-model.ts';

/** Gives every value of some nodes another name, in the graphs inside them too. An empty name stays empty. */
export function renameNodes(nodes: readonly OnnxNode[], nameOf: (name: string) => string): OnnxNode[] {
  const rename = (name: string): string => (name === '' ? '' : nameOf(name));
  return nodes.map((node) => ({
    ...node,
    name: rename(node.name),
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: mapAttributes(node.attributes, (attribute) =>
      attribute.kind === 'graph' ? { kind: 'graph', value: renameGraph(attribute.value, nameOf) } : attribute,
    ),
  }));
}

export function renameGraph(graph: OnnxGraph, nameOf: (name: string) => string): OnnxGraph {
  const info = (value: OnnxValueInfo): OnnxValueInfo => ({ ...value, name: nameOf(value.name) });
  return {
    ...graph,
    nodes: renameNodes(graph.nodes, nameOf),
    initializers: graph.initializers.map(
      (tensor): OnnxInitializer => ({ ...tensor, name: nameOf(tensor.name) }),
    ),
    inputs: graph.inputs.map(info),
    outputs: graph.outputs.map(info),
    ...(graph.valueInfos && { valueInfos: graph.valueInfos.map(info) }),
  };
}

export function mapAttributes(
  attributes: OnnxNode['attributes'],
  change: (attribute: OnnxAttribute) => OnnxAttribute | undefined,
): Record<string, OnnxAttribute> {
  const changed = Object.entries(attributes).flatMap(([key, value]) => {
    const attribute = change(value);
    return attribute ? [[key, attribute] as const] : [];
  });
  return Object.fromEntries(changed);
}

/** The names that a node reads, those that graphs inside it take from outside included. */
export function namesRead(node: OnnxNode): readonly string[] {
  const names = node.inputs.filter((name) => name !== '');
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind === 'graph') names.push(...namesTaken(attribute.value));
  }
  return names;
}

function namesTaken(graph: OnnxGraph): string[] {
  const own = new Set([...graph.inputs, ...graph.initializers].map(({ name }) => name));
  for (const node of graph.nodes) for (const name of node.outputs) own.add(name);
  const read = [...graph.nodes.flatMap(namesRead), ...graph.outputs.map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
}
