import type { OnnxModel, OnnxNode } from '../../artifacts/onnx/onnx-model.ts';

/**
 * Takes one branch of every If that depends on the boolean input `condition` alone, which is false here. Exporters
 * merge a decoder with and without a cache into one file that way.
 */
export function takeBranchWithout(model: OnnxModel, condition: string): OnnxModel {
  const nodes: OnnxNode[] = [];
  const initializers = [...model.initializers];
  const valueInfos = [...(model.valueInfos ?? [])];
  const taken = new Set([...model.initializers, ...model.inputs].map(({ name }) => name));
  for (const node of model.nodes) for (const name of node.outputs) taken.add(name);
  for (const node of model.nodes) {
    const branch = node.attributes.else_branch;
    const isTaken = node.op === 'If' && node.domain === undefined && node.inputs[0] === condition;
    if (!isTaken || branch?.kind !== 'graph') {
      nodes.push(node);
      continue;
    }
    const body = branch.value;
    const inner = [
      ...body.initializers.map(({ name }) => name),
      ...body.nodes.flatMap(({ outputs }) => outputs),
    ];
    // Names must differ from those around an If, so this happens in files that no runtime reads.
    if (inner.some((name) => taken.has(name))) {
      nodes.push(node);
      continue;
    }
    for (const name of inner) if (name !== '') taken.add(name);
    nodes.push(...body.nodes);
    initializers.push(...body.initializers);
    valueInfos.push(...(body.valueInfos ?? []));
    for (const [i, output] of node.outputs.entries()) {
      const value = body.outputs[i]?.name;
      if (output === '' || value === undefined) continue;
      nodes.push({
        name: `${node.name}/${output}`,
        op: 'Identity',
        inputs: [value],
        outputs: [output],
        attributes: {},
      });
    }
  }
  return { ...model, nodes, initializers, valueInfos };
}
